package io.kolumn.state.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.FormerLocks;
import io.kolumn.state.Labels;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.MoveResult;
import io.kolumn.state.backend.QuarantinedDocument;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.cli.States.OutputValues;
import io.kolumn.state.diff.StateDiff;
import io.kolumn.state.diff.StateOutputs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values out of the JSON of {@code /v1}. */
final class ServerJson {

    private static final Set<String> OUTPUT = Set.of("value", "type", "sensitive");

    private ServerJson() {}

    /** An entry of a list. */
    static StateHead head(JsonNode json) {
        StateVersion current = json.hasNonNull("current") ? version(json.get("current")) : null;
        Lock lock = json.hasNonNull("lock") ? lock(json.get("lock")) : null;
        boolean deleted = json.path("deleted").asBoolean();
        long versions = current == null ? (deleted ? 1 : 0) : current.number();
        if (json.hasNonNull("moved")) {
            return StateHead.moved(StateName.of(json.path("name").asText()), movedTo(json.get("moved")));
        }
        return new StateHead(
                StateName.of(json.path("name").asText()),
                "",
                "",
                current,
                lock,
                versions,
                0,
                lock == null ? 0 : lock.fence(),
                -1,
                Instant.parse(json.path("changed").asText()),
                FormerLocks.NONE,
                json.hasNonNull("labels") ? labels(json.get("labels")) : null);
    }

    static Labels labels(JsonNode json) {
        SortedMap<String, String> values = new TreeMap<>();
        json.properties()
                .forEach(label -> values.put(label.getKey(), label.getValue().asText()));
        return new Labels(values);
    }

    private static MovedTo movedTo(JsonNode json) {
        String to = json.path("to").textValue();
        return new MovedTo(
                to == null ? null : StateName.of(to),
                Instant.parse(json.path("at").asText()),
                Instant.parse(json.path("until").asText()),
                json.path("who").asText(),
                "");
    }

    static MoveResult carried(JsonNode json) {
        return new MoveResult(
                StateName.of(json.path("from").asText()),
                StateName.of(json.path("to").asText()),
                json.path("versions").asInt(),
                json.path("quarantined").asInt(),
                json.hasNonNull("current") ? version(json.get("current")) : null,
                json.path("changed").asBoolean());
    }

    static OutputValues outputs(JsonNode json) {
        List<StateOutputs.Output> outputs = new ArrayList<>();
        json.path("outputs")
                .properties()
                .forEach(entry -> outputs.add(new StateOutputs.Output(
                        entry.getKey(),
                        text(entry.getValue(), "value"),
                        text(entry.getValue(), "type"),
                        entry.getValue().path("sensitive").asBoolean(),
                        further(entry.getValue()))));
        return new OutputValues(json.path("version").asLong(), outputs);
    }

