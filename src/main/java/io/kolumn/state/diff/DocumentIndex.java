package io.kolumn.state.diff;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.StateDocument;
import io.kolumn.state.diff.DocumentBytes.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the resources and outputs of a document stand: one pass, which looks at names and skips values. */
public final class DocumentIndex {

    /**
     * What is compared as a whole: an instance of Terraform's, or a resource of Kolumn's.
     *
     * @param provider of the resource; empty where it is part of {@code range}
     * @param place what else tells it from others; {@link Place#NONE} if nothing does
     * @param instance whether it is one of Terraform's, whose attributes stand in a member of that name
     * @param tainted whether the document marks it as tainted
     */
    record Unit(Range range, String provider, Place place, boolean instance, boolean tainted) {

        /** Of which nothing more is known. */
        static Unit of(Range range) {
            return new Unit(range, "", Place.NONE, false, false);
        }

        /** Of the resource; empty if it has none. */
        String type() {
            return place.type();
        }
    }

    /** The parts of an address; empty, or null, where there is none. */
    record Place(
            String module,
            String mode,
            String type,
            String name,
            @Nullable String key,
            @Nullable String deposed) {

        static final Place NONE = new Place("", "", "", "", null, null);
    }

    /** Terraform's, and the one that Kolumn's documents may have. */
    private static final Set<String> KNOWN = Set.of("4", "0");

    private final StateDocument document;
    private final DocumentBytes bytes;
    private final boolean instances;
    private final Map<String, Unit> resources = new LinkedHashMap<>();
    private final Map<String, Range> outputs = new LinkedHashMap<>();
    private final Map<String, Integer> repeated = new HashMap<>();
    private final Map<String, String> shared = new HashMap<>();
    private @Nullable String terraformVersion;
    private String number = "";

    private DocumentIndex(StateDocument document) {
        this.document = document;
        this.bytes = new DocumentBytes(document);
        this.instances = document.format() == StateDocument.Format.TERRAFORM;
    }

