package io.kolumn.state.store.local;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCount;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** Documents that were set aside, beside the head of their state. */
final class AsideFiles {

    private final LocalLayout layout;
    private final LocalFiles files;

    AsideFiles(LocalLayout layout, LocalFiles files) {
        this.layout = layout;
        this.files = files;
    }

    /** The content first, then the record that points at it. */
    void keep(StateName name, StateVersion record, StateDocument document) throws IOException {
        Path folder = layout.folder(name);
        files.makeFolders(folder);
        Path content = layout.content(name, record);
        Path staged = folder.resolve(LocalLayout.TEMPORARY + UUID.randomUUID());
        try {
            files.writeDurably(staged, document.buffers());
            LocalFiles.rename(staged, content);
            files.writeDurably(staged, List.of(ByteBuffer.wrap(HeadJson.write(record))));
            LocalFiles.sync(folder);
            LocalFiles.rename(staged, layout.asideRecord(name, record.id()));
            LocalFiles.sync(folder);
        } finally {
            Files.deleteIfExists(staged);
        }
    }

    /**
     * The content of a document goes first, so that after a crash its record says that it is to go. That of a key goes
     * behind its record, which must never stand alone.
     */
    void drop(StateName name, StateVersion record) throws IOException {
        boolean key = record.id().startsWith(StoreCount.KEY);
        if (!key) {
            Files.deleteIfExists(layout.content(name, record));
        }
        if (Files.deleteIfExists(layout.asideRecord(name, record.id()))) {
            LocalFiles.sync(layout.folder(name));
        }
        if (key) {
            Files.deleteIfExists(layout.content(name, record));
        }
    }

    private static StateVersion record(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            return HeadJson.version(bytes);
        } catch (RuntimeException e) {
            throw new IOException("the record " + file + " is damaged", e);
        }
    }

    /** Oldest first. */
    List<StateVersion> records(StateName name) throws IOException {
        List<StateVersion> records = new ArrayList<>();
        for (Path file : LocalFiles.entries(layout.folder(name))) {
            if (isRecord(String.valueOf(file.getFileName()))) {
                records.add(record(file));
            }
        }
        records.sort(Comparator.comparing(StateVersion::created).thenComparing(StateVersion::id));
        return records;
    }

    private static boolean isRecord(String entry) {
        return entry.startsWith(LocalLayout.ASIDE) && entry.endsWith(LocalLayout.RECORD);
    }

    /** How many documents of a state are there, without its keys. */
    int count(StateName name) throws IOException {
        int documents = 0;
        for (Path file : LocalFiles.entries(layout.folder(name))) {
            String entry = String.valueOf(file.getFileName());
            if (isRecord(entry) && !entry.startsWith(LocalLayout.ASIDE + StoreCount.KEY)) {
                documents++;
            }
        }
        return documents;
    }
}
