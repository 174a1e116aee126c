package io.kolumn.state.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.FormerLocks;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.Labels;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a head together with the index of the kept versions, as stores that have no rows keep it. The index stands
 * last, so that a reader of the head alone stops before it. Members that are not known are passed over; a newer
 * {@code layout} is refused. The revision is not in it: that is for the store to make.
 */
public final class HeadJson {

    private static final int LAYOUT = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private HeadJson() {}

    public static byte[] write(HeadWithHistory indexed) {
        StateHead head = indexed.head();
        return bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("layout", LAYOUT);
            json.writeStringField("name", head.name().value());
            json.writeStringField("commit", head.commit());
            json.writeStringField("changed", head.changed().toString());
            json.writeNumberField("versions", head.lastVersion());
            json.writeNumberField("kept", head.versionCount());
            json.writeNumberField("fence", head.fence());
            json.writeNumberField("highestSerial", head.highestSerial());
            if (head.lock() != null) {
                json.writeFieldName("lock");
                lock(json, head.lock());
            }
            if (head.current() != null) {
                json.writeFieldName("current");
                version(json, head.current());
            }
            if (!head.former().text().isEmpty()) {
                json.writeStringField("former", head.former().text());
            }
            LabelsJson.member(json, head.labels());
            json.writeArrayFieldStart("older");
            for (StateVersion version : indexed.kept()) {
                if (!version.equals(head.current())) {
                    version(json, version);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** The head alone. */
    public static StateHead head(byte[] bytes) throws IOException {
        return new Reader(false).read(bytes).head();
    }

    public static HeadWithHistory indexed(byte[] bytes) throws IOException {
        return new Reader(true).read(bytes);
    }

    /** One record by itself. */
    public static byte[] write(StateVersion version) {
        return bytes(json -> version(json, version));
    }

    public static StateVersion version(byte[] bytes) throws IOException {
        try (JsonParser json = JSON.createParser(bytes)) {
            json.nextToken();
            return version(json);
        }
    }

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] bytes(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            content.write(json);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private static void lock(JsonGenerator json, Lock lock) throws IOException {
        LockInfo info = lock.info();
        json.writeStartObject();
        json.writeStringField("id", info.id());
        json.writeStringField("operation", info.operation());
        json.writeStringField("info", info.info());
        json.writeStringField("who", info.who());
        json.writeStringField("version", info.version());
        text(json, "created", info.created());
        json.writeStringField("path", info.path());
        text(json, "sent", info.sent());
        json.writeNumberField("fence", lock.fence());
        json.writeStringField("acquired", lock.acquired().toString());
        text(json, "expires", lock.expires());
        if (!lock.owner().isEmpty()) {
            json.writeStringField("owner", lock.owner());
        }
        json.writeEndObject();
    }

    private static void version(JsonGenerator json, StateVersion version) throws IOException {
        json.writeStartObject();
        json.writeNumberField("number", version.number());
        json.writeStringField("id", version.id());
        json.writeStringField("format", version.format().name());
        json.writeBooleanField("empty", version.empty());
        if (version.serial() != null) {
            json.writeNumberField("serial", version.serial());
        }
        text(json, "lineage", version.lineage());
        json.writeStringField("sha256", version.sha256());
        json.writeNumberField("size", version.size());
        json.writeStringField("created", version.created().toString());
        json.writeStringField("author", version.author());
        json.writeStringField("operation", version.operation());
        json.writeNumberField("fence", version.fence());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    private static final class Reader {
        private final boolean index;
        private final List<StateVersion> kept = new ArrayList<>();
        private String name = "";
        private String commit = "";
        private Instant changed = Instant.EPOCH;
        private long versions;
        private int keptCount;
        private long fence;
        private long highestSerial = -1;
        private @Nullable Lock lock;
        private @Nullable StateVersion current;
        private FormerLocks former = FormerLocks.NONE;
        private @Nullable Labels labels;

        Reader(boolean index) {
            this.index = index;
        }

        HeadWithHistory read(byte[] bytes) throws IOException {
            try (JsonParser json = JSON.createParser(bytes)) {
                boolean more = json.nextToken() == JsonToken.START_OBJECT;
                while (more && json.nextToken() == JsonToken.FIELD_NAME) {
                    String member = json.currentName();
                    json.nextToken();
                    more = member(member, json);
                }
            }
            StateHead head = new StateHead(
                    StateName.of(name),
                    "",
                    commit,
                    current,
                    lock,
                    versions,
                    keptCount,
                    fence,
                    highestSerial,
                    changed,
                    former,
                    labels);
            return new HeadWithHistory(head, kept);
        }

        /** Returns whether to read on. */
        private boolean member(String member, JsonParser json) throws IOException {
            switch (member) {
                case "layout" -> checkLayout(json.getIntValue());
                case "name" -> name = json.getText();
                case "commit" -> commit = json.getText();
                case "changed" -> changed = Instant.parse(json.getText());
                case "versions" -> versions = json.getLongValue();
                case "kept" -> keptCount = json.getIntValue();
                case "fence" -> fence = json.getLongValue();
                case "highestSerial" -> highestSerial = json.getLongValue();
                case "lock" -> lock = lock(json);
                case "former" -> former = new FormerLocks(json.getText());
                case "labels" -> labels = LabelsJson.read(json);
                case "current" -> {
                    current = HeadJson.version(json);
                    kept.add(current);
                }
                case "older" -> {
                    if (!index) {
                        return false;
                    }
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        kept.add(HeadJson.version(json));
                    }
                }
                default -> json.skipChildren();
            }
            return true;
        }

        private static void checkLayout(int layout) throws IOException {
            if (layout > LAYOUT) {
                throw new IOException("it was written by a newer release (layout " + layout + ", this one knows up to "
                        + LAYOUT + ")");
            }
        }
    }

    private static StateVersion version(JsonParser json) throws IOException {
        long number = 0;
        String id = "";
        StateDocument.Format format = StateDocument.Format.OTHER;
        boolean empty = false;
        Long serial = null;
        String lineage = null;
        String sha256 = "";
        long size = 0;
        Instant created = Instant.EPOCH;
        String author = "";
        String operation = "";
        long fence = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "number" -> number = json.getLongValue();
                case "id" -> id = json.getText();
                case "format" -> format = StateDocument.Format.valueOf(json.getText());
                case "empty" -> empty = json.getBooleanValue();
                case "serial" -> serial = json.getLongValue();
                case "lineage" -> lineage = json.getText();
                case "sha256" -> sha256 = json.getText();
                case "size" -> size = json.getLongValue();
                case "created" -> created = Instant.parse(json.getText());
                case "author" -> author = json.getText();
                case "operation" -> operation = json.getText();
                case "fence" -> fence = json.getLongValue();
                default -> json.skipChildren();
            }
        }
        return new StateVersion(
                number, id, format, empty, serial, lineage, sha256, size, created, author, operation, fence);
    }

    private static Lock lock(JsonParser json) throws IOException {
        String id = "";
        String operation = "";
        String info = "";
        String who = "";
        String version = "";
        Instant created = null;
        String path = "";
        String sent = null;
        long fence = 0;
        Instant acquired = Instant.EPOCH;
        Instant expires = null;
        String owner = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "id" -> id = json.getText();
                case "operation" -> operation = json.getText();
                case "info" -> info = json.getText();
                case "who" -> who = json.getText();
                case "version" -> version = json.getText();
                case "created" -> created = Instant.parse(json.getText());
                case "path" -> path = json.getText();
                case "sent" -> sent = json.getText();
                case "fence" -> fence = json.getLongValue();
                case "acquired" -> acquired = Instant.parse(json.getText());
                case "expires" -> expires = Instant.parse(json.getText());
                case "owner" -> owner = json.getText();
                default -> json.skipChildren();
            }
        }
        LockInfo holder = new LockInfo(id, operation, info, who, version, created, path, sent);
        return new Lock(holder, fence, Objects.requireNonNull(acquired), expires, owner);
    }
}
