package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the audit trail.
 *
 * @param off why there is none; null if there is
 * @param next the address of the page with older lines; null if there are none
 * @param nextText what that page is called
 * @param first the address of the newest lines; null if this is it
 * @param size how large the trail is
 * @param chain whether anybody changed it; null if that was not asked for
 */
public record AuditView(
        @Nullable String off,
        String state,
        String who,
        String event,
        String outcome,
        String from,
        String until,
        List<Row> rows,
        @Nullable String next,
        String nextText,
        @Nullable String first,
        String size,
        @Nullable Chain chain) {

    /**
     * A line.
     *
     * @param who the proven identity, or else what the client said of itself
     * @param said what the client said of itself, if that is another; empty for nothing
     * @param href of the state's history; null if the line is of no state
     * @param ok whether it was done
     * @param details what else the line says
     */
    public record Row(
            long number,
            String time,
            String event,
            String who,
            String said,
            String state,
            @Nullable String href,
            String outcome,
            boolean ok,
            List<StateView.Fact> details) {}

    /**
     * What a verification found.
     *
     * @param last number and hash of the last line, to keep elsewhere; empty if nothing was verified
     */
    public record Chain(boolean intact, String text, String last, List<String> problems) {

        static Chain not(String why) {
            return new Chain(false, why, "", List.of());
        }
    }

    static AuditView none() {
        return none("There is no audit trail in a file. Set kolumn.state.audit.file.");
    }

    static AuditView none(String why) {
        return new AuditView(why, "", "", "", "", "", "", List.of(), null, "", null, "", null);
    }
}
