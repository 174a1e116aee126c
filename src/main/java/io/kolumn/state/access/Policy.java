package io.kolumn.state.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Rules on who may do what with which states. What no rule allows is denied, and what one denies no other allows. */
public final class Policy {

    /** Verdicts that are kept; one takes some 100 bytes. */
    private static final int MOST = 20_000;

    /** What was asked; of one and the same grants. */
    private record Asked(Grants grants, Permission verb, StateName state) {}

    private final List<Rule> rules;

    /** A verdict never changes: other rules are another policy, and another proof has other grants. */
    private final Cache<Asked, Boolean> verdicts =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    Policy(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The rule that decides, for people who wonder. */
    public Decision explain(Identity identity, Permission verb, StateName state) {
        return grants(identity).decide(verb, state);
    }

    /** The rule that would allow it but for the least, for people who wonder; empty if none nearly does. */
    public Optional<NearMiss> nearest(Identity identity, Permission verb, StateName state) {
        return rules.stream()
                .filter(rule -> rule.gives(verb))
                .map(rule -> new NearMiss(rule.name(), rule.misses(identity, state)))
                .filter(miss -> miss.reasons().size() <= NearMiss.MOST)
                .min(Comparator.comparingInt(miss -> miss.reasons().size()));
    }

    /** What the rules say of one identity; worth keeping as long as the identity is. */
    public Grants grants(Identity identity) {
        return new Grants(
                identity, rules.stream().filter(rule -> rule.isAbout(identity)).toList(), verdicts);
    }

    /** Whether somebody who proves nothing may do anything at all. */
    public boolean admitsAnonymous() {
        return rules.stream().anyMatch(rule -> !rule.allowed().isEmpty() && rule.isAbout(Identity.ANONYMOUS));
    }

    public int size() {
        return rules.size();
    }

    /** The rules that are about one identity. */
    public static final class Grants {
        private final Identity identity;
        private final List<Rule> rules;
        private final Cache<Asked, Boolean> verdicts;

        private Grants(Identity identity, List<Rule> rules, Cache<Asked, Boolean> verdicts) {
            this.identity = identity;
            this.rules = rules;
            this.verdicts = verdicts;
        }

        public Decision decide(Permission verb, StateName state) {
            Rule allowing = null;
            for (Rule rule : rules) {
                boolean denies = rule.denied().contains(verb);
                boolean allows = allowing == null && rule.gives(verb);
                if ((denies || allows) && rule.covers(state, identity)) {
                    if (denies) {
                        return new Decision(false, rule.name());
                    }
                    allowing = rule;
                }
            }
            return new Decision(allowing != null, allowing == null ? null : allowing.name());
        }

        public boolean allows(Permission verb, StateName state) {
            return verdicts.get(
                    new Asked(this, verb, state), asked -> decide(verb, state).allowed());
        }

        /** Whether a verb is given for every state, and so for the service itself. */
        public boolean allowsEverywhere(Permission verb) {
            Optional<Rule> denying =
                    rules.stream().filter(rule -> rule.denied().contains(verb)).findFirst();
            return denying.isEmpty() && rules.stream().anyMatch(rule -> rule.gives(verb) && rule.coversEverything());
        }

        /** Whether a verb is given for every state whose name starts so; false where that is not certain. */
        public boolean allowsBelow(Permission verb, String prefix) {
            return rules.stream().noneMatch(rule -> rule.denied().contains(verb) && rule.mayCoverBelow(prefix))
                    && rules.stream().anyMatch(rule -> rule.gives(verb) && rule.coversBelow(prefix, identity));
        }
    }
}
