package io.kolumn.state.ui;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** The columns of the list of states, and by which of them a list that is whole can be sorted. */
enum Sorting {
    NAME("Name", "name"),
    VERSION("Version", "number"),
    SERIAL("Serial", "number"),
    RESOURCES("Resources", "number"),
    SIZE("Size", "number"),
    CHANGED("Changed", "time"),
    LOCK("Lock", "lock");

    private final String label;
    private final String kind;

    Sorting(String label, String kind) {
        this.label = label;
        this.kind = kind;
    }

    String label() {
        return label;
    }

    String kind() {
        return kind;
    }

    boolean sorts() {
        return this != LOCK && this != VERSION && this != RESOURCES;
    }

    private String code() {
        return label.toLowerCase(java.util.Locale.ROOT);
    }

    boolean chosenBy(String sort) {
        return sort.equals(code()) || sort.equals("-" + code()) || (this == NAME && sort.isEmpty());
    }

    String direction(String sort) {
        return sort.startsWith("-") ? "descending" : "ascending";
    }

    /** Returns what sorts by this column next: numbers and times begin with the largest. */
    String next(String sort) {
        if (this == NAME) {
            return chosenBy(sort) && !sort.startsWith("-") ? "-name" : "";
        }
        return sort.equals("-" + code()) ? code() : "-" + code();
    }

    /** Folders stay in front, by their names. */
    static List<StateTree.Entry> sorted(List<StateTree.Entry> entries, String sort) {
        for (Sorting sorting : values()) {
            if (sorting.sorts() && sorting.chosenBy(sort) && !sort.isEmpty()) {
                Comparator<StateTree.Entry> order = sorting.order();
                Comparator<StateTree.Entry> folders =
                        Comparator.comparing((StateTree.Entry entry) -> entry.head() != null);
                return entries.stream()
                        .sorted(folders.thenComparing(sort.startsWith("-") ? order.reversed() : order))
                        .toList();
            }
        }
        return entries;
    }

    private Comparator<StateTree.Entry> order() {
        return switch (this) {
            case NAME, VERSION, RESOURCES, LOCK ->
                Comparator.comparing(entry -> entry.head() == null
                        ? entry.folder()
                        : entry.head().name().value());
            case SERIAL -> by(version -> version.serial() == null ? -1 : version.serial());
            case SIZE -> by(StateVersion::size);
            case CHANGED ->
                Comparator.comparingLong(entry ->
                        entry.head() == null ? 0 : entry.head().changed().toEpochMilli());
        };
    }

    private static Comparator<StateTree.Entry> by(ToLongFunction<StateVersion> value) {
        return Comparator.comparingLong(entry -> {
            StateHead head = entry.head();
            return head == null || head.current() == null ? -1 : value.applyAsLong(head.current());
        });
    }
}
