package io.kolumn.state.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StoreCount;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often the storage is counted, and who waits for it: nobody. */
class CountTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicLong time = new AtomicLong();
    private final AtomicInteger counted = new AtomicInteger();
    private final Deque<Runnable> apart = new ArrayDeque<>();
    private Duration takes = Duration.ZERO;
    private boolean away;

    private final Count count = new Count(this::storage, time::get, apart::add);

    private StoreCount storage() {
        time.addAndGet(takes.toNanos());
        counted.incrementAndGet();
        if (away) {
            throw Unavailable.forEverybody("away", null);
        }
        return new StoreCount(counted.get(), 10, 1, NOW.minusSeconds(90), 0);
    }

    private void pass(Duration length) {
        time.addAndGet(length.toNanos());
    }

    private void finish() {
        apart.remove().run();
    }

    @Test
    void whoeverLooksWaitsForNothingAndGetsTheCountBefore() {
        assertThat(count.last()).isNull();
        assertThat(counted).hasValue(0);
        finish();
        assertThat(count.last()).extracting(StoreCount::states).isEqualTo(1L);

        pass(Count.FRESH);

        assertThat(count.last()).extracting(StoreCount::states).isEqualTo(1L);
        finish();
        assertThat(count.last()).extracting(StoreCount::states).isEqualTo(2L);
    }

    @Test
    void thereIsOneCountAtATimeHoweverManyLook() {
        for (int i = 0; i < 5; i++) {
            count.last();
        }
        assertThat(apart).hasSize(1);
    }

    @Test
    void aCountThatTookLongIsFollowedByARestThatIsLonger() {
        takes = LONG;
        count.last();
        finish();

        pass(LONG.multipliedBy(Count.REST).minusSeconds(1));
        count.last();
        assertThat(apart).isEmpty();

        pass(Duration.ofSeconds(1));
        count.last();
        assertThat(apart).hasSize(1);
    }

    @Test
    void aStorageThatIsAwayLeavesTheCountBefore() {
        count.last();
        finish();
        away = true;
        pass(Count.FRESH);
        count.last();
        finish();

        assertThat(count.last()).extracting(StoreCount::states).isEqualTo(1L);
        assertThat(apart).isEmpty();
    }

    @Test
    void theGaugesAreOfTheLastCount() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        new CountMetrics(count, () -> true, Clock.fixed(NOW, ZoneOffset.UTC)).bindTo(meters);

        assertThat(meters.get("kolumn.state.states").gauge().value()).isNaN();
        finish();

        assertThat(meters.get("kolumn.state.states").gauge().value()).isEqualTo(1);
        assertThat(meters.get("kolumn.state.bytes").gauge().value()).isEqualTo(10);
        assertThat(meters.get("kolumn.state.locks").gauge().value()).isEqualTo(1);
        assertThat(meters.get("kolumn.state.quarantined").gauge().value()).isZero();
        assertThat(meters.get("kolumn.state.oldest.lock.seconds").gauge().value())
                .isEqualTo(90);
    }
}
