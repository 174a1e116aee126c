package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.encryption.KeyProvider;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;

/**
 * Keys of AWS KMS, which they never leave: the id of one is its ARN. The configured one wraps; it may be an alias, and then
 * the key that the alias points to is looked for again each minute. KMS's own rotation gives a key new material and leaves
 * its ARN and all that it ever wrapped as it was, so that nothing has to be wrapped anew.
 *
 * <p>What wrapped a key stands in the storage, where somebody could write the ARN of a key of their own and what it wrapped:
 * only keys of the account that owns the configured one are asked for, and those that are named beside it.
 */
public final class KmsKeys implements KeyProvider {

    private final KmsSettings settings;
    private final KmsRequests kms;
    private final ActiveKey active;

    /** Asks nothing yet, and makes no client. */
    public KmsKeys(KmsSettings settings, Clock clock) {
        this.settings = settings;
        this.kms = new KmsRequests(settings);
        this.active = new ActiveKey(() -> kms.keyNow().toString(), clock);
    }

    /** While KMS is away, or denies to say it, it is the one of before. */
    @Override
    public String active() {
        return active.id();
    }

    /** Not by the alias: the key behind it could be another than the active one for a minute. */
    @Override
    public Wrapped wrap(byte[] secret, byte[] aad) {
        KeyArn key = key(active());
        return new Wrapped(key.toString(), Base64.getEncoder().encodeToString(kms.encrypt(key, secret, aad)));
    }

    /** A key that is gone in KMS, or is neither of this account nor named in the configuration, is not known here. */
    @Override
    public Optional<byte[]> unwrap(Wrapped wrapped, byte[] aad) {
        KeyArn key = KeyArn.parse(wrapped.key()).filter(KeyArn::ofKey).orElse(null);
        if (key == null) {
            return Optional.empty();
        }
        KeyArn own = own();
        if (!key.sameAccount(own) && !settings.formerKeys().contains(key)) {
            return Optional.empty();
        }
        return kms.decrypt(key.replicaOf(own) ? own : key, ciphertext(wrapped), aad);
    }

    /** The configured key, or for an alias the one behind it. */
    private KeyArn own() {
        return KeyArn.parse(settings.key()).filter(KeyArn::ofKey).orElseGet(() -> key(active()));
    }

    private static KeyArn key(String active) {
        return KeyArn.parse(active).orElseThrow();
    }

    private static byte[] ciphertext(Wrapped wrapped) {
        try {
            return Base64.getDecoder().decode(wrapped.text());
        } catch (IllegalArgumentException e) {
            throw new Unavailable("A key that '" + wrapped.key() + "' wrapped was altered: it is not base64.", e);
        }
    }

    @Override
    public void close() {
        kms.close();
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
