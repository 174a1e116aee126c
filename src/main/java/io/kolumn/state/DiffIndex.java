package io.kolumn.state;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.DocumentBytes.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the resources and outputs of a document stand: one pass, which looks at names and skips values. */
final class DiffIndex {

    /**
     * What is compared as a whole: an instance of Terraform's, or a resource of Kolumn's.
     *
     * @param provider of the resource; empty where it is part of {@code range}
     */
    record Unit(Range range, String provider) {}

    private final DocumentBytes bytes;
    private final boolean instances;
    private final Map<String, Unit> resources = new LinkedHashMap<>();
    private final Map<String, Range> outputs = new LinkedHashMap<>();
    private final Map<String, Integer> repeated = new HashMap<>();
    private final Map<String, String> shared = new HashMap<>();
    private @Nullable String terraformVersion;
    private boolean older;

    private DiffIndex(DocumentBytes bytes, StateDocument.Format format) {
        this.bytes = bytes;
        this.instances = format == StateDocument.Format.TERRAFORM;
    }

    static DiffIndex of(StateDocument document) throws IOException {
        DiffIndex index = new DiffIndex(new DocumentBytes(document), document.format());
        try (JsonParser json = DocumentScan.JSON.createParser(document.open())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                index.member(name, json);
            }
        }
        return index;
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

    /** Whether it is of Terraform 0.11 or before, which kept resources within modules. */
    boolean older() {
        return older;
    }

    private void member(String name, JsonParser json) throws IOException {
        boolean array = json.currentToken() == JsonToken.START_ARRAY;
        boolean object = json.currentToken() == JsonToken.START_OBJECT;
        if (name.equals("terraform_version") && json.currentToken() == JsonToken.VALUE_STRING) {
            terraformVersion = json.getText().isEmpty() ? null : json.getText();
        } else if (name.equals("outputs") && object) {
            bytes.visitInside(json, 0, (output, value) -> {
                outputs.put(output, value);
                return true;
            });
        } else if (name.equals("resources") && object) {
            bytes.visitInside(json, 0, (id, value) -> {
                add(id, new Unit(value, ""));
                return true;
            });
        } else if (name.equals("resources") && array) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                resource(json);
            }
        } else {
            older |= name.equals("modules") && array;
            json.skipChildren();
        }
    }

    /** An instance as it stands, until its resource is known. */
    private record Found(Range range, String key) {}

    private void resource(JsonParser json) throws IOException {
        long start = json.currentTokenLocation().getByteOffset();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            add("(unnamed)", new Unit(bytes.value(json, 0), ""));
            return;
        }
        Map<String, String> texts = new HashMap<>();
        List<Found> found = new ArrayList<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (json.currentToken() == JsonToken.VALUE_STRING && isIdentity(name)) {
                texts.put(name, json.getText());
            } else if (instances && name.equals("instances") && json.currentToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    found.add(instance(json));
                }
            } else {
                json.skipChildren();
            }
        }
        String address = address(texts);
        if (!instances) {
            add(address, new Unit(new Range(start, json.currentLocation().getByteOffset()), ""));
        }
        String provider = shared(texts.getOrDefault("provider", ""));
        for (Found instance : found) {
            add(address + instance.key(), new Unit(instance.range(), provider));
        }
    }

    private static boolean isIdentity(String name) {
        return switch (name) {
            case "module", "mode", "type", "name", "id", "provider" -> true;
            default -> false;
        };
    }

    /** Kolumn's resources have ids of their own. */
    private String address(Map<String, String> texts) {
        String id = texts.getOrDefault("id", "");
        return !instances && !id.isEmpty()
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
            return new Found(bytes.value(json, 0), "");
        }
        String key = "";
        String deposed = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("index_key") && value == JsonToken.VALUE_STRING) {
                key = "[" + ResourceAddress.quoted(json.getText()) + "]";
            } else if (name.equals("index_key") && value.isNumeric()) {
                key = "[" + json.getText() + "]";
            } else if (name.equals("deposed") && value == JsonToken.VALUE_STRING) {
                deposed = " (deposed object " + json.getText() + ")";
            } else {
                json.skipChildren();
            }
        }
        return new Found(new Range(start, json.currentLocation().getByteOffset()), key + deposed);
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
