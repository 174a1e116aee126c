package io.kolumn.state.keys;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.KeyProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keys in the transit engine of Vault, which they never leave: the id of one is its name and version, such as
 * {@code kolumn:v3}; the newest version of the named key wraps, a version of any key unwraps that the token may use. What a
 * wrapped key is bound to is Vault's {@code associated_data}. Works with OpenBao, whose API is the same.
 */
public final class VaultKeys implements KeyProvider {

    private static final Logger LOG = Logger.getLogger(VaultKeys.class);

    /** How long a new version of the key may go unnoticed. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private static final Pattern CIPHERTEXT = Pattern.compile("vault:v(\\d{1,9}):[!-~]+");
    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*):v\\d{1,9}");

    private record Active(String id, Instant until) {}

    private final VaultTransit transit;
    private final String key;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Active active;

    /** Asks nothing yet. */
    public VaultKeys(VaultSettings settings, Clock clock) {
        this.transit = new VaultTransit(settings);
        this.key = settings.key();
        this.clock = clock;
    }

    /** While Vault is away it is the one of before. */
    @Override
    public String active() {
        Active known = active;
        if (known != null && (clock.instant().isBefore(known.until()) || !asking.tryLock())) {
            return known.id();
        }
        if (known == null) {
            asking.lock();
        }
        try {
            return asked(known);
        } finally {
            asking.unlock();
        }
    }

    private String asked(@Nullable Active known) {
        Instant until = clock.instant().plus(FRESH);
        try {
            String id = id(key, transit.latestVersion(key));
            active = new Active(id, until);
            return id;
        } catch (Unavailable e) {
            if (known == null) {
                throw e;
            }
            LOG.warnf(
                    "Vault does not say which version of key '%s' is the newest; %s goes on: %s",
                    key, known.id(), e.getMessage());
            active = new Active(known.id(), until);
            return known.id();
        }
    }

    private static String id(String key, long version) {
        return key + ":v" + version;
    }

    @Override
    public Wrapped wrap(byte[] secret, byte[] bound) {
        String ciphertext = transit.encrypt(key, secret, bound);
        Matcher version = CIPHERTEXT.matcher(ciphertext);
        if (!version.matches()) {
            throw new Unavailable("Vault did not answer with a ciphertext of its own when a key was wrapped.", null);
        }
        return new Wrapped(id(key, Long.parseLong(version.group(1))), ciphertext);
    }

    /** A key that is gone in Vault is a key that is not known here. */
    @Override
    public Optional<byte[]> unwrap(Wrapped wrapped, byte[] bound) {
        Matcher name = KEY.matcher(wrapped.key());
        return name.matches() ? transit.decrypt(name.group(1), wrapped.text(), bound) : Optional.empty();
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
