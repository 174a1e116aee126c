package io.kolumn.state.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The rules of access. Everything is denied by default, and a deny overrides every allow. */
public final class Policy {

    /** The maximum number of cached decisions; one needs some 100 bytes. */
    private static final int MAX_ENTRIES = 20_000;

    /** What was asked; of one and the same grants. */
    private record Asked(Grants grants, Permission permission, StateName state) {}

    private final List<Rule> rules;

    /** A decision never changes: changed rules are a new policy, and other credentials have other grants. */
    private final Cache<Asked, Boolean> verdicts = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .executor(Runnable::run)
            .build();

    Policy(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Returns the decision and its rule. */
    public Decision explain(Identity identity, Permission permission, StateName state) {
        return grants(identity).decide(permission, state);
    }

    /** Returns the closest rule that would allow the permission, or empty if none is close. */
    public Optional<NearMiss> nearest(Identity identity, Permission permission, StateName state) {
        return rules.stream()
                .filter(rule -> rule.gives(permission))
                .map(rule -> new NearMiss(rule.name(), rule.misses(identity, state)))
                .filter(miss -> miss.reasons().size() <= NearMiss.MAX_REASONS)
                .min(Comparator.comparingInt(miss -> miss.reasons().size()));
    }

    /** Returns the grants of an identity, which can be cached as long as the identity. */
    public Grants grants(Identity identity) {
        return new Grants(
                identity, rules.stream().filter(rule -> rule.isAbout(identity)).toList(), verdicts);
    }

    /** Returns whether any rule applies to callers without credentials. */
    public boolean admitsAnonymous() {
        return rules.stream().anyMatch(rule -> !rule.allowed().isEmpty() && rule.isAbout(Identity.ANONYMOUS));
    }

    public int size() {
        return rules.size();
    }

    /** The rules that apply to one identity. */
    public static final class Grants {
        private final Identity identity;
        private final List<Rule> rules;
        private final Cache<Asked, Boolean> verdicts;

        private Grants(Identity identity, List<Rule> rules, Cache<Asked, Boolean> verdicts) {
            this.identity = identity;
            this.rules = rules;
            this.verdicts = verdicts;
        }

        public Decision decide(Permission permission, StateName state) {
            Rule allowing = null;
            for (Rule rule : rules) {
                boolean denies = rule.denied().contains(permission);
                boolean allows = allowing == null && rule.gives(permission);
                if ((denies || allows) && rule.covers(state, identity)) {
                    if (denies) {
                        return new Decision(false, rule.name());
                    }
                    allowing = rule;
                }
            }
            return new Decision(allowing != null, allowing == null ? null : allowing.name());
        }

        public boolean allows(Permission permission, StateName state) {
            return verdicts.get(
                    new Asked(this, permission, state),
                    asked -> decide(permission, state).allowed());
        }

        /** Returns whether a permission is allowed on every state, and so on the service itself. */
        public boolean allowsEverywhere(Permission permission) {
            Optional<Rule> denying = rules.stream()
                    .filter(rule -> rule.denied().contains(permission))
                    .findFirst();
            return denying.isEmpty()
                    && rules.stream().anyMatch(rule -> rule.gives(permission) && rule.coversEverything());
        }

        /** Returns whether a permission is certainly allowed on every state with this prefix. */
        public boolean allowsBelow(Permission permission, String prefix) {
            return rules.stream().noneMatch(rule -> rule.denied().contains(permission) && rule.mayCoverBelow(prefix))
                    && rules.stream().anyMatch(rule -> rule.gives(permission) && rule.coversBelow(prefix, identity));
        }
    }
}
