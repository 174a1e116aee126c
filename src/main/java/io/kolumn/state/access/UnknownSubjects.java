package io.kolumn.state.access;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.NamedEntry;
import io.kolumn.state.config.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds rules that name somebody who is not there. That is not an error: whoever takes a user out of a file must not thereby keep
 * the file from being read.
 */
final class UnknownSubjects {

    private final AccessConfig config;

    UnknownSubjects(AccessConfig config) {
        this.config = config;
    }

    /** What is most likely not meant, by the key of its rule. */
    List<Problem> named() {
        List<Problem> found = new ArrayList<>();
        for (NamedEntry rule : config.rules().values()) {
            for (String who : rule.list("subjects")) {
                missed(who).ifPresent(hint -> found.add(rule.problem("subjects", who, "names no one" + hint)));
            }
        }
        return found;
    }

    /** As {@link #named}, of those who may make personal tokens, also of issuers. */
    List<Problem> makers(List<String> subjects) {
        List<Problem> found = new ArrayList<>();
        for (String who : subjects) {
            missed(who).ifPresent(hint -> found.add(new Problem(AccessReader.MAKERS, who, "names no one" + hint)));
        }
        return found;
    }

    private Optional<String> missed(String who) {
        int colon = who.indexOf(':');
        String name = who.substring(colon + 1).strip();
        return known(who.substring(0, Math.max(colon, 0)))
                .filter(names -> names.stream().noneMatch(ValuePattern.of(name)::matches))
                .map(names -> meant(name, names));
    }

    private static String meant(String name, Set<String> names) {
        return Nearest.of(name, names)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse(": the configuration has no such name");
    }

    /** All names of a kind, where all are known: an issuer may tell of groups that nobody here knows. */
    private Optional<Set<String>> known(String kind) {
        return switch (kind) {
            case "user" -> Optional.of(config.users().keySet());
            case "token" -> Optional.of(config.tokens().keySet());
            case "issuer" -> Optional.of(config.issuers().keySet());
            case "group" -> issuersTellGroups() ? Optional.empty() : Optional.of(groups());
            default -> Optional.empty();
        };
    }

    private boolean issuersTellGroups() {
        return config.issuers().values().stream()
                .anyMatch(issuer -> issuer.values().text("groups_claim").isPresent());
    }

    private Set<String> groups() {
        return Stream.concat(config.users().values().stream(), config.tokens().values().stream())
                .flatMap(entry -> entry.list("groups").stream())
                .collect(Collectors.toSet());
    }
}
