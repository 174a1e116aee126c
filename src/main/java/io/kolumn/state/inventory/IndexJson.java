package io.kolumn.state.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.IndexedVersion;
import io.kolumn.state.IndexedVersion.Summary;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The index of a version as a compact JSON document: an object with the summary first, and the resources as arrays, in byte
 * order of their addresses. What cannot be read is no index.
 */
final class IndexJson {

    /** Of this form of the document; any other is no index. */
    private static final int FORM = 1;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /** As a storage compares text. */
    static final Comparator<String> BYTE_ORDER = (one, other) -> {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            if (one.charAt(i) >= 0x80 || other.charAt(i) >= 0x80) {
                return Arrays.compareUnsigned(
                        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
            }
            if (one.charAt(i) != other.charAt(i)) {
                return one.charAt(i) - other.charAt(i);
            }
        }
        return one.length() - other.length();
    };

    private IndexJson() {}

    static byte[] write(IndexedVersion index) {
        Summary summary = index.summary();
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(256 + 128 * index.resources().size());
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("form", FORM);
            json.writeStringField("state", summary.state().value());
            json.writeNumberField("version", summary.number());
            json.writeStringField("id", summary.id());
            if (summary.serial() != null) {
                json.writeNumberField("serial", summary.serial());
            }
            json.writeNumberField("size", summary.size());
            json.writeStringField("created", summary.created().toString());
            json.writeStringField("terraform", summary.terraformVersion());
            json.writeStringField("not", summary.notIndexed());
            json.writeNumberField("count", summary.resources());
            counts(json, "types", summary.types());
            counts(json, "providers", summary.providers());
            json.writeArrayFieldStart("resources");
            List<IndexedResource> sorted = new ArrayList<>(index.resources());
            sorted.sort(Comparator.comparing(IndexedResource::address, BYTE_ORDER));
            for (IndexedResource resource : sorted) {
                write(json, resource);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private static void counts(JsonGenerator json, String name, Map<String, Integer> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Integer> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, IndexedResource resource) throws IOException {
        json.writeStartArray();
        json.writeString(resource.address());
        json.writeString(resource.module());
        json.writeString(resource.mode());
        json.writeString(resource.type());
        json.writeString(resource.name());
        json.writeString(resource.key());
        json.writeString(resource.deposed());
        json.writeNumber(resource.tainted() ? 1 : 0);
        json.writeString(resource.provider());
        json.writeString(resource.id());
        for (Map.Entry<String, String> attribute : resource.attributes().entrySet()) {
            json.writeString(attribute.getKey());
            json.writeString(attribute.getValue());
        }
        json.writeEndArray();
    }

    /** The summary; empty if it is no index of this state. */
    static Optional<Summary> summary(StateName state, byte[] document) {
        return read(state, document, false, resource -> false).map(IndexedVersion::summary);
    }

    /** Whether it is the index of exactly this version. */
    static boolean isOf(StateName state, StateVersion version, byte[] document) {
        return summary(state, document).filter(summary -> summary.isOf(version)).isPresent();
    }

    /**
     * The index with those of its resources that are wanted; empty if it is no index of this state.
     *
     * @param wanted asked for each resource in order
     */
    static Optional<IndexedVersion> read(StateName state, byte[] document, Predicate<IndexedResource> wanted) {
        return read(state, document, true, wanted);
    }

    private static Optional<IndexedVersion> read(
            StateName state, byte[] document, boolean withResources, Predicate<IndexedResource> wanted) {
        try (JsonParser json = JSON.createParser(document)) {
            Facts facts = new Facts();
            List<IndexedResource> resources = new ArrayList<>();
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (!name.equals("resources")) {
                    facts.take(name, json);
                } else if (withResources) {
                    resources(json, wanted, resources);
                } else {
                    break;
                }
            }
            return facts.form == FORM && facts.state.equals(state.value())
                    ? Optional.of(new IndexedVersion(facts.summary(state), resources))
                    : Optional.empty();
        } catch (IOException | DateTimeParseException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static void resources(JsonParser json, Predicate<IndexedResource> wanted, List<IndexedResource> resources)
            throws IOException {
        while (json.nextToken() == JsonToken.START_ARRAY) {
            IndexedResource resource = resource(json);
            if (wanted.test(resource)) {
                resources.add(resource);
            }
        }
    }

    private static IndexedResource resource(JsonParser json) throws IOException {
        String address = text(json);
        String module = text(json);
        String mode = text(json);
        String type = text(json);
        String name = text(json);
        String key = optional(json);
        String deposed = optional(json);
        boolean tainted = json.nextIntValue(0) == 1;
        String provider = text(json);
        String id = optional(json);
        Map<String, String> attributes = new HashMap<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            String attribute = json.getText();
            attributes.put(attribute, text(json));
        }
        return new IndexedResource(address, module, mode, type, name, key, deposed, tainted, provider, id, attributes);
    }

    private static String text(JsonParser json) throws IOException {
        String text = optional(json);
        if (text == null) {
            throw new IOException("A text is missing");
        }
        return text;
    }

    private static @Nullable String optional(JsonParser json) throws IOException {
        return json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : null;
    }

    /** The members of the object that are no resources. */
    private static final class Facts {
        private int form;
        private String state = "";
        private long number;
        private String id = "";
        private @Nullable Long serial;
        private long size;
        private String created = "";
        private @Nullable String terraform;
        private @Nullable String not;
        private int count;
        private Map<String, Integer> types = Map.of();
        private Map<String, Integer> providers = Map.of();

        void take(String name, JsonParser json) throws IOException {
            switch (name) {
                case "form" -> form = json.getIntValue();
                case "state" -> state = json.getText();
                case "version" -> number = json.getLongValue();
                case "id" -> id = json.getText();
                case "serial" -> serial = json.getLongValue();
                case "size" -> size = json.getLongValue();
                case "created" -> created = json.getText();
                case "terraform" -> terraform = json.getValueAsString();
                case "not" -> not = json.getValueAsString();
                case "count" -> count = json.getIntValue();
                case "types" -> types = counts(json);
                case "providers" -> providers = counts(json);
                default -> json.skipChildren();
            }
        }

        private static Map<String, Integer> counts(JsonParser json) throws IOException {
            Map<String, Integer> counts = new HashMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                counts.put(json.currentName(), json.nextIntValue(0));
            }
            return counts;
        }

        Summary summary(StateName name) {
            return new Summary(
                    name, number, id, serial, size, Instant.parse(created), terraform, not, count, types, providers);
        }
    }
}
