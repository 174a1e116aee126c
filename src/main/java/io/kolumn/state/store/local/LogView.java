package io.kolumn.state.store.local;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the log of a state says at a moment, by its last whole record.
 *
 * @param stamp of the file that was read
 * @param last the last whole record; null in a head file of an earlier release, which is no log
 * @param start where that record begins
 * @param end where it ends: the next one begins there, and cuts off what is behind
 * @param indexed the head, its revision the id of its commit, and the records that it keeps
 * @param places where in the file the documents are that lie in it, by the numbers of their versions
 * @param damage what is wrong behind the end, if that is more than a record which was not written to its end
 */
record LogView(
        FileStamp stamp,
        @Nullable LogRecord last,
        long start,
        long end,
        HeadWithHistory indexed,
        Map<Long, Long> places,
        @Nullable String damage) {

    /** How a log begins, which releases without logs take for a head file of a newer release. */
    static final byte[] FIRST_LINE = "{\"layout\":2}\n".getBytes(StandardCharsets.US_ASCII);

    /** So much that is dead is worth a new file. */
    private static final long WORTH = 64 * 1024;

    boolean isLog() {
        return last != null;
    }

    String commit() {
        return indexed.head().commit();
    }

    /** Where in the file the document of this version is; empty if it is in a file of its own, or not kept. */
    Optional<Long> place(StateVersion version) {
        return Optional.ofNullable(places.get(version.number()))
                .filter(place -> indexed.kept().stream()
                        .anyMatch(kept ->
                                kept.number() == version.number() && kept.id().equals(version.id())));
    }

    /** Of these places those whose versions are kept. */
    static Map<Long, Long> kept(Map<Long, Long> places, HeadWithHistory indexed) {
        Map<Long, Long> kept = new HashMap<>();
        for (StateVersion version : indexed.kept()) {
            Long place = places.get(version.number());
            if (place != null) {
                kept.put(version.number(), place);
            }
        }
        return kept;
    }

    /** How many bytes of the file nothing needs any more. */
    long dead() {
        long live = FIRST_LINE.length + 2L * LogRecord.LINE + (last == null ? 0 : last.head());
        for (StateVersion version : indexed.kept()) {
            if (places.containsKey(version.number())) {
                live += version.size() + 2L * LogRecord.LINE;
            }
        }
        return stamp.size() - live;
    }

    /** Whether a new file without what is dead is worth its writing: nobody writes where a state was moved away. */
    boolean wasteful() {
        return last != null && (last.kind().equals(LogRecord.MOVED) || (dead() > WORTH && dead() > stamp.size() / 2));
    }

    // The head as it stands in a record: its JSON in one line, and the places in the next.

    /** @param note the sha-256 of a plain file that shows a version which is kept no longer; empty if none does */
    static byte[] head(HeadWithHistory indexed, Map<Long, Long> places, String note) {
        byte[] json = HeadJson.write(indexed);
        StringBuilder text = new StringBuilder("\n");
        for (StateVersion version : indexed.kept()) {
            Long place = places.get(version.number());
            if (place != null) {
                text.append(version.number()).append('@').append(place).append(' ');
            }
        }
        byte[] rest = text.append(note).append('\n').toString().getBytes(StandardCharsets.US_ASCII);
        byte[] head = Arrays.copyOf(json, json.length + rest.length);
        System.arraycopy(rest, 0, head, json.length, rest.length);
        return head;
    }

    /** The places of {@link #head}. */
    static Map<Long, Long> places(byte[] head) throws IOException {
        int end = head.length - 1;
        int begin = end;
        while (begin > 0 && head[begin - 1] != '\n') {
            begin--;
        }
        Map<Long, Long> places = new HashMap<>();
        try {
            for (String place : new String(head, begin, end - begin, StandardCharsets.US_ASCII).split(" ", -1)) {
                int at = place.indexOf('@');
                if (at > 0) {
                    places.put(Long.valueOf(place.substring(0, at)), Long.valueOf(place.substring(at + 1)));
                }
            }
        } catch (NumberFormatException e) {
            throw new IOException("the places of its documents are damaged", e);
        }
        return places;
    }

    /** On a file system that ignores case, two names could meet in one folder. */
    static HeadWithHistory named(StateName name, HeadWithHistory indexed) throws IOException {
        return new HeadWithHistory(named(name, indexed.head()), indexed.kept());
    }

    /** The same of the head alone; with the revision of this store. */
    static StateHead named(StateName name, StateHead head) throws IOException {
        if (!head.name().equals(name)) {
            throw new IOException("its folder is that of state '" + head.name() + "': the file system ignores case");
        }
        return head.withRevision(head.commit());
    }
}
