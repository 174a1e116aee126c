package io.kolumn.state.backend;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which of the quarantined documents are in a version: with the same bytes, or with all but serial and
 * lineage. {@code state push} (Terraform 1.11.4) raises the serial, and makes a new lineage where there is no state yet.
 * Records tell nearly all of it; a content is read only where its size says that it may be the one.
 */
final class Recovery {

    /** The maximum number of contents that are read. */
    private static final int MOST_READ = 32;

    private final StateStore store;
    private final StateName name;
    private final LongConsumer room;
    private long roomTaken;
    private int read;

    private Recovery(StateStore store, StateName name, LongConsumer room) {
        this.store = store;
        this.name = name;
        this.room = room;
    }

    static Recovery of(StateStore store, StateName name, LongConsumer room) {
        return new Recovery(store, name, room);
    }

    /** Returns the documents, each with the version that recovered it as far as that is known. */
    List<QuarantinedDocument> judge(List<StateVersion> records) {
        if (records.isEmpty()) {
            return List.of();
        }
        List<StateVersion> versions = store.history(name, Long.MAX_VALUE, ListQuery.MAX_LIMIT);
        return records.stream()
                .map(record -> new QuarantinedDocument(record, recovered(record, versions)))
                .toList();
    }

    private @Nullable Long recovered(StateVersion record, List<StateVersion> versions) {
        return versions.stream()
                .filter(version -> same(record, version) || renumbered(record, version))
                .findFirst()
                .map(StateVersion::number)
                .orElse(null);
    }

    private static boolean same(StateVersion record, StateVersion version) {
        return version.size() == record.size() && version.sha256().equals(record.sha256());
    }

    /** Returns whether the version is later than the document. The document was rejected because of an earlier one. */
    private boolean renumbered(StateVersion record, StateVersion version) {
        Long serial = record.serial();
        return serial != null
                && version.serial() != null
                && (record.lineage() == null) == (version.lineage() == null)
                && record.format() == version.format()
                && record.format() != StateDocument.Format.ENCRYPTED
                && !version.created().isBefore(record.created())
                && version.size() - record.size() == numbering(version) - numbering(record)
                && read < MOST_READ
                && content(version)
                        .map(document -> document.sha256With(serial, record.lineage()))
                        .filter(record.sha256()::equals)
                        .isPresent();
    }

    /** Returns the number of bytes of serial and lineage. */
    private static int numbering(StateVersion version) {
        String lineage = version.lineage();
        return String.valueOf(version.serial()).length() + (lineage == null ? 0 : lineage.length());
    }

    /** Reads one content at a time into memory. */
    private Optional<StateDocument> content(StateVersion version) {
        if (version.sealed()) {
            return Optional.empty();
        }
        if (version.size() > roomTaken) {
            room.accept(version.size() - roomTaken);
            roomTaken = version.size();
        }
        read++;
        return store.content(name, version);
    }
}
