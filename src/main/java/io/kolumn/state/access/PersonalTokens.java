package io.kolumn.state.access;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.backend.ServiceDocument;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of personal tokens, in one document of the service's own, so that every replica has the same ones. A copy
 * of them is in memory and is read again when it is older than {@link #REFRESH}: a token that was revoked elsewhere is
 * accepted no longer than that. Safe for use by many threads.
 */
public final class PersonalTokens {

    /** The maximum age of the copy in memory. */
    public static final Duration REFRESH = Duration.ofSeconds(5);

    /** The maximum number of tokens of one identity that have not expired. */
    public static final int MOST_OF_ONE = 20;

    /** What is left between two readings for tokens that the copy does not have. */
    private static final Duration APART = Duration.ofMillis(200);

    static final int MAX_TOKENS = 2_000;

    /** The maximum size of a record: what a large JWT has in claims. */
    private static final int MAX_SIZE = 16 * 1024;

    private static final int LONGEST_NAME = 100;

    /** How long a record stays in the list after its token has expired. */
    private static final Duration SHOWN = Duration.ofDays(7);

    private static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);

    /**
     * A new token.
     *
     * @param secret the token itself, which only this has
     */
    public record Made(PersonalToken token, String secret) {

        /** Returns a text without the secret. */
        @Override
        public String toString() {
            return "Made[" + token + "]";
        }
    }

    private final Supplier<ServiceDocument> document;
    private final List<String> makers;
    private final Duration longest;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** That no token has. */
    private final SecretHash nobody = SecretHash.ofToken(NewSecret.token(random).secret());

    private final TokenCopy copy;

    /**
     * @param document asked for with the first token
     * @param makers subjects of a rule who may make tokens; none if there shall be no tokens
     * @param longest the maximum life of a token
     */
    public PersonalTokens(Supplier<ServiceDocument> document, List<String> makers, Duration longest, Clock clock) {
        this(document, makers, longest, clock, System::nanoTime, LockSupport::parkNanos);
    }

    PersonalTokens(
            Supplier<ServiceDocument> document,
            List<String> makers,
            Duration longest,
            Clock clock,
            LongSupplier nanos,
            LongConsumer pause) {
        this.document = document;
        this.makers = List.copyOf(makers);
        this.longest = longest;
        this.clock = clock;
        this.copy = new TokenCopy(document, nanos, pause);
    }

    /** Returns what makes and accepts no token. */
    public static PersonalTokens off() {
        return new PersonalTokens(
                () -> {
                    throw new IllegalStateException("There are no personal tokens");
                },
                List.of(),
                Duration.ZERO,
                Clock.systemUTC());
    }

    List<String> makers() {
        return makers;
    }

    Duration longest() {
        return longest;
    }

    /** The record of a token by the present copy, without blocking; empty also if that is too old to say. */
    Optional<PersonalToken> known(String secret) {
        return copy.within(REFRESH).flatMap(tokens -> match(tokens, secret));
    }

    /**
     * The record of a token. One that the copy does not have may have been made on another replica just now, so the
     * document is read again. All who wait for that share one reading, and the next begins {@link #APART} later, however
     * many wrong tokens come.
     *
     * @throws Unavailable if the storage is unavailable
     */
    Optional<PersonalToken> find(String secret) {
        long arrived = copy.now();
        Optional<PersonalToken> known = known(secret);
        return known.isPresent() ? known : match(copy.since(arrived, APART), secret);
    }

    /** Compares as long for an id that is not there, and for a wrong secret. */
    private Optional<PersonalToken> match(Map<String, PersonalToken> tokens, String secret) {
        String id = PersonalToken.idIn(secret);
        PersonalToken token = id == null ? null : tokens.get(id);
        boolean right = (token == null ? nobody : SecretHash.parse(token.hash())).matches(secret);
        return right ? Optional.ofNullable(token) : Optional.empty();
    }

    /** All records that are kept, oldest first, also of expired tokens. */
    List<PersonalToken> all() {
        return readNow().values().stream()
                .sorted(Comparator.comparing(PersonalToken::created).thenComparing(PersonalToken::id))
                .toList();
    }

    private Map<String, PersonalToken> readNow() {
        return copy.since(copy.now(), Duration.ZERO);
    }

    /**
     * Makes a token.
     *
     * @param basis what must stay in the configuration for the token to be accepted
     * @param life null for the longest one
     * @throws Invalid if the name or the life is not possible, or there are too many tokens
     */
    Made make(Identity owner, Set<String> basis, String name, @Nullable Duration life) {
        checkName(name);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant expires = now.plus(checkLife(life == null ? longest : life));
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        String secret = PersonalToken.PREFIX + id + "_"
                + NewSecret.token(random).secret().substring(NewSecret.PREFIX.length());
        PersonalToken token = new PersonalToken(
                id,
                name,
                secret.substring(secret.length() - PersonalToken.ENDING),
                SecretHash.ofToken(secret).text(),
                owner.withToken(id, expires),
                basis,
                now,
                expires);
        if (PersonalTokensJson.size(token) > MAX_SIZE) {
            throw new Invalid("Your claims and groups are too large for a personal token. Use a JWT of your issuer.");
        }
        document.get().change(current -> {
            List<PersonalToken> all = new ArrayList<>(PersonalTokensJson.read(current));
            all.removeIf(old -> old.id().equals(id) || now.isAfter(old.expires().plus(SHOWN)));
            checkRoom(all, owner, now);
            all.add(token);
            return new ServiceDocument.Change<>(PersonalTokensJson.write(all), true);
        });
        readNow();
        return new Made(token, secret);
    }

    private static void checkName(String name) {
        if (!Identity.fit(name) || name.isBlank() || name.length() > LONGEST_NAME) {
            throw new Invalid("The 'name' of a token has 1 to " + LONGEST_NAME
                    + " characters, none of them a control character.");
        }
    }

    private Duration checkLife(Duration life) {
        if (life.compareTo(SHORTEST_LIFE) < 0 || life.compareTo(longest) > 0) {
            throw new Invalid("expires=" + life + " is not between " + SHORTEST_LIFE + " and " + longest
                    + " (kolumn.state.access.personal-tokens-max-age).");
        }
        return life;
    }

    private static void checkRoom(List<PersonalToken> all, Identity owner, Instant now) {
        long own = all.stream()
                .filter(token -> now.isBefore(token.expires()))
                .filter(token -> token.owner().same(owner))
                .count();
        if (own >= MOST_OF_ONE) {
            throw new Invalid("You have " + own + " personal tokens, which is the maximum. Revoke one first.");
        }
        if (all.size() >= MAX_TOKENS) {
            throw new Invalid("There are " + all.size()
                    + " personal tokens, which is the maximum of the service. An administrator can revoke some.");
        }
    }

    /**
     * Revokes a token: on this replica at once, on others within {@link #REFRESH}.
     *
     * @return the record, or empty if there is none with this id
     */
    Optional<PersonalToken> revoke(String id) {
        AtomicReference<@Nullable PersonalToken> revoked =
                new AtomicReference<>(); // also by a try whose answer was lost
        document.get().change(current -> {
            List<PersonalToken> all = new ArrayList<>(PersonalTokensJson.read(current));
            all.stream().filter(token -> token.id().equals(id)).findFirst().ifPresent(revoked::set);
            boolean there = all.removeIf(token -> token.id().equals(id));
            return new ServiceDocument.Change<>(there ? PersonalTokensJson.write(all) : null, there);
        });
        readNow();
        return Optional.ofNullable(revoked.get());
    }
}
