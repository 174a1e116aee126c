package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The result of a purge.
 *
 * @param asked the request
 * @param versions the records of the purged versions, newest first
 * @param quarantined the records of the purged documents of the quarantine, oldest first
 * @param changed false if everything was already gone
 */
public record PurgeResult(Purge asked, List<StateVersion> versions, List<StateVersion> quarantined, boolean changed) {

    public PurgeResult {
        versions = List.copyOf(versions);
        quarantined = List.copyOf(quarantined);
    }

    /** Returns the numbers of the versions for people, lowest first: {@code 1-4,7}; empty for none. */
    public String numbers() {
        StringBuilder text = new StringBuilder();
        List<Long> numbers =
                versions.stream().map(StateVersion::number).sorted().toList();
        for (int first = 0; first < numbers.size(); first++) {
            int last = first;
            while (last + 1 < numbers.size() && numbers.get(last + 1) == numbers.get(last) + 1) {
                last++;
            }
            text.append(text.isEmpty() ? "" : ",").append(numbers.get(first));
            if (last > first) {
                text.append('-').append(numbers.get(last));
            }
            first = last;
        }
        return text.toString();
    }

    /** Returns the ids of the purged documents of the quarantine, separated by commas; empty for none. */
    public String ids() {
        return quarantined.stream().map(StateVersion::id).collect(Collectors.joining(","));
    }
}
