package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The memory for documents, and who has how much of it. */
class InFlightTest {

    private static final int KIB = 1024;

    private final InFlight impatient = new InFlight(100 * KIB, 60, 0);
    private final InFlight patient = new InFlight(100 * KIB, 60, TimeUnit.MINUTES.toNanos(5));

    @Test
    void whatIsClosedIsBackOnce() {
        InFlight.Reservation share = impatient.reservation("ada");
        share.reserve(50 * KIB);
        assertThat(impatient.taken()).isEqualTo(50 * KIB);

        share.close();
        share.close();

        assertThat(impatient.taken()).isZero();
    }

    @Test
    void whatIsTakenAfterTheEndComesBackAtOnce() {
        InFlight.Reservation share = impatient.reservation("ada");
        share.close();

        assertThatThrownBy(() -> share.reserve(10 * KIB)).isInstanceOf(Unavailable.class);

        assertThat(impatient.taken()).isZero();
    }

    @Test
    void aCallerHasNoMoreThanItsShareInAllItsRequests() {
        impatient.reservation("ada").reserve(40 * KIB);

        assertThatThrownBy(() -> impatient.reservation("ada").reserve(30 * KIB))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("max-in-flight-share");
        impatient.reservation("grace").reserve(60 * KIB);
        assertThatThrownBy(() -> impatient.reservation("edsger").reserve(1)).hasMessageContaining("max-in-flight is");
    }

    @Test
    void whatIsLargerThanTheShareIsNeverTaken() {
        assertThatThrownBy(() -> impatient.reservation("ada").reserve(61 * KIB))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("max-in-flight-share");
    }

    @Test
    void aSlowOneKeepsWhatHasComeAndWhatMayComeUnasked() {
        InFlight.Reservation share = impatient.reservation("ada");
        share.reserve(50 * KIB);
        share.use(10 * KIB);
        assertThat(share.ahead(8 * KIB, 40 * KIB)).isTrue();

        share.slow();
        assertThat(impatient.taken()).isEqualTo(18 * KIB);

        share.use(12 * KIB);
        assertThat(impatient.taken()).isEqualTo(20 * KIB);
        share.use(50 * KIB);
        share.slow();
        assertThat(impatient.taken()).isEqualTo(50 * KIB);
    }

    @Test
    void nothingMayComeUnaskedWhereThereIsNoMemoryForIt() {
        impatient.reservation("grace").reserve(60 * KIB);
        InFlight.Reservation share = impatient.reservation("ada");
        share.use(10 * KIB);

        assertThat(share.ahead(50 * KIB, 50 * KIB)).isFalse();
        assertThat(impatient.taken()).isEqualTo(70 * KIB);
    }

    @Test
    void whoWaitsGetsTheMemoryThatComesBack() throws InterruptedException {
        InFlight.Reservation first = patient.reservation("ada");
        first.reserve(60 * KIB);
        Thread waiter =
                Thread.ofVirtual().start(() -> patient.reservation("ada").reserve(60 * KIB));
        Awaitility.await().until(() -> patient.waiters() == 1);

        first.close();

        assertThat(waiter.join(Duration.ofSeconds(30))).isTrue();
        assertThat(patient.taken()).isEqualTo(60 * KIB);
        assertThat(patient.waiters()).isZero();
    }

    /** Its end comes while it waits. */
    @Test
    void whatAWaiterGetsAfterItsEndComesBack() throws InterruptedException {
        InFlight.Reservation first = patient.reservation("ada");
        first.reserve(60 * KIB);
        InFlight.Reservation second = patient.reservation("ada");
        Thread waiter = Thread.ofVirtual()
                .start(() -> assertThatThrownBy(() -> second.reserve(60 * KIB)).isInstanceOf(Unavailable.class));
        Awaitility.await().until(() -> patient.waiters() == 1);

        second.close();
        first.close();

        assertThat(waiter.join(Duration.ofSeconds(30))).isTrue();
        assertThat(patient.taken()).isZero();
    }
}
