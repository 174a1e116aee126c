package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.HeadPage;
import io.kolumn.state.StateHead;
import io.kolumn.state.http.LockView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of states as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "StateList",
        requiredProperties = {"states", "seesAll"})
record StateList(
        List<Entry> states,

        @Schema(description = "Value of after= for the next page; missing on the last page") @Nullable
        String next,

        @Schema(
                description =
                        "Whether the caller can read every state with this prefix, so that the list is complete; false"
                                + " if that is uncertain")
        boolean seesAll) {

    /** A state in the list. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "State",
            requiredProperties = {"name", "deleted", "incomplete", "changed"})
    record Entry(
            @Schema(examples = "team-a/network/prod") String name,

            @Schema(description = "Missing for a state that is deleted, only locked, or created and not yet written")
            @Nullable
            VersionView current,

            @Nullable LockView lock,
            boolean deleted,

            @Schema(description = "The state is being imported and is incomplete")
            boolean incomplete,

            Instant changed,

            @Schema(description = "Present for the old name of a moved state") @Nullable
            MovedView moved,

            @Schema(description = "Missing if none were ever given to the state") @Nullable
            Map<String, String> labels) {

        static Entry of(StateHead head) {
            return new Entry(
                    head.name().value(),
                    head.current() == null ? null : VersionView.of(head.current()),
                    head.held() == null ? null : LockView.of(head.held()),
                    head.tombstone(),
                    head.incomplete(),
                    head.changed(),
                    head.movedTo() == null ? null : MovedView.of(head.movedTo()),
                    head.labels() == null ? null : head.labels().values());
        }
    }

    static StateList of(HeadPage page, boolean seesAll) {
        List<Entry> states = page.heads().stream().map(Entry::of).toList();
        return new StateList(states, page.more() ? states.getLast().name() : null, seesAll);
    }
}
