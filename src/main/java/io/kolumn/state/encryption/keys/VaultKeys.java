package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.encryption.KeyProvider;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys in the transit engine of Vault, which they never leave: the id of one is its name and version, such as
 * {@code kolumn:v3}; the newest version of the named key wraps, a version of any key unwraps that the token may use. What a
 * wrapped key is bound to is Vault's {@code associated_data}. Works with OpenBao, whose API is the same.
 */
public final class VaultKeys implements KeyProvider {

    private static final Pattern CIPHERTEXT = Pattern.compile("vault:v(\\d{1,9}):[!-~]+");
    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*):v\\d{1,9}");

    private final VaultTransit transit;
    private final String key;
    private final ActiveKey active;

    /** Asks nothing yet. */
    public VaultKeys(VaultSettings settings, Clock clock) {
        this.transit = new VaultTransit(settings);
        this.key = settings.key();
        this.active = new ActiveKey(() -> id(key, transit.latestVersion(key)), clock);
    }

    /** While Vault is away it is the one of before. */
    @Override
    public String active() {
        return active.id();
    }

    private static String id(String key, long version) {
        return key + ":v" + version;
    }

    @Override
    public Wrapped wrap(byte[] secret, byte[] aad) {
        String ciphertext = transit.encrypt(key, secret, aad);
        Matcher version = CIPHERTEXT.matcher(ciphertext);
        if (!version.matches()) {
            throw new Unavailable("Vault did not return a ciphertext for a wrapped key.", null);
        }
        return new Wrapped(id(key, Long.parseLong(version.group(1))), ciphertext);
    }

    /** A key that is gone in Vault is a key that is not known here. */
    @Override
    public Optional<byte[]> unwrap(Wrapped wrapped, byte[] aad) {
        Matcher name = KEY.matcher(wrapped.key());
        return name.matches() ? transit.decrypt(name.group(1), wrapped.text(), aad) : Optional.empty();
    }

    @Override
    public void close() {
        transit.close();
    }

    @Override
    public String toString() {
        return transit.toString();
    }
}