    /** What else is said of an output. */
    private static Map<String, String> further(JsonNode output) {
        Map<String, String> further = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : output.properties()) {
            if (!OUTPUT.contains(member.getKey())) {
                further.put(member.getKey(), member.getValue().toString());
            }
        }
        return further;
    }

    /** The JSON of a member; null without one. */
    private static @Nullable String text(JsonNode json, String member) {
        return json.has(member) ? json.get(member).toString() : null;
    }

    /** An entry of the list of locks. */
    static StateHead locked(JsonNode json) {
        Lock lock = lock(json.path("lock"));
        StateName name = StateName.of(json.path("state").asText());
        return new StateHead(name, "", "", null, lock, 0, 0, lock.fence(), -1, lock.acquired());
    }

    static StateVersion version(JsonNode json) {
        long number = json.path("version").asLong();
        String checksum = json.path("checksum").asText();
        return new StateVersion(
                number,
                json.path("id").asText("v" + number),
                format(json.path("format").asText()),
                json.path("empty").asBoolean(),
                serial(json),
                json.path("lineage").textValue(),
                checksum,
                json.path("size").asLong(),
                Instant.parse(json.path("created").asText()),
                json.path("author").asText(),
                json.path("operation").asText(),
                json.path("fence").asLong());
    }

    static QuarantinedDocument quarantined(JsonNode json) {
        return new QuarantinedDocument(
                version(json),
                json.hasNonNull("recovered") ? json.get("recovered").asLong() : null);
    }

    /** What {@code /v1/records} says. */
    static StateSnapshot whole(JsonNode json, StateSnapshot.Contents contents) {
        List<StateVersion> versions = records(json.path("records"));
        long current = json.path("current").asLong(0);
        StateHead head = new StateHead(
                StateName.of(json.path("name").asText()),
                "",
                json.path("commit").asText(),
                versions.stream()
                        .filter(version -> version.number() == current)
                        .findFirst()
                        .orElse(null),
                null,
                json.path("lastVersion").asLong(),
                json.path("versionCount").asInt(),
                json.path("fence").asLong(),
                json.path("highestSerial").asLong(-1),
                Instant.parse(json.path("changed").asText()),
                FormerLocks.NONE,
                json.hasNonNull("labels") ? labels(json.get("labels")) : null);
        return new StateSnapshot(head, versions, records(json.path("quarantined")), contents);
    }

    private static List<StateVersion> records(JsonNode list) {
        List<StateVersion> records = new ArrayList<>();
        list.forEach(json -> records.add(version(json)));
        return records;
    }

    private static StateDocument.Format format(String name) {
        return Arrays.stream(StateDocument.Format.values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElse(StateDocument.Format.OTHER);
    }

    static StateDiff diff(JsonNode json) {
        return new StateDiff(
                side(json.path("from")),
                side(json.path("to")),
                changes(json.path("resources")),
                changes(json.path("outputs")),
                json.path("added").asInt(),
                json.path("removed").asInt(),
                json.path("changed").asInt(),
                json.path("complete").asBoolean());
    }

    private static StateDiff.Side side(JsonNode json) {
        return new StateDiff.Side(
                format(json.path("format").asText()),
                serial(json),
                json.path("lineage").textValue(),
                json.path("terraformVersion").textValue());
    }

    private static List<StateDiff.Change> changes(JsonNode list) {
        List<StateDiff.Change> changes = new ArrayList<>();
        for (JsonNode json : list) {
            List<StateDiff.Attribute> attributes = new ArrayList<>();
            json.path("attributes").forEach(attribute -> attributes.add(attribute(attribute)));
            List<String> otherChanges = new ArrayList<>();
            json.path("otherChanges").forEach(member -> otherChanges.add(member.asText()));
            StateDiff.Kind kind =
                    StateDiff.Kind.valueOf(json.path("change").asText().toUpperCase(Locale.ROOT));
            changes.add(new StateDiff.Change(json.path("address").asText(), kind, attributes, otherChanges));
        }
        return changes;
    }

    private static StateDiff.Attribute attribute(JsonNode json) {
        return new StateDiff.Attribute(
                json.path("path").asText(),
                json.has("before") ? json.get("before").toString() : null,
                json.has("after") ? json.get("after").toString() : null,
                json.path("sensitive").asBoolean(),
                json.path("truncated").asBoolean());
    }

    private static @Nullable Long serial(JsonNode json) {
        return json.hasNonNull("serial") ? json.get("serial").asLong() : null;
    }

    static Lock lock(JsonNode json) {
        LockInfo info = new LockInfo(
                json.path("id").asText(),
                json.path("operation").asText(),
                json.path("reason").asText(),
                json.path("who").asText(),
                json.path("version").asText(),
                time(json.path("created")),
                json.path("path").asText(),
                null);
        return new Lock(
                info,
                json.path("fence").asLong(),
                Instant.parse(json.path("acquired").asText()),
                time(json.path("expires")),
                json.path("owner").asText());
    }

    private static @Nullable Instant time(JsonNode json) {
        return json.isTextual() ? Instant.parse(json.textValue()) : null;
    }
}
