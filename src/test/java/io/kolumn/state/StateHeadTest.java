package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a head says of itself. */
class StateHeadTest {

    private static StateHead madeBy(String commit) {
        return new StateHead(StateName.of("a"), "r", commit, null, null, 0, 0, 0, -1, Instant.EPOCH);
    }

    /** A store that commits a head once more, to outdate a slow writer, must not make a half state look whole. */
    @Test
    void aHeadMadeAnewIsAnotherAndStaysIncompleteIfItWas() {
        assertThat(madeBy("c1").anew("c2").commit()).isEqualTo("c2");
        assertThat(madeBy("c1").anew("c2").incomplete()).isFalse();

        StateHead half = madeBy(StateHead.incompleteId("1"));
        assertThat(half.anew("c2").incomplete()).isTrue();
        assertThat(half.anew("c2").commit()).isNotEqualTo(half.commit());
    }
}
