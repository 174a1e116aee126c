package io.kolumn.state.store.s3;

import org.jspecify.annotations.Nullable;

/**
 * What an {@link S3Store} works with beside its client.
 *
 * @param bucket that everything is kept in
 * @param prefix that all keys start with: empty, or ending with a slash
 * @param place where the bucket is, for messages: the endpoint, or the region of AWS
 * @param trusted whether the place is AWS itself, whose promises need no proof
 * @param encrypt whether the store is asked to encrypt
 * @param kmsKey the key of KMS to encrypt with; null for the store's own
 * @param storageClass of the contents of versions
 * @param acl of all objects; null for that of the bucket
 * @param allowUnsafeLocks whether to write although the store was proven not to keep its promises
 */
public record S3Settings(
        String bucket,
        String prefix,
        String place,
        boolean trusted,
        boolean encrypt,
        @Nullable String kmsKey,
        String storageClass,
        @Nullable String acl,
        boolean allowUnsafeLocks) {

    /** How it is encrypted, in a word. */
    String encryption() {
        if (!encrypt) {
            return "none";
        }
        return kmsKey == null ? "sse-s3" : "sse-kms";
    }
}
