package io.kolumn.state.store.journal;

import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.Transition;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.HeadJson;
import io.kolumn.state.store.StoreProvider;
import io.kolumn.state.store.memory.MemoryStore;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A storage of one's own: one file that only grows, an entry for each change, replayed into memory by every reader. */
public final class JournalStore implements StateStore {

    /** {@code kolumn.state.backend=journal}. */
    @Singleton
    public static final class Provider implements StoreProvider {
        @Override
        public String type() {
            return "journal";
        }

        @Override
        public String text() {
            return "One file that only grows.";
        }

        @Override
        public List<ConfigKey> keys() {
            return List.of(
                    ConfigKey.of("file", ConfigKey.Type.PATH, "The file.").mandatory());
        }

        @Override
        public StateStore open(StoreConfig config) {
            return new JournalStore(config.path("file").orElseThrow());
        }
    }

    private final Path file;
    private final MemoryStore replica = new MemoryStore();
    private long end; // of the last whole entry that was replayed

    public JournalStore(Path file) {
        this.file = file;
    }

    /** What an entry tells of. */
    private enum Kind {
        COMMIT,
        ASIDE,
        FORGET
    }

    private interface Call<T> {
        T on(FileChannel journal) throws IOException;
    }

    /** Alone in this process and on this machine, and knowing every change before this one. */
    private <T> T alone(Call<T> call) {
        synchronized (JournalStore.class) { // a file lock is the whole process's
            try (FileChannel journal = FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    FileLock lock = journal.lock()) {
                replay(journal);
                return call.on(journal);
            } catch (IOException e) {
                throw new Unavailable("The journal " + file + " cannot be used.", e);
            }
        }
    }

    private void replay(FileChannel journal) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        while (journal.size() >= end + Integer.BYTES) {
            journal.read(length.clear(), end);
            ByteBuffer entry = ByteBuffer.allocate(length.getInt(0));
            if (journal.size() < end + Integer.BYTES + entry.capacity()) {
                return; // a crash cut it off: it never happened, and the next entry takes its place
            }
            while (entry.hasRemaining()) {
                journal.read(entry, end + Integer.BYTES + entry.position());
            }
            replay(new DataInputStream(new ByteArrayInputStream(entry.array())));
            end += Integer.BYTES + entry.capacity();
        }
    }

    private void replay(DataInputStream entry) throws IOException {
        StateName name = StateName.of(entry.readUTF());
        Kind kind = Kind.values()[entry.readByte()];
        byte[] json = entry.readNBytes(entry.readInt());
        byte[] content = entry.readAllBytes();
        if (kind != Kind.COMMIT) {
            StateVersion record = HeadJson.version(json);
            if (kind == Kind.ASIDE) {
                replica.putAttachment(name, record, document(name, record, content));
            } else {
                replica.deleteContent(name, record);
            }
        } else {
            HeadWithHistory indexed = HeadJson.indexed(json);
            StateVersion current = indexed.head().current();
            List<StateVersion> dropped = indexed.kept().stream()
                    .filter(version -> !version.equals(current))
                    .toList();
            StateDocument document = content.length == 0 || current == null ? null : document(name, current, content);
            replica.commit(new Transition(replica.head(name).orElse(null), indexed.head(), document, dropped));
        }
    }

    private static StateDocument document(StateName name, StateVersion version, byte[] content) throws IOException {
        return StateDocument.stored(name, version, new ByteArrayInputStream(content));
    }

    /** Durable when it returns. */
    private void append(FileChannel journal, StateName name, Kind kind, byte[] json, @Nullable StateDocument content)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream entry = new DataOutputStream(bytes);
        entry.writeInt(0); // its length, once that is known
        entry.writeUTF(name.value());
        entry.writeByte(kind.ordinal());
        entry.writeInt(json.length);
        entry.write(json);
        if (content != null) {
            content.writeTo(entry);
        }
        ByteBuffer whole = ByteBuffer.wrap(bytes.toByteArray());
        whole.putInt(0, whole.capacity() - Integer.BYTES);
        journal.truncate(end);
        while (whole.hasRemaining()) {
            journal.write(whole, end + whole.position());
        }
        journal.force(true);
        replay(journal);
    }

    @Override
    public boolean commit(Transition transition) {
        return alone(journal -> {
            StateName name = transition.name();
            StateHead from = transition.from();
            if (!replica.head(name)
                    .map(StateHead::revision)
                    .equals(Optional.ofNullable(from).map(StateHead::revision))) {
                return false;
            }
            byte[] json = HeadJson.write(new HeadWithHistory(transition.to(), transition.dropped()));
            append(journal, name, Kind.COMMIT, json, transition.content());
            return true;
        });
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        alone(journal -> {
            replica.attachments(name); // refuses if it is closed
            append(journal, name, Kind.ASIDE, HeadJson.write(record), document);
            return true;
        });
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return alone(journal -> replica.head(name));
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return alone(journal -> replica.content(name, version));
    }

    @Override
    public HeadPage list(ListQuery query) {
        return alone(journal -> replica.list(query));
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return alone(journal -> replica.history(name, before, limit));
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        alone(journal -> {
            replica.attachments(name); // refuses if it is closed
            if (version.number() == 0) { // the others went with the commit that dropped their records
                append(journal, name, Kind.FORGET, HeadJson.write(version), null);
            }
            return true;
        });
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        return alone(journal -> replica.attachments(name));
    }

    @Override
    public StoreCheck check() {
        return replica.check();
    }

    @Override
    public void close() {
        replica.close();
    }
}
