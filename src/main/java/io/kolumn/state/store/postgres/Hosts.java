package io.kolumn.state.store.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The servers that the keys {@code host} and {@code port} name: one, or several of which one is the primary. */
final class Hosts {

    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.%]*:[0-9A-Fa-f:.%]*:[0-9A-Fa-f:.%]*");
    private static final Pattern ONE = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+])(?::(\\d{1,5}))?");

    private Hosts() {}

    /** Each with its port, as a URL has them. */
    static List<String> of(Function<String, Optional<String>> config) {
        String port = config.apply("port").orElseThrow();
        return Arrays.stream(config.apply("host").orElseThrow().split(",", -1))
                .map(String::strip)
                .map(host -> {
                    Matcher one = ONE.matcher(bracketed(host));
                    return one.matches() && one.group(2) != null ? host : bracketed(host) + ":" + port;
                })
                .toList();
    }

    /** An address of IPv6 with the brackets that tell its colons from that of a port. */
    private static String bracketed(String host) {
        return ADDRESS.matcher(host).matches() ? "[" + host + "]" : host;
    }

    /** What is wrong with the value of {@code host} and what to write instead; null if nothing is. */
    static @Nullable String problem(String value) {
        List<String> hosts =
                Arrays.stream(value.split(",", -1)).map(String::strip).toList();
        if (hosts.stream().anyMatch(String::isEmpty)) {
            return "has an empty host. Separate the hosts by one comma, such as db1:5432,db2:5432";
        }
        for (String host : hosts) {
            Matcher one = ONE.matcher(bracketed(host));
            if (!one.matches()) {
                return "is not a host name or address, or a list such as db1:5432,db2:5432 (see '" + host + "')";
            }
            if (one.group(2) != null
                    && (Integer.parseInt(one.group(2)) < 1 || Integer.parseInt(one.group(2)) > 65_535)) {
                return "has a port outside 1 to 65535 (see '" + host + "')";
            }
        }
        return hosts.stream().distinct().count() < hosts.size() ? "names a host twice" : null;
    }
}
