package io.kolumn.state.ui;

import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the list of states: a state, or a folder of them.
 *
 * @param folder whether it is a folder
 * @param label what of its name is shown
 * @param states how many states are in the folder, as far as known
 * @param mark what is special about it, such as {@code deleted}; empty for nothing
 * @param quarantine the mark of documents in quarantine; null if there are none that the caller may see
 * @param changed how long ago it changed
 * @param at when that was
 * @param locked who holds the lock; null for nobody
 * @param held how long it has been held
 */
public record StateRow(
        boolean folder,
        String label,
        String href,
        String states,
        String mark,
        @Nullable Quarantine quarantine,
        String version,
        String serial,
        Resources resources,
        String size,
        String changed,
        String at,
        String author,
        @Nullable String locked,
        String held,
        List<String> labels) {

    /**
     * How many resources a state has.
     *
     * @param text the number, or a dash where it is not known; empty without a current version
     * @param title why it is not known, or of which older version it is; empty for nothing to say
     */
    public record Resources(String text, String title) {
        static final Resources NONE = new Resources("", "");
    }

    /**
     * Documents in quarantine.
     *
     * @param href where they are shown
     * @param title what to do about them
     */
    public record Quarantine(String text, String href, String title) {}

    static StateRow folder(String label, String href, String states) {
        return new StateRow(
                true, label, href, states, "", null, "", "", Resources.NONE, "", "", "", "", null, "", List.of());
    }

    static StateRow of(StateHead head, String label, RowFacts facts, Instant now) {
        StateVersion current = head.current();
        Lock lock = head.held();
        return new StateRow(
                false,
                label,
                Links.state(head.name()),
                "",
                mark(head),
                facts.quarantine(head),
                current == null ? "" : Long.toString(current.number()),
                current == null ? "" : Texts.serial(current),
                facts.resources(head),
                current == null ? "" : Texts.size(current.size()),
                Texts.ago(head.changed(), now),
                Texts.time(head.changed()),
                current == null ? "" : current.author(),
                lock == null ? null : holder(lock),
                lock == null ? "" : Texts.length(lock.age(now)),
                labels(head));
    }

    static String mark(StateHead head) {
        if (head.incomplete()) {
            return "being imported";
        }
        if (head.moved()) {
            return "moved";
        }
        if (head.tombstone()) {
            return "deleted";
        }
        return head.created() ? "not written yet" : head.current() == null ? "only locked" : "";
    }

    /** Returns the proven identity of a holder, or else what the client said of itself. */
    static String holder(Lock lock) {
        return !lock.owner().isEmpty()
                ? lock.owner()
                : lock.info().who().isEmpty()
                        ? "an unnamed client"
                        : lock.info().who();
    }

    static List<String> labels(StateHead head) {
        return head.labels() == null
                ? List.of()
                : head.labels().values().entrySet().stream()
                        .map(label ->
                                label.getValue().isEmpty() ? label.getKey() : label.getKey() + "=" + label.getValue())
                        .toList();
    }
}
