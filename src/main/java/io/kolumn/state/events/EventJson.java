package io.kolumn.state.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.StateName;
import io.kolumn.state.events.StateEvent.LockPart;
import io.kolumn.state.events.StateEvent.VersionPart;
import java.io.IOException;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Events as JSON: as CloudEvents 1.0 in structured form for others, and flat between replicas. */
public final class EventJson {

    /** The media type of one event. */
    public static final String MEDIA_TYPE = "application/cloudevents+json";

    private static final JsonFactory JSON = new JsonFactory();

    private EventJson() {}

    /** What writes members. */
    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * Returns an event as CloudEvents 1.0, in one line.
     *
     * @param source of all events of this service
     * @param readable whether the reader may read a state; the other name of an event is only told if so
     */
    public static String cloudEvent(StateEvent event, String source, Predicate<StateName> readable) {
        return object(json -> {
            attributes(json, event.id(), event.type(), event.time(), source);
            json.writeStringField("subject", event.state().value());
            json.writeStringField("observed", event.found() ? "storage" : "commit");
            json.writeObjectFieldStart("data");
            json.writeStringField("state", event.state().value());
            text(json, "author", event.author());
            StateName other = event.other();
            if (other != null && readable.test(other)) {
                json.writeStringField(event.type() == EventType.MOVED ? "to" : "from", other.value());
            }
            text(json, reasonName(event.type()), event.reason());
            text(json, "operation", event.operation());
            text(json, "quarantined", event.quarantined());
            version(json, event.version());
            lock(json, event.lock());
            json.writeEndObject();
        });
    }

    /** Returns the event that tells that a stream lost others: {@code replayed} says whether it has told the latest of each. */
    public static String lost(String id, Instant time, String source, String reason, boolean replayed) {
        return object(json -> {
            attributes(json, id, EventType.LOST, time, source);
            json.writeObjectFieldStart("data");
            json.writeStringField("reason", reason);
            json.writeBooleanField("replayed", replayed);
            json.writeEndObject();
        });
    }

    private static String reasonName(EventType type) {
        return switch (type) {
            case ARRIVED -> "how";
            case PURGED -> "purged";
            default -> "reason";
        };
    }

    private static void attributes(JsonGenerator json, String id, EventType type, Instant time, String source)
            throws IOException {
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", id);
        json.writeStringField("source", source);
        json.writeStringField("type", type.fullName());
        json.writeStringField("time", time.toString());
        json.writeStringField("datacontenttype", "application/json");
    }

    private static void version(JsonGenerator json, @Nullable VersionPart version) throws IOException {
        if (version != null) {
            json.writeObjectFieldStart("version");
            json.writeNumberField("number", version.number());
            if (version.serial() != null) {
                json.writeNumberField("serial", version.serial());
            }
            text(json, "lineage", version.lineage());
            json.writeNumberField("size", version.size());
            text(json, "operation", version.operation());
            json.writeEndObject();
        }
    }

    private static void lock(JsonGenerator json, @Nullable LockPart lock) throws IOException {
        if (lock != null) {
            json.writeObjectFieldStart("lock");
            json.writeNumberField("fence", lock.fence());
            text(json, "who", lock.who());
            text(json, "operation", lock.operation());
            text(json, "owner", lock.owner());
            json.writeStringField("acquired", lock.acquired().toString());
            if (lock.expires() != null) {
                json.writeStringField("expires", lock.expires().toString());
            }
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    /** As one replica tells another. */
    static String signal(StateEvent event, String sender) {
        return object(json -> {
            json.writeStringField("sender", sender);
            json.writeStringField("key", event.key());
            json.writeStringField("type", event.type().label());
            json.writeStringField("time", event.time().toString());
            json.writeStringField("state", event.state().value());
            text(json, "other", event.other() == null ? null : event.other().value());
            text(json, "author", event.author());
            text(json, "reason", event.reason());
            text(json, "operation", event.operation());
            text(json, "quarantined", event.quarantined());
            VersionPart version = event.version();
            if (version != null) {
                json.writeNumberField("number", version.number());
                text(
                        json,
                        "serial",
                        version.serial() == null ? null : version.serial().toString());
                text(json, "lineage", version.lineage());
                json.writeNumberField("size", version.size());
                text(json, "versionOperation", version.operation());
            }
            LockPart lock = event.lock();
            if (lock != null) {
                json.writeNumberField("fence", lock.fence());
                text(json, "who", lock.who());
                text(json, "lockOperation", lock.operation());
                text(json, "owner", lock.owner());
                json.writeStringField("acquired", lock.acquired().toString());
                text(
                        json,
                        "expires",
                        lock.expires() == null ? null : lock.expires().toString());
            }
        });
    }

    /** The event of another replica; empty if this one sent it, or if it is of a release that is not understood. */
    static Optional<StateEvent> parse(String signal, String sender) {
        try {
            Map<String, String> members = members(signal);
            if (sender.equals(members.get("sender"))) {
                return Optional.empty();
            }
            return EventType.of(members.getOrDefault("type", "")).map(type -> event(type, members));
        } catch (IOException | DateTimeException | IllegalArgumentException | io.kolumn.state.StateException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> members(String text) throws IOException {
        Map<String, String> members = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("Not an event");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                json.skipChildren();
                members.put(name, json.getText());
            }
        }
        return members;
    }

    private static StateEvent event(EventType type, Map<String, String> members) {
        String key = needed(members, "key");
        Instant time = Instant.parse(needed(members, "time"));
        String other = members.get("other");
        return new StateEvent(
                EventIds.id(time, key),
                key,
                type,
                time,
                StateName.of(needed(members, "state")),
                other == null ? null : StateName.of(other),
                false,
                members.getOrDefault("author", ""),
                members.containsKey("number") ? version(members) : null,
                members.containsKey("fence") ? lock(members) : null,
                members.get("reason"),
                members.get("operation"),
                members.get("quarantined"));
    }

    private static VersionPart version(Map<String, String> members) {
        String serial = members.get("serial");
        return new VersionPart(
                Long.parseLong(needed(members, "number")),
                serial == null ? null : Long.valueOf(serial),
                members.get("lineage"),
                Long.parseLong(needed(members, "size")),
                members.getOrDefault("versionOperation", ""));
    }

    private static LockPart lock(Map<String, String> members) {
        String expires = members.get("expires");
        return new LockPart(
                Long.parseLong(needed(members, "fence")),
                members.getOrDefault("who", ""),
                members.getOrDefault("lockOperation", ""),
                members.getOrDefault("owner", ""),
                Instant.parse(needed(members, "acquired")),
                expires == null ? null : Instant.parse(expires));
    }

    private static String needed(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new IllegalArgumentException("No " + name);
        }
        return value;
    }

    private static String object(Members members) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return text.toString();
    }
}
