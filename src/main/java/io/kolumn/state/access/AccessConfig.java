package io.kolumn.state.access;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.NamedEntry;
import java.util.List;
import java.util.Map;

/**
 * Users, tokens, issuers and the rules of the policy, each by its name. What their texts mean is for {@code access} to
 * say; here every key is known and every value of its type.
 */
public record AccessConfig(
        Map<String, NamedEntry> users,
        Map<String, NamedEntry> tokens,
        Map<String, NamedEntry> issuers,
        Map<String, NamedEntry> rules) {

    /**
     * Reads them out of properties.
     *
     * @param properties whole names and their values; others than those of users, tokens, issuers and rules are not
     *     looked at
     * @param problems gets what is wrong
     */
    public static AccessConfig of(Map<String, String> properties, List<Problem> problems) {
        return new AccessConfig(
                AccessKeys.USERS.check(properties, problems),
                AccessKeys.TOKENS.check(properties, problems),
                AccessKeys.ISSUERS.check(properties, problems),
                AccessKeys.RULES.check(properties, problems));
    }

    /** Whether a property is one of these. */
    public static boolean has(String property) {
        return AccessKeys.ALL.stream().anyMatch(table -> table.has(property));
    }

    /** Whether anybody could prove anything. */
    public boolean identities() {
        return !users.isEmpty() || !tokens.isEmpty() || !issuers.isEmpty();
    }

    public boolean isEmpty() {
        return !identities() && rules.isEmpty();
    }
}
