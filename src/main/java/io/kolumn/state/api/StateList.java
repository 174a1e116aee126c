package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.HeadPage;
import io.kolumn.state.StateHead;
import io.kolumn.state.http.LockView;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of states as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "StateList",
        requiredProperties = {"states", "seesAll"})
record StateList(
        List<Entry> states,

        @Schema(description = "Where to go on, as after=; missing on the last page") @Nullable
        String next,

        @Schema(
                description =
                        "Whether the caller may read every state with this prefix, so that the list leaves none out; false"
                                + " where that is not certain")
        boolean seesAll) {

    /** A state in the list. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "State",
            requiredProperties = {"name", "deleted", "incomplete", "changed"})
    record Entry(
            @Schema(examples = "team-a/network/prod") String name,

            @Schema(description = "Missing for a state that is deleted or only locked") @Nullable
            VersionView current,

            @Nullable LockView lock,
            boolean deleted,

            @Schema(description = "It is being carried over from another storage, and not all of it is there")
            boolean incomplete,

            Instant changed,

            @Schema(description = "Of a name that a state was moved away from") @Nullable
            MovedView moved) {

        static Entry of(StateHead head) {
            return new Entry(
                    head.name().value(),
                    head.current() == null ? null : VersionView.of(head.current()),
                    head.held() == null ? null : LockView.of(head.held()),
                    head.tombstone(),
                    head.incomplete(),
                    head.changed(),
                    head.movedTo() == null ? null : MovedView.of(head.movedTo()));
        }
    }

    static StateList of(HeadPage page, boolean seesAll) {
        List<Entry> states = page.heads().stream().map(Entry::of).toList();
        return new StateList(states, page.more() ? states.getLast().name() : null, seesAll);
    }
}
