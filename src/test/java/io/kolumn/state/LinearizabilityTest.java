package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.Linearizability.Seen;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Good and bad histories of a register that holds a number. */
class LinearizabilityTest {

    /** A write of a number, or a read that saw it. */
    private record Call(boolean write, int value) {}

    private static @Nullable Integer model(Integer state, Call call) {
        return call.write() ? Integer.valueOf(call.value()) : state == call.value() ? state : null;
    }

    private static Seen<Call> write(int value, long begin, long end) {
        return new Seen<>(new Call(true, value), begin, end);
    }

    private static Seen<Call> read(int value, long begin, long end) {
        return new Seen<>(new Call(false, value), begin, end);
    }

    @SafeVarargs
    private static boolean holds(Seen<Call>... calls) {
        return Linearizability.holds(0, LinearizabilityTest::model, List.of(calls));
    }

    @Test
    void oneAfterTheOther() {
        assertThat(holds(write(1, 0, 1), read(1, 2, 3), write(2, 4, 5), read(2, 6, 7)))
                .isTrue();
    }

    @Test
    void aReadDuringAWriteMaySeeEither() {
        assertThat(holds(write(1, 0, 10), read(0, 1, 2), read(1, 3, 4))).isTrue();
        assertThat(holds(write(1, 0, 10), read(1, 1, 2), read(1, 3, 4))).isTrue();
    }

    @Test
    void aReadMustNotGoBack() {
        assertThat(holds(write(1, 0, 10), read(1, 1, 2), read(0, 3, 4))).isFalse();
    }

    @Test
    void aStaleReadIsFound() {
        assertThat(holds(write(1, 0, 1), read(0, 2, 3))).isFalse();
    }

    @Test
    void aLostWriteIsFound() {
        assertThat(holds(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5))).isFalse();
    }

    @Test
    void twoReadersMustAgreeOnTheOrder() {
        assertThat(holds(write(1, 0, 20), write(2, 0, 20), read(1, 1, 2), read(2, 3, 4), read(2, 1, 2), read(1, 3, 4)))
                .isFalse();
    }

    @Test
    void aWriteWithoutAnswerMayHaveHappenedOrNot() {
        assertThat(holds(write(1, 0, Long.MAX_VALUE), read(0, 1, 2))).isTrue();
        assertThat(holds(write(1, 0, Long.MAX_VALUE), read(0, 1, 2), read(1, 3, 4)))
                .isTrue();
        assertThat(holds(write(1, 0, Long.MAX_VALUE), read(1, 1, 2), read(0, 3, 4)))
                .isFalse();
        assertThat(holds(read(1, 0, 1), write(1, 2, Long.MAX_VALUE))).isFalse();
    }

    @Test
    void aLongHistoryIsSearchedToItsEnd() {
        List<Seen<Call>> calls = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            calls.add(write(i, 10L * i, 10L * i + 15));
            calls.add(read(i, 10L * i + 1, 10L * i + 9));
        }
        assertThat(Linearizability.holds(0, LinearizabilityTest::model, calls)).isTrue();
        calls.add(read(-1, 40_000, 40_001));
        assertThat(Linearizability.holds(0, LinearizabilityTest::model, calls)).isFalse();
    }
}
