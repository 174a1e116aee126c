package io.kolumn.state.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** By which names this machine is asked. */
final class MachineNames {

    private static final Pattern DNS_NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    private MachineNames() {}

    /** Those of loopback, and the machine's own if it can be one of a certificate. */
    static List<String> all() {
        String own;
        try {
            own = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            own = "";
        }
        return with(own);
    }

    static List<String> with(String own) {
        Set<String> names = new LinkedHashSet<>(LOOPBACK);
        String name = own.toLowerCase(Locale.ROOT);
        if (!isAddress(name) && DNS_NAME.matcher(name).matches()) {
            names.add(name);
        }
        return List.copyOf(names);
    }

    static boolean isAddress(String host) {
        return host.contains(":") || IPV4.matcher(host).matches();
    }

    /** As it is written here: Java shows an address of IPv6 without its abbreviation. */
    static String canonical(String host) {
        return host.equals("0:0:0:0:0:0:0:1") ? "::1" : host;
    }
}
