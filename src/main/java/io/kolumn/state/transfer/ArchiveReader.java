package io.kolumn.state.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateSnapshot;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** Whole states out of a tar on disk, each document read when it is asked for. Safe for use by many threads. */
public final class ArchiveReader implements AutoCloseable {

    /** More than the records of a hundred thousand versions need. */
    private static final long LARGEST_JSON = 64L << 20;

    private final Path file;
    private final FileChannel channel;
    private final Map<String, TarArchiveEntry> entries = new HashMap<>();
    private final Map<StateName, String> states = new TreeMap<>();
    private boolean partial;

    /** @throws Invalid if it is not an archive, or not a whole one */
    public ArchiveReader(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        try (TarFile tar = new TarFile(file)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                entries.put(entry.getName(), entry);
                if (ArchiveLayout.isState(entry.getName())) {
                    states.put(StateName.of(ArchiveLayout.nameOf(entry.getName())), entry.getName());
                }
            }
            check();
        } catch (IOException e) {
            channel.close();
            throw new Invalid(file + " is not an archive of this program, or is truncated: " + e.getMessage());
        } catch (RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void check() throws IOException {
        JsonNode manifest = json(ArchiveLayout.MANIFEST);
        if (!manifest.path("format").asText().equals(ArchiveLayout.FORMAT)) {
            throw new Invalid(file + " is not an archive of this program: its " + ArchiveLayout.MANIFEST
                    + " does not contain " + ArchiveLayout.FORMAT + ".");
        }
        if (manifest.path("layout").asInt() > ArchiveLayout.LAYOUT) {
            throw new Invalid(file + " was written by a newer release (layout "
                    + manifest.path("layout").asInt() + ").");
        }
        JsonNode summary = json(ArchiveLayout.SUMMARY);
        partial = summary.path("partial").asBoolean();
        long expected = summary.path("states").asLong(-1);
        if (expected != states.size()) {
            throw new Invalid(file + " is incomplete: it has " + states.size() + " states instead of " + expected);
        }
    }

    private JsonNode json(String name) throws IOException {
        return ArchiveJson.tree(bytes(name));
    }

    private byte[] bytes(String name) throws IOException {
        TarArchiveEntry entry = entries.get(name);
        if (entry == null) {
            throw new Invalid(file + " is not an archive of this program, or is truncated: it has no " + name + ".");
        }
        if (entry.getSize() > LARGEST_JSON) {
            throw new Invalid(file + " is not an archive of this program: its " + name + " is too large.");
        }
        try (InputStream in = new Positioned(entry)) {
            return in.readAllBytes();
        }
    }

    /** Whether it was known, when it was written, that something that was asked for is not in it. */
    public boolean partial() {
        return partial;
    }

    public List<StateName> names() {
        return List.copyOf(states.keySet());
    }

    /**
     * A state with its records; its documents are read when they are asked for.
     *
     * @throws Invalid if what is written of it cannot be read
     */
    public StateSnapshot state(StateName name) {
        String entry = states.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("No state " + name);
        }
        try {
            StateSnapshot state = ArchiveJson.read(bytes(entry), version -> content(name, version));
            if (!state.head().name().equals(name)) {
                throw new Invalid(entry + " in " + file + " belongs to another state, '"
                        + state.head().name() + "'.");
            }
            return state;
        } catch (IOException | IllegalArgumentException | NullPointerException | DateTimeException e) {
            throw new Invalid(entry + " in " + file + " cannot be read: " + e.getMessage());
        }
    }

    private StateDocument content(StateName name, StateVersion version) {
        String wanted = ArchiveLayout.content(name, version);
        TarArchiveEntry entry = entries.get(wanted);
        if (entry == null) {
            throw new Invalid(file + " has no " + wanted + ", which its state names.");
        }
        try (InputStream in = new BufferedInputStream(new Positioned(entry), 64 * 1024)) {
            return StateDocument.read(in, entry.getSize(), Long.MAX_VALUE);
        } catch (IOException e) {
            throw new Unavailable(wanted + " in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** An entry, read by positions of its own. */
    private final class Positioned extends InputStream {
        private long at;
        private final long end;

        Positioned(TarArchiveEntry entry) {
            this.at = entry.getDataOffset();
            this.end = at + entry.getSize();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            if (at >= end) {
                return -1;
            }
            int read = channel.read(ByteBuffer.wrap(target, offset, (int) Math.min(wanted, end - at)), at);
            at += Math.max(read, 0);
            return read;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
