package io.kolumn.state.access;

import io.kolumn.state.access.Issuers.Away;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of one issuer: fetched when they are first needed, again when a token names one that is not among
 * them, and once in a while. While the issuer is away those that were fetched last stay good for a day.
 */
final class IssuerKeys {

    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);

    /** Where keys come from: the network or a file. */
    @FunctionalInterface
    interface Source {
        /**
         * The key set as JSON.
         *
         * @throws Away if it cannot be had
         */
        String fetch() throws Away;
    }

    /** Times between fetches, all of them in nanoseconds of {@link System#nanoTime}. */
    record Intervals(long fresh, long usable, long pause) {
        static final Intervals USUAL = new Intervals(
                Duration.ofMinutes(15).toNanos(),
                Duration.ofHours(24).toNanos(),
                Duration.ofSeconds(5).toNanos());
    }

    private record Fetched(List<JsonWebKey> keys, long at) {}

    private final String issuer;
    private final Source source;
    private final Intervals intervals;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Fetched fetched;
    private volatile @Nullable Away failure;
    private volatile long tried = Long.MIN_VALUE;

    IssuerKeys(String issuer, Source source, Intervals intervals) {
        this.issuer = issuer;
        this.source = source;
        this.intervals = intervals;
    }

    /** Fetches keys if there are none, or they are old. */
    void ready() throws Away {
        Fetched seen = fetched;
        long now = System.nanoTime();
        if (seen == null || now - seen.at() > intervals.usable()) {
            fetch();
        } else if (now - seen.at() > intervals.fresh() && !fetching.isLocked()) {
            Thread.ofVirtual().name("keys-" + issuer).start(this::refresh);
        }
    }

    private void refresh() {
        try {
            fetch();
        } catch (Away e) {
            LOG.warnf("The keys of the issuer '%s' are outdated, and fetching new ones failed: %s", issuer, e.reason());
        }
    }

    /** The key that a signature names, or, if it names none, the one of its kind that made it. */
    Key resolve(JsonWebSignature signature) throws UnresolvableKeyException {
        try {
            Key key = find(signature);
            if (key == null && fetch()) {
                key = find(signature);
            }
            if (key != null) {
                return key;
            }
            Away away = failure;
            if (away != null) {
                throw new UnresolvableKeyException(away.reason(), away);
            }
        } catch (Away e) {
            throw new UnresolvableKeyException(e.reason(), e);
        }
        throw new UnresolvableKeyException("no such key");
    }

    /** The one key that fits what the signature says of it; of several that fit, the one that made it. */
    private @Nullable Key find(JsonWebSignature signature) {
        Fetched seen = fetched;
        try {
            List<JsonWebKey> fitting =
                    seen == null ? List.of() : new VerificationJwkSelector().selectList(signature, seen.keys());
            return fitting.stream()
                    .filter(key -> fitting.size() == 1 || made(signature, key))
                    .findFirst()
                    .map(JsonWebKey::getKey)
                    .orElse(null);
        } catch (JoseException e) {
            return null;
        }
    }

    /** A token without the name of a key may be of any; one that cannot be tried does not hide those behind it. */
    private static boolean made(JsonWebSignature signature, JsonWebKey key) {
        try {
            signature.setKey(key.getKey());
            return signature.verifySignature();
        } catch (JoseException e) {
            return false;
        }
    }

    /**
     * One at a time, and not again for a moment: tokens with made-up keys must not become a storm of requests.
     *
     * @return whether there are other keys than before
     */
    private boolean fetch() throws Away {
        Fetched before = fetched;
        fetching.lock();
        try {
            if (!Objects.equals(fetched, before)) {
                return true;
            }
            if (tried != Long.MIN_VALUE && System.nanoTime() - tried < intervals.pause()) {
                if (failure != null && (before == null || System.nanoTime() - before.at() > intervals.usable())) {
                    throw new Away(failure.reason(), failure);
                }
                return false;
            }
            fetchNow();
            return true;
        } finally {
            fetching.unlock();
        }
    }

    private void fetchNow() throws Away {
        tried = System.nanoTime();
        try {
            List<JsonWebKey> keys = new JsonWebKeySet(source.fetch()).getJsonWebKeys();
            fetched = new Fetched(List.copyOf(keys), System.nanoTime());
            failure = null;
            LOG.infof("Fetched %d keys of the issuer '%s'.", keys.size(), issuer);
        } catch (JoseException e) {
            failure = new Away("the keys of the issuer '" + issuer + "' are not a JWK set", e);
            throw failure;
        } catch (Away e) {
            failure = e;
            throw e;
        }
    }
}
