package io.kolumn.state.access;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The source of users, tokens, issuers and rules: the configuration, a file beside it, and the files that those name.
 * Files are read again when they change. If the new content is not valid, the previous one stays in force and the log
 * has the problem.
 */
public final class AccessSource {

    private static final Logger LOG = Logger.getLogger(AccessSource.class);
    private static final String PREFIX = "kolumn.state.";

    private final Map<String, String> named;
    private final Optional<Path> file;
    private final Duration lockGrace;
    private final Clock clock;
    private final PersonalTokens personal;
    private final Map<IssuerReader.IssuerKeysOf, IssuerKeys> keys = new HashMap<>();
    private final KnownPasswords passwords = new KnownPasswords();
    private Map<Path, Optional<String>> seen = new HashMap<>();
    private volatile @Nullable Authenticator current;

    /**
     * Reads nothing yet.
     *
     * @param named users, tokens, issuers and rules of the application's configuration, by their whole names
     * @param file more of them, in a file that is read again when it changes; empty if there is none
     * @param lockGrace how long after its end a token is still good for finishing what was begun under a lock
     */
    public AccessSource(Map<String, String> named, Optional<Path> file, Duration lockGrace, Clock clock) {
        this(named, file, lockGrace, clock, PersonalTokens.off());
    }

    /** As above, with personal tokens. */
    public AccessSource(
            Map<String, String> named, Optional<Path> file, Duration lockGrace, Clock clock, PersonalTokens personal) {
        this.named = Map.copyOf(named);
        this.file = file;
        this.lockGrace = lockGrace;
        this.clock = clock;
        this.personal = personal;
    }

    /**
     * Returns the present identities and rules.
     *
     * @throws Configuration with all problems, at the first call
     */
    public Authenticator current() {
        Authenticator known = current;
        return known == null ? load() : known;
    }

    private synchronized Authenticator load() {
        Authenticator known = current;
        if (known == null) {
            seen = new HashMap<>();
            known = read();
            current = known;
        }
        return known;
    }

    /** Checks for changed files, and uses the new content if it is valid. */
    public synchronized void refresh() {
        Map<Path, Optional<String>> before = seen;
        if (current == null
                || before.entrySet().stream()
                        .allMatch(file -> text(file.getKey()).equals(file.getValue()))) {
            return;
        }
        seen = new HashMap<>();
        try {
            current = read();
            LOG.infof(
                    "Read identities and rules again: %d rules.",
                    current.policy().size());
        } catch (Configuration wrong) {
            before.forEach((path, text) -> seen.putIfAbsent(path, text(path)));
            LOG.errorf(
                    "The changed identities and rules are not valid. The previous ones stay in force. %s",
                    wrong.getMessage());
        }
    }

    private Authenticator read() {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> properties = new TreeMap<>(named);
        file.ifPresent(path -> fromFile(path, properties, problems));
        AccessConfig config = AccessConfig.of(properties, problems);
        Authenticator access = new AccessReader(config, this::remembered, problems)
                .read(
                        lockGrace,
                        wanted -> keys.computeIfAbsent(wanted, IssuerReader.IssuerKeysOf::make),
                        passwords,
                        personal,
                        clock);
        UnknownSubjects unknown = new UnknownSubjects(config);
        unknown.named().forEach(warning -> LOG.warnf("%s", warning));
        unknown.makers(personal.makers()).forEach(warning -> LOG.warnf("%s", warning));
        return access;
    }

    private void fromFile(Path path, Map<String, String> properties, List<Problem> problems) {
        Optional<String> text = remembered(path);
        if (text.isEmpty()) {
            problems.add(new Problem(PREFIX + "access.file", path.toString(), "cannot be read"));
            return;
        }
        Properties file = new Properties() {
            @Override
            public synchronized @Nullable Object put(Object key, Object value) {
                if (containsKey(key)) {
                    problems.add(new Problem(String.valueOf(key), null, "is given twice in " + path));
                }
                return super.put(key, value);
            }
        };
        try {
            file.load(new StringReader(text.get()));
        } catch (IOException | IllegalArgumentException e) {
            problems.add(new Problem(PREFIX + "access.file", path.toString(), "is not a file of properties"));
        }
        for (String name : file.stringPropertyNames()) {
            String property = name.startsWith(PREFIX) ? name : PREFIX + name;
            if (!AccessConfig.has(property)) {
                problems.add(new Problem(
                        name, null, "is not a key of " + path + "; there are user.*, token.*, issuer.* and policy.*"));
            } else if (properties.put(property, file.getProperty(name)) != null) {
                problems.add(new Problem(name, null, "is given in " + path + " and in the configuration"));
            }
        }
    }

    private Optional<String> remembered(Path path) {
        return seen.computeIfAbsent(path, AccessSource::text);
    }

    private static Optional<String> text(Path path) {
        try {
            return Optional.of(Files.readString(path));
        } catch (IOException e) {
            LOG.debugf("%s cannot be read: %s", path, e);
            return Optional.empty();
        }
    }
}
