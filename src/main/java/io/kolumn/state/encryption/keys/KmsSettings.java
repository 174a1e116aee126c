package io.kolumn.state.encryption.keys;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which key of AWS KMS wraps, and who asks for it.
 *
 * @param key its id, its ARN, or the name or ARN of an alias
 * @param region in which the key is
 * @param endpoint where KMS answers, such as that of a VPC; null for AWS's own
 * @param accessKey of the service; null for AWS's own chain of credentials, or the profile
 * @param profile of AWS's configuration files that gives the credentials; null for none
 * @param formerKeys keys of other accounts that still unwrap; those of the key's own account do anyway
 * @param timeout how long KMS may be silent, for each attempt of a request
 */
public record KmsSettings(
        String key,
        String region,
        @Nullable URI endpoint,
        @Nullable AccessKey accessKey,
        @Nullable String profile,
        Set<KeyArn> formerKeys,
        Duration timeout) {

    /**
     * Credentials that are given and not looked for.
     *
     * @param token null unless they are temporary
     */
    public record AccessKey(
            String id, String secret, @Nullable String token) {

        /** Never shows the secret or the token. */
        @Override
        public String toString() {
            return "access key " + id;
        }
    }

    public KmsSettings {
        formerKeys = Set.copyOf(formerKeys);
    }

    @Override
    public String toString() {
        return place(region) + ", key " + key;
    }

    /** How messages name KMS in a region. */
    String place(String where) {
        return "AWS KMS (" + where + (endpoint == null ? "" : " at " + endpoint) + ")";
    }
}
