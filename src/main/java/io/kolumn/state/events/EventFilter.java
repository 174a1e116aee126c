package io.kolumn.state.events;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which events are asked for.
 *
 * @param prefix of the names of states, as plain text; empty for all
 * @param types of events
 */
public record EventFilter(String prefix, Set<EventType> types) {

    /** All events. */
    public static final EventFilter ALL = new EventFilter("", EnumSet.allOf(EventType.class));

    private static final Set<EventType> CHANGES = EnumSet.complementOf(EnumSet.of(EventType.REFUSED));

    /** Returns the filter for all but rejected changes. */
    public static EventFilter changes(String prefix) {
        return new EventFilter(prefix, CHANGES);
    }

    public EventFilter {
        types = Collections.unmodifiableSet(EnumSet.copyOf(types));
    }

    /**
     * Parses a filter.
     *
     * @param types names separated by commas, each with or without {@value EventType#PREFIX}, perhaps its beginning with
     *     an asterisk; empty for all
     * @throws Invalid if a name is that of no type
     */
    public static EventFilter parse(String prefix, String types) {
        List<String> asked = Arrays.stream(types.split(",", -1))
                .map(String::strip)
                .filter(type -> !type.isEmpty())
                .toList();
        return asked.isEmpty()
                ? new EventFilter(prefix, ALL.types())
                : new EventFilter(
                        prefix,
                        asked.stream().flatMap(type -> named(type).stream()).collect(Collectors.toSet()));
    }

    private static Set<EventType> named(String asked) {
        String label = asked.startsWith(EventType.PREFIX) ? asked.substring(EventType.PREFIX.length()) : asked;
        Set<EventType> found = EnumSet.noneOf(EventType.class);
        for (EventType type : EventType.values()) {
            boolean matches = label.endsWith("*")
                    ? type.label().startsWith(label.substring(0, label.length() - 1))
                    : type.label().equals(label);
            if (matches && type != EventType.LOST) {
                found.add(type);
            }
        }
        if (found.isEmpty()) {
            String shown = asked.length() > 60 ? asked.substring(0, 60) + "…" : asked;
            throw new Invalid("There is no type of events '" + shown.replaceAll("\\p{Cntrl}", "?") + "'. The types are "
                    + ALL.types().stream()
                            .filter(type -> type != EventType.LOST)
                            .map(EventType::label)
                            .collect(Collectors.joining(", "))
                    + ". A '*' at the end matches all that begin so.");
        }
        return found;
    }

    /** Returns whether events of this state are asked for. */
    public boolean matches(StateName name) {
        return name.value().startsWith(prefix);
    }

    /** Returns whether this event is asked for. */
    public boolean matches(StateEvent event) {
        return types.contains(event.type()) && matches(event.state());
    }
}
