package io.kolumn.state.encryption.keys;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of a key of AWS KMS, or of an alias of one.
 *
 * @param partition such as {@code aws} or {@code aws-cn}
 * @param region that has the key
 * @param account of twelve digits, that owns it
 * @param resource such as {@code key/1234abcd-12ab-34cd-56ef-1234567890ab} or {@code alias/kolumn}
 */
public record KeyArn(String partition, String region, String account, String resource) {

    private static final Pattern ARN = Pattern.compile(
            "arn:(aws[a-z-]{0,20}):kms:([a-z0-9-]{1,40}):(\\d{12}):(key/[A-Za-z0-9-]{1,100}|alias/[A-Za-z0-9/_-]{1,250})");

    /** Empty if it is none: the id of a key, or the name of an alias, is none. */
    public static Optional<KeyArn> parse(String text) {
        Matcher arn = ARN.matcher(text);
        return arn.matches()
                ? Optional.of(new KeyArn(arn.group(1), arn.group(2), arn.group(3), arn.group(4)))
                : Optional.empty();
    }

    /** Whether it is that of a key and not of an alias. */
    public boolean ofKey() {
        return resource.startsWith("key/");
    }

    /** Whether both are of one owner. */
    boolean sameAccount(KeyArn other) {
        return partition.equals(other.partition) && account.equals(other.account);
    }

    /** Whether both are the same multi-Region key, each in its region: what one wraps the other unwraps. */
    boolean replicaOf(KeyArn other) {
        return sameAccount(other) && resource.startsWith("key/mrk-") && resource.equals(other.resource);
    }

    /** As AWS writes it. */
    @Override
    public String toString() {
        return "arn:" + partition + ":kms:" + region + ":" + account + ":" + resource;
    }
}
