package io.kolumn.state.access;

import org.jspecify.annotations.Nullable;

/**
 * A decision of the policy.
 *
 * @param rule the name of the deciding rule; null if no rule matches, which denies
 */
public record Decision(boolean allowed, @Nullable String rule) {

    /** Returns the decision as a text. */
    public String reason() {
        return rule == null
                ? "denied: no rule allows it"
                : (allowed ? "allowed by the rule '" : "denied by the rule '") + rule + "'";
    }
}
