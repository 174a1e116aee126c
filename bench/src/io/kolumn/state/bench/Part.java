package io.kolumn.state.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A part of the benchmark, which can be asked for alone. */
enum Part {
    START,
    MEMORY,
    REQUESTS,
    CYCLE,
    WARM,
    LISTS;

    static Part of(String name) {
        return Arrays.stream(values())
                .filter(part -> part.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--only " + name + ": known are "
                        + Arrays.stream(values()).map(Part::label).collect(Collectors.joining(", "))));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