    /**
     * Reads the document once; its bytes are kept and not copied.
     *
     * @throws UnknownFormat if it is of a format in which resources and outputs are not known to stand
     * @throws IOException if a name in it is longer than any name is
     */
    public static DocumentIndex of(StateDocument document) throws IOException {
        if (document.format() == StateDocument.Format.OTHER) {
            throw new UnknownFormat("an unknown format");
        }
        DocumentIndex index = new DocumentIndex(document);
        try (JsonParser json = document.parser()) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                index.member(name, json);
            }
        }
        if (index.instances && !KNOWN.contains(index.number)) {
            throw new UnknownFormat("format " + index.number
                    + ", which is not Terraform's format 4. It was written by Terraform 0.11 or earlier, by a newer"
                    + " release, or by another program");
        }
        return index;
    }

    StateDocument document() {
        return document;
    }

    DocumentBytes bytes() {
        return bytes;
    }

    Map<String, Unit> resources() {
        return resources;
    }

    Map<String, Range> outputs() {
        return outputs;
    }

    @Nullable
    String terraformVersion() {
        return terraformVersion;
    }

    private void member(String name, JsonParser json) throws IOException {
        boolean array = json.currentToken() == JsonToken.START_ARRAY;
        boolean object = json.currentToken() == JsonToken.START_OBJECT;
        if (name.equals("terraform_version") && json.currentToken() == JsonToken.VALUE_STRING) {
            terraformVersion = json.getText().isEmpty() ? null : json.getText();
        } else if (name.equals("version") && json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            number = json.getText();
        } else if (name.equals("outputs") && object) {
            bytes.visitInside(json, 0, (output, value) -> {
                outputs.put(output, value);
                return true;
            });
        } else if (name.equals("resources") && object) {
            bytes.visitInside(json, 0, (id, value) -> {
                add(id, Unit.of(value));
                return true;
            });
        } else if (name.equals("resources") && array) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                resource(json);
            }
        } else {
            json.skipChildren();
        }
    }

    /** An instance as it stands, until its resource is known; {@code behind} is the rest of its address. */
    private record Found(
            Range range,
            String behind,
            @Nullable String key,
            @Nullable String deposed,
            boolean tainted) {}

    private void resource(JsonParser json) throws IOException {
        long start = json.currentTokenLocation().getByteOffset();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            add("(unnamed)", Unit.of(bytes.value(json, 0)));
            return;
        }
        Map<String, String> texts = new HashMap<>();
        List<Found> found = new ArrayList<>();
        boolean whole = true;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (json.currentToken() == JsonToken.VALUE_STRING && isIdentity(name)) {
                texts.put(name, json.getText());
            } else if (instances && name.equals("instances") && json.currentToken() == JsonToken.START_ARRAY) {
                whole = false;
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    found.add(instance(json));
                }
            } else {
                json.skipChildren();
            }
        }
        if (whole) {
            Range all = new Range(start, json.currentLocation().getByteOffset());
            add(address(texts, true), new Unit(all, "", place(texts, null, null), false, false));
            return;
        }
        String address = address(texts, false);
        String provider = shared(texts.getOrDefault("provider", ""));
        for (Found instance : found) {
            Place place = place(texts, instance.key(), instance.deposed());
            add(address + instance.behind(), new Unit(instance.range(), provider, place, true, instance.tainted()));
        }
    }

    private Place place(Map<String, String> texts, @Nullable String key, @Nullable String deposed) {
        return new Place(
                shared(texts.getOrDefault("module", "")),
                shared(texts.getOrDefault("mode", "")),
                shared(texts.getOrDefault("type", "")),
                texts.getOrDefault("name", ""),
                key,
                deposed);
    }

    private static boolean isIdentity(String name) {
        return switch (name) {
            case "module", "mode", "type", "name", "id", "provider" -> true;
            default -> false;
        };
    }

    /** Kolumn's resources, which have no instances, have ids of their own. */
    private static String address(Map<String, String> texts, boolean whole) {
        String id = texts.getOrDefault("id", "");
        return whole && !id.isEmpty()
                ? id
                : ResourceAddress.of(
                        texts.getOrDefault("module", ""),
                        texts.getOrDefault("mode", ""),
                        texts.getOrDefault("type", ""),
                        texts.getOrDefault("name", ""));
    }

    private Found instance(JsonParser json) throws IOException {
        long start = json.currentTokenLocation().getByteOffset();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return new Found(bytes.value(json, 0), "", null, null, false);
        }
        String behind = "";
        String key = null;
        String deposed = null;
        boolean tainted = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("index_key") && value == JsonToken.VALUE_STRING) {
                key = json.getText();
                behind = "[" + ResourceAddress.quoted(key) + "]";
            } else if (name.equals("index_key") && value.isNumeric()) {
                key = json.getText();
                behind = "[" + key + "]";
            } else if (name.equals("deposed") && value == JsonToken.VALUE_STRING) {
                deposed = json.getText();
            } else if (name.equals("status") && value == JsonToken.VALUE_STRING) {
                tainted = json.getText().equals("tainted");
            } else {
                json.skipChildren();
            }
        }
        return new Found(
                new Range(start, json.currentLocation().getByteOffset()),
                deposed == null ? behind : behind + " (deposed object " + deposed + ")",
                key,
                deposed,
                tainted);
    }

    private String shared(String text) {
        return shared.computeIfAbsent(text, same -> same);
    }

    /** A document that has an address twice has its second one as another. */
    private void add(String address, Unit unit) {
        if (resources.putIfAbsent(address, unit) == null) {
            return;
        }
        String free;
        do {
            free = address + " (" + repeated.merge(address, 2, (before, two) -> before + 1) + ")";
        } while (resources.putIfAbsent(free, unit) != null);
    }
}
