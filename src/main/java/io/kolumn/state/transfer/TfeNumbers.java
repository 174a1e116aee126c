package io.kolumn.state.transfer;

import io.kolumn.state.StateVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a workspace is which number here. A first import counts from 1; a later one goes on as the versions
 * say that are here, also when the other side no longer keeps its oldest ones.
 */
final class TfeNumbers {

    private final List<TfeVersion> versions;
    private final Map<String, StateVersion> here = new HashMap<>();
    private final long offset;

    /**
     * @param versions of the workspace, oldest first
     * @param records of the state here, in any order
     */
    TfeNumbers(List<TfeVersion> versions, List<StateVersion> records) {
        this.versions = versions;
        records.forEach(record -> here.put(record.id(), record));
        long found = 1;
        for (int at = 0; at < versions.size(); at++) {
            StateVersion known = here.get(versions.get(at).recordId());
            if (known != null) {
                found = known.number() - at;
                break;
            }
        }
        this.offset = Math.max(found, 1);
    }

    /** The record of a version that is here already, or null. */
    @Nullable
    StateVersion known(TfeVersion version) {
        return here.get(version.recordId());
    }

    /** Whether any version of the workspace is here. */
    boolean any() {
        return versions.stream().anyMatch(version -> known(version) != null);
    }

    /** Whether the newest version is here, so that nothing is left to bring. */
    boolean newest() {
        return !versions.isEmpty() && known(versions.getLast()) != null;
    }

    long number(int index) {
        return offset + index;
    }
}
