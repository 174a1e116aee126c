package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.AwsValues;
import io.kolumn.state.config.StoreConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is wrong with the values of the keys, as far as it can be known without asking the store. */
final class S3ConfigCheck {

    /** What is left of the 1,024 bytes of a key for the longest name and what is around it. */
    private static final int LONGEST_PREFIX = 512;

    private final StoreConfig config;
    private final String keys;
    private final List<Problem> problems = new ArrayList<>();

    private S3ConfigCheck(StoreConfig config, String keys) {
        this.config = config;
        this.keys = keys;
    }

    static List<Problem> of(StoreConfig config) {
        S3ConfigCheck found = new S3ConfigCheck(config, "kolumn.state.s3.");
        found.place();
        found.check("key_prefix", S3ConfigCheck::prefix);
        config.duration("canary_interval")
                .filter(S3ConfigCheck::tooShort)
                .ifPresent(interval -> found.add("canary_interval", "must be 0, for never, or at least 1m"));
        if (config.text("kms_key_id").isPresent() && !config.flag("encrypt")) {
            found.add("kms_key_id", "requires encrypt=true");
        }
        return found.problems;
    }

    /**
     * Of the keys that say where a bucket is and who asks.
     *
     * @param keys what stands before their names
     */
    static List<Problem> ofPlace(StoreConfig config, String keys) {
        S3ConfigCheck found = new S3ConfigCheck(config, keys);
        found.place();
        return found.problems;
    }

    private void place() {
        check("bucket", S3ConfigCheck::bucket);
        check("region", AwsValues::region);
        check("endpoint", S3ConfigCheck::endpoint);
        AwsValues.credentials(key -> config.text(key).isPresent(), this::add);
    }

    private interface Check {
        @Nullable
        String problem(String value);
    }

    private void check(String key, Check check) {
        Optional<String> problem = config.text(key).map(check::problem);
        problem.ifPresent(text -> add(key, text));
    }

    private void add(String key, String text) {
        boolean secret = key.equals("secret_key") || key.equals("session_token");
        String value = config.text(key).map(given -> secret ? "***" : given).orElse(null);
        problems.add(new Problem(
                keys + key.replace('_', '-'), value == null ? null : value.replaceAll("\\p{Cntrl}", "?"), text));
    }

    private static @Nullable String bucket(String value) {
        return value.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
                        || value.matches("arn:[a-z-]+:s3[a-z-]*:[a-z0-9-]*:[0-9]*:accesspoint[:/][A-Za-z0-9./:-]+")
                ? null
                : "is not a bucket name or the ARN of an access point. Omit s3://, and put a path into key-prefix";
    }

    private static boolean tooShort(Duration canary) {
        return canary.isNegative() || (!canary.isZero() && canary.compareTo(Duration.ofMinutes(1)) < 0);
    }

    private static @Nullable String prefix(String value) {
        String bare = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        if (!value.matches("[A-Za-z0-9!_.*'()/=@:+-]+")) {
            return "can only contain letters, digits and !_.*'()/=@:+-";
        }
        if (Stream.of(bare.split("/", -1)).anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
            return "starts with a slash, or has an empty segment or one of dots. Write it like team/states";
        }
        return value.length() <= LONGEST_PREFIX ? null : "is longer than " + LONGEST_PREFIX + " characters";
    }

    static @Nullable String endpoint(String value) {
        return AwsValues.endpoint(value, "https://s3.example.org or http://localhost:9000");
    }
}
