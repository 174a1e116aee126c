package io.kolumn.state.access;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One rule of a policy.
 *
 * @param name in the configuration
 * @param who any of them
 * @param claims patterns of claims by their names; each claim must match any of its patterns
 * @param states any of them
 * @param allowed what it gives
 * @param denied what it takes, whatever another rule gives
 */
record Rule(
        String name,
        List<RuleSubject> who,
        Map<String, List<ValuePattern>> claims,
        List<NamePattern> states,
        Set<Permission> allowed,
        Set<Permission> denied) {

    Rule {
        who = List.copyOf(who);
        claims = Map.copyOf(claims);
        states = List.copyOf(states);
        allowed = Set.copyOf(allowed);
        denied = Set.copyOf(denied);
    }

    boolean isAbout(Identity identity) {
        return who.stream().anyMatch(one -> one.is(identity))
                && claims.entrySet().stream()
                        .allMatch(claim -> claim.getValue().stream()
                                .anyMatch(pattern ->
                                        pattern.matchesAny(identity.claims().getOrDefault(claim.getKey(), List.of()))));
    }

    /** Who may read a document may read its outputs. */
    boolean gives(Permission permission) {
        return allowed.contains(permission) || (permission == Permission.OUTPUTS && allowed.contains(Permission.READ));
    }

    /** Why it is not about somebody with a state; empty if it is. */
    List<String> misses(Identity identity, StateName state) {
        List<String> misses = new ArrayList<>();
        if (who.stream().noneMatch(one -> one.is(identity))) {
            misses.add(
                    "it applies to " + joined(who.stream().map(RuleSubject::text)) + ", not to " + identity.subject());
        }
        claims.forEach((claim, patterns) -> {
            List<String> values = identity.claims().getOrDefault(claim, List.of());
            if (patterns.stream().noneMatch(pattern -> pattern.matchesAny(values))) {
                misses.add("it requires the claim '" + claim + "' to be " + joined(patterns.stream()) + ", which is "
                        + (values.isEmpty() ? "missing" : joined(values.stream())));
            }
        });
        if (!covers(state, identity)) {
            misses.add("it applies to the states " + joined(states.stream()));
        }
        return misses;
    }

    private static String joined(Stream<?> parts) {
        return parts.map(String::valueOf).collect(Collectors.joining(", "));
    }

    boolean covers(StateName state, Identity identity) {
        for (NamePattern pattern : states) {
            if (pattern.matches(state, identity.claims())) {
                return true;
            }
        }
        return false;
    }

    boolean coversEverything() {
        return states.stream().anyMatch(NamePattern::everything);
    }

    /** Whether it covers every state whose name starts so. */
    boolean coversBelow(String prefix, Identity identity) {
        return states.stream().anyMatch(pattern -> pattern.matchesAllBelow(prefix, identity.claims()));
    }

    /** Whether it may cover some state whose name starts so. */
    boolean mayCoverBelow(String prefix) {
        return states.stream().anyMatch(pattern -> pattern.mayMatchBelow(prefix));
    }
}
