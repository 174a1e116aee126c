package io.kolumn.state.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Where a source has its documents, by their names. Of the places of one name the first counts, and the others are told. */
public final class DocumentPlaces {

    private record Place(String name, String where) {}

    private final Map<String, String> places = new TreeMap<>();
    private final List<Place> twice = new ArrayList<>();

    public void add(String name, String where) {
        if (places.putIfAbsent(name, where) != null) {
            twice.add(new Place(name, where));
        }
    }

    /**
     * Gives every name with its place, in the order of the names.
     *
     * @param receiver is told of places that no name is left for
     */
    public void each(BiConsumer<String, String> reader, DocumentSource.Receiver receiver) {
        places.forEach(reader);
        twice.forEach(place ->
                receiver.refused(place.name(), place.where() + " has the name of " + places.get(place.name()) + "."));
    }
}
