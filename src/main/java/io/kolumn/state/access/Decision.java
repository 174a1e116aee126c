package io.kolumn.state.access;

import org.jspecify.annotations.Nullable;

/**
 * Whether something is allowed, and by what.
 *
 * @param rule the name of the rule that allows or denies it; null if no rule does, which denies it too
 */
public record Decision(boolean allowed, @Nullable String rule) {

    /** In words. */
    public String reason() {
        return rule == null
                ? "denied: no rule allows it"
                : (allowed ? "allowed by the rule '" : "denied by the rule '") + rule + "'";
    }
}
