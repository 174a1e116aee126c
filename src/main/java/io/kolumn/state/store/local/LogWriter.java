package io.kolumn.state.store.local;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes logs, always under the lock of the state: behind what is there, or as a new file in the place of the old one, with
 * only what is still needed. A new file is also what takes the place of a head file of an earlier release, by one rename.
 */
final class LogWriter {

    private static final Logger LOG = Logger.getLogger(LogWriter.class);

    /** Of a record that changes nothing. */
    static final String KEPT = "kept";

    private static final String STAGED = LocalLayout.TEMPORARY + "log";
    private static final byte[] NOTHING = new byte[0];

    /** Larger documents get files of their own. */
    static final long SMALL = 64 * 1024;

    /** A change whose record is written, and not on the disk for sure until it is synced. */
    interface Written extends AutoCloseable {
        void sync() throws IOException;

        @Override
        void close();
    }

    private final LocalLayout layout;
    private final LocalFiles files;
    private final StateLogs logs;

    LogWriter(LocalLayout layout, LocalFiles files, StateLogs logs) {
        this.layout = layout;
        this.files = files;
        this.logs = logs;
    }

    /** Whether the document of a version lies in the log. */
    static boolean fits(StateVersion version) {
        return version.size() <= SMALL;
    }

    /**
     * What was done, for people who look at a log.
     *
     * @return at most eight characters
     */
    private static String done(@Nullable StateHead from, Transition transition) {
        StateHead to = transition.to();
        if (transition.content() != null) {
            return "version";
        }
        if (to.moved()) {
            return LogRecord.MOVED;
        }
        if (from != null && from.current() != null && to.current() == null) {
            return "deletion";
        }
        if (!Objects.equals(from == null ? null : from.labels(), to.labels())) {
            return "labels";
        }
        boolean locked = from != null && from.lock() != null;
        return to.lock() == null ? locked ? "unlock" : "change" : locked ? "change" : "lock";
    }

    /**
     * What a record says.
     *
     * @param kind what was done; {@link #KEPT} if nothing was, and the record only repeats what is kept
     * @param next the head from then on, and the records that it keeps
     * @param brings whether the current version is new
     * @param content its document, if it is new and lies in the log
     * @param note the sha-256 of a plain file that shows what is not kept; empty if none does, or the log has its record
     */
    record Change(
            String kind,
            HeadWithHistory next,
            boolean brings,
            @Nullable StateDocument content,
            String note) {

        static Change of(@Nullable StateHead from, Transition transition, HeadWithHistory next) {
            StateVersion version = transition.version();
            boolean inside = version != null && fits(version);
            return new Change(done(from, transition), next, version != null, inside ? transition.content() : null, "");
        }

        static Change none(HeadWithHistory kept) {
            return new Change(KEPT, kept, false, null, "");
        }

        Change with(String newNote) {
            return new Change(kind, next, brings, content, newNote);
        }
    }

    /**
     * Writes a record behind the last whole one, and cuts off what is there.
     *
     * @throws Reserve.NotStagedException if it could not be written, so that nothing has changed
     */
    Written append(StateName name, LogView view, Change change) throws IOException {
        LogRecord last = view.last();
        Made made = make(change, last == null ? 0 : last.number(), view.start(), view.end(), view.places());
        FileChannel channel = opened(layout.log(name), view);
        try {
            LocalFiles.writeAll(channel, made.bytes());
        } catch (IOException e) {
            cut(channel, view.end());
            throw new Reserve.NotStagedException(e);
        }
        return new Written() {
            @Override
            public void sync() throws IOException {
                channel.force(false);
                remember(name, made);
            }

            @Override
            public void close() {
                LocalFiles.closeQuietly(channel);
            }
        };
    }

    private static FileChannel opened(Path file, LogView view) throws IOException {
        try {
            FileChannel channel = LocalFiles.append(file, view.end());
            if (view.stamp().size() > view.end()) {
                cutOrClose(channel, view.end());
            }
            return channel;
        } catch (IOException e) {
            throw new Reserve.NotStagedException(e);
        }
    }

