package io.kolumn.state.transfer;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes whole states into a tar, one document in memory at a time. */
public final class ArchiveWriter implements AutoCloseable {

    /** How often a state whose older versions go while it is read is read again. */
    private static final int LOOKS = 5;

    private final TarArchiveOutputStream tar;
    private final Report report;
    private long states;
    private long versions;
    private long quarantined;
    private long bytes;

    /**
     * Writes the manifest.
     *
     * @param program that writes it, with its version
     * @param prefix that the names of all states in it start with
     */
    public ArchiveWriter(OutputStream out, String program, Instant now, String prefix, Report report)
            throws IOException {
        this.report = report;
        this.tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        entry(
                ArchiveLayout.MANIFEST,
                ArchiveJson.object(json -> {
                    json.writeStringField("format", ArchiveLayout.FORMAT);
                    json.writeNumberField("layout", ArchiveLayout.LAYOUT);
                    json.writeStringField("program", program);
                    json.writeStringField("created", now.toString());
                    json.writeStringField("prefix", prefix);
                }),
                now);
    }

    /** Adds a state; nothing if there is none of the name any more. */
    public Outcome add(WholeStates source, StateName name) throws IOException {
        Set<String> written = new HashSet<>();
        Unavailable vanished = null;
        for (int look = 0; look < LOOKS; look++) {
            Optional<StateSnapshot> state = source.whole(name);
            if (state.isEmpty()) {
                return Outcome.present();
            }
            try {
                contents(name, state.get(), written);
            } catch (Unavailable e) {
                vanished = e; // perhaps a version that is kept no longer
                StateHead now = source.whole(name).map(StateSnapshot::head).orElse(null);
                if (now != null && now.commit().equals(state.get().head().commit())) {
                    throw e;
                }
                continue;
            }
            entry(
                    ArchiveLayout.state(name),
                    ArchiveJson.write(state.get()),
                    state.get().head().changed());
            states++;
            versions += state.get().versions().size();
            quarantined += state.get().quarantined().size();
            return new Outcome(
                    Outcome.Kind.BROUGHT,
                    state.get().versions().size(),
                    state.get().quarantined().size(),
                    "",
                    null);
        }
        throw new Unavailable("State '" + name + "' kept changing while it was read.", vanished);
    }

    private void contents(StateName name, StateSnapshot state, Set<String> written) throws IOException {
        List<StateVersion> all = new ArrayList<>(state.versions());
        all.addAll(state.quarantined());
        for (StateVersion version : all) {
            String entry = ArchiveLayout.content(name, version);
            if (!written.contains(entry)) {
                StateDocument document = state.contents().of(version);
                begin(entry, document.size(), version.created());
                document.writeTo(tar);
                tar.closeArchiveEntry();
                written.add(entry);
                bytes += document.size();
                report.moved(document.size());
            }
        }
    }

    /**
     * Writes the summary, without which the archive is known to be cut off, and the end.
     *
     * @param whole whether everything that was asked for is in it; if not, the archive says so
     */
    public void finish(Instant now, boolean whole) throws IOException {
        entry(
                ArchiveLayout.SUMMARY,
                ArchiveJson.object(json -> {
                    json.writeNumberField("states", states);
                    json.writeNumberField("versions", versions);
                    json.writeNumberField("quarantined", quarantined);
                    json.writeNumberField("bytes", bytes);
                    if (!whole) {
                        json.writeBooleanField("partial", true);
                    }
                }),
                now);
        tar.finish();
        tar.flush();
    }

    private void entry(String name, byte[] content, Instant time) throws IOException {
        begin(name, content.length, time);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private void begin(String name, long size, Instant time) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setModTime(Date.from(time));
        entry.setMode(0100600);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
