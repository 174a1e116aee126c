package io.kolumn.state.access;

import io.kolumn.state.StateName;
import io.kolumn.state.Verb;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
        List<Who> who,
        Map<String, List<ValuePattern>> claims,
        List<NamePattern> states,
        Set<Verb> allowed,
        Set<Verb> denied) {

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