    private static void cutOrClose(FileChannel channel, long end) throws IOException {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            LocalFiles.closeQuietly(channel);
            throw e;
        }
    }

    /** What is left of a record is cut off by the next writer if it cannot be now: it has no end, and so it is none. */
    private static void cut(FileChannel channel, long end) {
        try (channel) {
            channel.truncate(end);
        } catch (IOException e) {
            LOG.debugf(e, "An unfinished record could not be cut off.");
        }
    }

    /**
     * Writes a new log with what is kept and a record behind it, and puts it in the place of what is there.
     *
     * @param view what is there; null if nothing is
     * @throws Reserve.NotStagedException if it could not be written, so that nothing has changed
     */
    Written replace(StateName name, @Nullable LogView view, Change change) throws IOException {
        Path staged = layout.folder(name).resolve(STAGED);
        Made made;
        try {
            Files.deleteIfExists(staged);
            made = rewrite(name, view, change, staged);
            LocalFiles.rename(staged, layout.log(name));
        } catch (IOException e) {
            Files.deleteIfExists(staged);
            throw new Reserve.NotStagedException(e);
        }
        return new Written() {
            @Override
            public void sync() throws IOException {
                LocalFiles.sync(layout.folder(name));
                remember(name, made);
            }

            @Override
            public void close() {}
        };
    }

    private Made rewrite(StateName name, @Nullable LogView view, Change change, Path staged) throws IOException {
        LogRecord last = view == null ? null : view.last();
        List<Made> made = new ArrayList<>(1);
        files.writeDurably(staged, channel -> {
            LocalFiles.writeAll(channel, List.of(ByteBuffer.wrap(LogView.FIRST_LINE)));
            Map<Long, Long> places = new HashMap<>();
            long before = view == null ? 0 : keep(name, view, change.next(), places, channel);
            made.add(make(change, last == null ? 0 : last.number(), before, channel.position(), places));
            LocalFiles.writeAll(channel, made.getFirst().bytes());
        });
        return made.getFirst();
    }

    /** Copies the documents that stay as they are, oldest first; returns where the last record begins. */
    private long keep(StateName name, LogView view, HeadWithHistory next, Map<Long, Long> places, FileChannel channel)
            throws IOException {
        long before = 0;
        for (StateVersion version : next.kept().reversed()) {
            Long place = view.place(version).orElse(null);
            if (place != null) {
                long start = channel.position();
                byte[] document = LocalFiles.read(layout.log(name), place, version.size());
                LogRecord record = LogRecord.of(LogRecord.CONTENT, version.number(), before, document.length, NOTHING);
                LocalFiles.writeAll(channel, record.bytes(List.of(ByteBuffer.wrap(document)), NOTHING));
                places.put(version.number(), start + LogRecord.LINE);
                before = start;
            }
        }
        return before;
    }

    /** A record that is made, and what a log says that ends with it. */
    private record Made(
            LogRecord record, long start, List<ByteBuffer> bytes, HeadWithHistory next, Map<Long, Long> places) {}

    private static Made make(Change change, long number, long before, long start, Map<Long, Long> places) {
        Map<Long, Long> kept = LogView.kept(places, change.next());
        StateVersion current = change.next().head().current();
        StateDocument content = change.content();
        if (current != null && change.brings()) {
            kept.remove(current.number());
        }
        if (current != null && content != null) {
            kept.put(current.number(), start + LogRecord.LINE);
        }
        byte[] head = LogView.head(change.next(), kept, change.note());
        LogRecord record = LogRecord.of(
                change.kind(),
                change.kind().equals(KEPT) ? number : number + 1,
                before,
                content == null ? 0 : content.size(),
                head);
        List<ByteBuffer> bytes = record.bytes(content == null ? List.of() : content.buffers(), head);
        return new Made(record, start, bytes, change.next(), kept);
    }

    /** Without this the file would only be read once more. */
    private void remember(StateName name, Made made) {
        StateHead head = made.next().head();
        HeadWithHistory indexed = new HeadWithHistory(
                head.withRevision(head.commit()), made.next().kept());
        long end = made.start() + made.record().length();
        try {
            FileStamp.of(layout.log(name))
                    .filter(stamp -> stamp.size() == end)
                    .ifPresent(stamp -> logs.remember(
                            name, new LogView(stamp, made.record(), made.start(), end, indexed, made.places(), null)));
        } catch (IOException e) {
            LOG.debugf(e, "The log of state '%s' is read again.", name);
        }
    }
}
