package io.kolumn.state.access;

import java.util.List;

/**
 * A rule that would allow something, but for a little.
 *
 * @param rule its name
 * @param reasons why it does not
 */
public record NearMiss(String rule, List<String> reasons) {

    /** Of more than so many reasons a rule is not near. */
    static final int MAX_REASONS = 2;

    public NearMiss {
        reasons = List.copyOf(reasons);
    }

    /** In words. */
    public String text() {
        return "closest rule: '" + rule + "', but " + String.join(", and ", reasons);
    }
}
