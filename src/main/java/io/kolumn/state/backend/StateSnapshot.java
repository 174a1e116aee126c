package io.kolumn.state.backend;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole state as one storage has it, or had: what {@link StateBackend#importState} carries into another one, for migration and
 * import. A document without such records is no matter of this: it is {@link StateBackend#put}.
 *
 * <p>What is carried: the records of the versions with their numbers (and gaps), ids, times, authors, operations and fences;
 * their exact bytes; the quarantine; the counters, and that the state is deleted. Its lock is not, and retention is not
 * asked. The quarantine comes first, then every version as a commit of its own, oldest first. Until the last one the
 * versions that are there can be read by number and locks can be taken; deleting what is there ends it with a tombstone.
 *
 * @param head the head; its counters, its current version and the time of its change are carried, its lock is not
 * @param versions the records of all kept versions, oldest first; there may be gaps in their numbers
 * @param quarantined the records of the quarantined documents
 * @param contents gives the bytes of these records
 */
public record StateSnapshot(
        StateHead head, List<StateVersion> versions, List<StateVersion> quarantined, Contents contents) {

    /** Gives the bytes of a record; asked for one at a time, perhaps twice for the same one, never all at once. */
    @FunctionalInterface
    public interface Contents {
        StateDocument of(StateVersion version);
    }

    /** @throws Invalid if the records and the head are not those of one state */
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
        return new Invalid("What was to be carried over as state '" + head.name() + "' is not whole: " + what + ".");
    }

    /**
     * The bytes of a record, proven to be those.
     *
     * @throws Invalid if the source gives others
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

    /** The record of this number; null if it is not kept here. */
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
