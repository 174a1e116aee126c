package io.kolumn.state.backend;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole state of one storage, for {@link StateBackend#importState} into another one, in migrations and imports.
 * Documents without records are written by {@link StateBackend#put} instead.
 *
 * <p>It has the records of all versions with their numbers (and gaps), ids, times, authors, operations and fences,
 * and their exact bytes. It also has the quarantined documents, the counters, and whether the state is deleted. The
 * lock is not included, and retention does not apply. An import first adds the quarantined documents, then each
 * version as its own commit, oldest first. Until the last one, existing versions can be read by number and locks can
 * be taken. Deleting the state ends the import with a tombstone.
 *
 * @param head the head; its counters, current version and time of change are imported, its lock is not
 * @param versions the records of all kept versions, oldest first; numbers may have gaps
 * @param quarantined the records of the quarantined documents
 * @param contents the source of the bytes of these records
 */
public record StateSnapshot(
        StateHead head, List<StateVersion> versions, List<StateVersion> quarantined, Contents contents) {

    /** Returns the bytes of a record. Called for one at a time, perhaps twice for the same one. */
    @FunctionalInterface
    public interface Contents {
        StateDocument of(StateVersion version);
    }

    /** @throws Invalid if records and head do not belong to one state */
    public StateSnapshot {
        versions = List.copyOf(versions);
        quarantined = List.copyOf(quarantined);
        long newest = 0;
        for (StateVersion version : versions) {
            if (version.number() <= newest) {
                throw inconsistent(head, "version " + version.number() + " follows version " + newest);
            }
            newest = version.number();
        }
        if (head.lastVersion() < newest) {
            throw inconsistent(head, "its head counts " + head.lastVersion() + " versions and there is a " + newest);
        }
        if (head.current() != null && (versions.isEmpty() || !head.current().equals(versions.getLast()))) {
            throw inconsistent(
                    head, "its current version " + head.current().number() + " is not the newest of its history");
        }
        if (quarantined.stream().anyMatch(record -> record.number() != 0)) {
            throw inconsistent(head, "a quarantined document has the number of a version");
        }
    }

    private static Invalid inconsistent(StateHead head, String what) {
        return new Invalid("The import of state '" + head.name() + "' is incomplete: " + what + ".");
    }

    /**
     * Returns the verified bytes of a record.
     *
     * @throws Invalid if the bytes do not match the record
     */
    StateDocument content(StateVersion version) {
        StateDocument content = contents.of(version);
        if (!version.describes(content)) {
            throw new Invalid("The content of version " + version.number() + " of state '" + head.name() + "' (id "
                    + version.id() + ") is not that of its record: it has " + content.size() + " bytes and the sha-256 "
                    + content.sha256() + ", not " + version.size() + " and " + version.sha256() + ".");
        }
        return content;
    }

    /** Returns the record with this number, or null if it is not kept. */
    @Nullable
    StateVersion version(long number) {
        int low = 0;
        int high = versions.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            StateVersion there = versions.get(middle);
            if (there.number() == number) {
                return there;
            }
            if (there.number() < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }
}
