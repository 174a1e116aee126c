package io.kolumn.state.store;

import io.kolumn.state.store.DocumentNames.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Where a source has its documents, by their names. Of the places of one name the first counts, and the others are told; so
 * is what is not a state.
 */
public final class DocumentPlaces {

    private record Place(String name, String where) {}

    private final DocumentSource.Receiver receiver;
    private final Map<String, String> places = new TreeMap<>();
    private final List<Place> twice = new ArrayList<>();

    /** @param receiver is told of places that no name is left for, and of those that hold no state */
    public DocumentPlaces(DocumentSource.Receiver receiver) {
        this.receiver = receiver;
    }

    public void add(Kind kind, String where) {
        switch (kind) {
            case Kind.State(String name) -> {
                if (places.putIfAbsent(name, where) != null) {
                    twice.add(new Place(name, where));
                }
            }
            case Kind.Other(String why) -> receiver.skipped(where, why);
        }
    }

    /** Gives every name with its place, in the order of the names. */
    public void each(BiConsumer<String, String> reader) {
        places.forEach(reader);
        twice.forEach(place -> receiver.refused(
                place.name(), place.where() + " has the same name as " + places.get(place.name()) + "."));
    }
}
