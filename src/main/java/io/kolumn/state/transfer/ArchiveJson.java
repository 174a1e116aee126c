package io.kolumn.state.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.FormerLocks;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.store.LabelsJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The JSON in an archive: the head and records of one state. Its lock is not in it. */
final class ArchiveJson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper TREES = new JsonMapper();

    private ArchiveJson() {}

    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /** One object, indented for people. */
    static byte[] object(Content content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    static JsonNode tree(byte[] bytes) throws IOException {
        return TREES.readTree(bytes);
    }

    static byte[] write(StateSnapshot state) throws IOException {
        StateHead head = state.head();
        return object(json -> {
            json.writeStringField("name", head.name().value());
            json.writeStringField("commit", head.commit());
            json.writeStringField("changed", head.changed().toString());
            json.writeNumberField("versions", head.lastVersion());
            json.writeNumberField("fence", head.fence());
            json.writeNumberField("highestSerial", head.highestSerial());
            if (head.current() != null) {
                json.writeNumberField("current", head.current().number());
            }
            LabelsJson.member(json, head.labels());
            records(json, "records", state.versions());
            records(json, "quarantined", state.quarantined());
        });
    }

    private static void records(JsonGenerator json, String member, List<StateVersion> versions) throws IOException {
        json.writeArrayFieldStart(member);
        for (StateVersion version : versions) {
            record(json, version);
        }
        json.writeEndArray();
    }

    private static void record(JsonGenerator json, StateVersion version) throws IOException {
        json.writeStartObject();
        json.writeNumberField("number", version.number());
        json.writeStringField("id", version.id());
        json.writeStringField("format", version.format().name());
        json.writeBooleanField("empty", version.empty());
        if (version.serial() != null) {
            json.writeNumberField("serial", version.serial());
        }
        if (version.lineage() != null) {
            json.writeStringField("lineage", version.lineage());
        }
        json.writeStringField("sha256", version.sha256());
        json.writeNumberField("size", version.size());
        json.writeStringField("created", version.created().toString());
        json.writeStringField("author", version.author());
        json.writeStringField("operation", version.operation());
        json.writeNumberField("fence", version.fence());
        json.writeEndObject();
    }

    /**
     * A state out of its JSON.
     *
     * @throws RuntimeException of whatever kind if it is not that
     */
    static StateSnapshot read(byte[] bytes, StateSnapshot.Contents contents) throws IOException {
        JsonNode json = tree(bytes);
        List<StateVersion> versions = records(json.path("records"));
        long current = json.path("current").asLong(0);
        StateHead head = new StateHead(
                StateName.of(json.path("name").asText()),
                "",
                text(json, "commit"),
                versions.stream()
                        .filter(version -> version.number() == current)
                        .findFirst()
                        .orElse(null),
                null,
                json.path("versions").asLong(),
                versions.size(),
                json.path("fence").asLong(),
                json.path("highestSerial").asLong(-1),
                Instant.parse(text(json, "changed")),
                FormerLocks.NONE,
                json.has("labels") ? LabelsJson.parse(json.get("labels").toString()) : null);
        return new StateSnapshot(head, versions, records(json.path("quarantined")), contents);
    }

    private static List<StateVersion> records(JsonNode array) {
        List<StateVersion> records = new ArrayList<>();
        array.forEach(json -> records.add(record(json)));
        return records;
    }

    private static StateVersion record(JsonNode json) {
        return new StateVersion(
                json.path("number").asLong(),
                text(json, "id"),
                StateDocument.Format.valueOf(text(json, "format")),
                json.path("empty").asBoolean(),
                serial(json),
                json.path("lineage").textValue(),
                text(json, "sha256"),
                json.path("size").asLong(),
                Instant.parse(text(json, "created")),
                text(json, "author"),
                text(json, "operation"),
                json.path("fence").asLong());
    }

    private static @Nullable Long serial(JsonNode json) {
        return json.hasNonNull("serial") ? json.get("serial").asLong() : null;
    }

    private static String text(JsonNode json, String member) {
        return Objects.requireNonNull(json.path(member).textValue(), member);
    }
}
