package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Unavailable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/** The three requests of AWS KMS that are needed. No message holds a credential or a key of a state. */
final class KmsRequests implements AutoCloseable {

    /** What stands before the hash in the encryption context, so that a policy can ask for it. */
    static final String CONTEXT = "kolumn-state-bound-to";

    private static final Set<String> UNUSABLE =
            Set.of("Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport", "Unavailable");

    private final KmsSettings settings;
    private final KmsClients clients;
    private final KmsErrors errors;

    KmsRequests(KmsSettings settings) {
        this.settings = settings;
        this.clients = new KmsClients(settings);
        this.errors = new KmsErrors(settings);
    }

    /**
     * The configured key as KMS names it now.
     *
     * @throws Unavailable if it cannot wrap, too
     */
    KeyArn keyNow() {
        String key = settings.key();
        String region = settings.region();
        KeyMetadata found;
        try {
            found = clients.in(region)
                    .describeKey(request -> request.keyId(key))
                    .keyMetadata();
        } catch (SdkException e) {
            throw errors.failed("kms:DescribeKey", key, region, e);
        }
        String problem = found == null ? "is not described" : problem(found);
        if (found == null || problem != null) {
            throw new Unavailable("Key '" + key + "' of " + settings.place(region) + " " + problem + ".", null);
        }
        return KeyArn.parse(String.valueOf(found.arn()))
                .filter(KeyArn::ofKey)
                .orElseThrow(() -> new Unavailable(
                        "Key '" + key + "' of " + settings.place(region)
                                + " has no ARN of KMS. Check kolumn.state.encryption.aws-kms.endpoint.",
                        null));
    }

    private static @Nullable String problem(KeyMetadata found) {
        String state = String.valueOf(found.keyStateAsString());
        if (state.equals("Disabled")) {
            return "is disabled: enable it";
        }
        if (UNUSABLE.contains(state)) {
            return "cannot be used: its state is " + state;
        }
        boolean symmetric =
                found.keySpecAsString() == null || found.keySpecAsString().equals("SYMMETRIC_DEFAULT");
        boolean encrypts =
                found.keyUsageAsString() == null || found.keyUsageAsString().equals("ENCRYPT_DECRYPT");
        return symmetric && encrypts
                ? null
                : "is " + found.keySpecAsString() + " for " + found.keyUsageAsString()
                        + ". A symmetric key for encryption is required (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)";
    }

    byte[] encrypt(KeyArn key, byte[] secret, byte[] aad) {
        return asked(
                "kms:Encrypt",
                key,
                client -> client.encrypt(request -> request.keyId(key.toString())
                                .plaintext(SdkBytes.fromByteArray(secret))
                                .encryptionContext(context(aad)))
                        .ciphertextBlob());
    }

    /** Empty if KMS has no such key. */
    Optional<byte[]> decrypt(KeyArn key, byte[] ciphertext, byte[] aad) {
        try {
            return Optional.of(asked(
                    "kms:Decrypt",
                    key,
                    client -> client.decrypt(request -> request.keyId(key.toString())
                                    .ciphertextBlob(SdkBytes.fromByteArray(ciphertext))
                                    .encryptionContext(context(aad)))
                            .plaintext()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** @throws NotFoundException if there is no such key */
    private byte[] asked(String action, KeyArn key, Function<KmsClient, @Nullable SdkBytes> request) {
        SdkBytes answer;
        try {
            answer = request.apply(clients.in(key.region()));
        } catch (InvalidCiphertextException | IncorrectKeyException e) {
            throw new Unavailable(
                    "A wrapped key was altered, or was wrapped for another state, or not by '" + key + "' of AWS KMS.",
                    e);
        } catch (NotFoundException e) {
            if (action.equals("kms:Decrypt")) {
                throw e;
            }
            throw errors.failed(action, key.toString(), key.region(), e);
        } catch (SdkException e) {
            throw errors.failed(action, key.toString(), key.region(), e);
        }
        if (answer == null) {
            throw new Unavailable(settings.place(key.region()) + " answered " + action + " with nothing.", null);
        }
        return answer.asByteArray();
    }

    /** A hash: KMS writes contexts into its log, where no name of a state has to be, and takes no bytes. */
    private static Map<String, String> context(byte[] aad) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(aad);
            return Map.of(CONTEXT, HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        clients.close();
    }
}
