package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.postgres.Shares.Use;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every caller may read of a failure: what kind it is, and nothing of where the database is. */
class PostgresErrorsTest {

    private static final String PLACE = "db.example.org:5432/states";
    private static final String HANGING = "2 statements hang there, 2 waiting for the synchronous standby";

    private final PostgresErrors errors = new PostgresErrors(new PostgresSettings(
            PLACE,
            "public",
            "kolumn_state",
            "kolumn_locks",
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            true,
            true));

    private static void namesNothing(Unavailable failure, String told) {
        assertThat(failure).hasMessageContaining(PLACE);
        assertThat(failure.publicMessage())
                .contains(told)
                .doesNotContain("example.org")
                .doesNotContain("states-user");
    }

    @ParameterizedTest
    @CsvSource({
        "25006, a standby answered",
        "53100, is full",
        "57014, exceeded the time limit",
        "28P01, The log of the service has the details",
        "42501, The log of the service has the details",
        "08001, The log of the service has the details"
    })
    void whatCallersCanUnderstandIsToldThem(String state, String told) {
        SQLException error = new SQLException("refused for user states-user at " + PLACE, state);

        namesNothing(errors.failed("The head cannot be read", error), told);
        namesNothing(errors.uncertain("The head was not replaced", error), told);
    }

    @Test
    void aCommitThatNoStandbyHasIsToldWithItsDoubt() {
        SQLWarning warning = new SQLWarning("canceling wait for synchronous replication due to user request", "01000");
        Unavailable failure =
                errors.uncertain("The head was not replaced", new SQLException(warning.getMessage(), "01000", warning));

        namesNothing(failure, "stopped waiting for its synchronous standby");
        assertThat(failure.publicMessage()).contains("The outcome is uncertain");
        assertThat(failure.outcomeUnknown()).isTrue();
    }

    @Test
    void whatHangsIsTold() {
        namesNothing(errors.late("The head was not replaced", Use.CHANGE, true, HANGING), HANGING);
        namesNothing(errors.late("The head was not replaced", Use.CHANGE, true, HANGING), "may still be executed");
        namesNothing(errors.late("The head cannot be read", Use.READ, false, HANGING), HANGING);
        namesNothing(errors.busy("The head cannot be read", Use.READ, new Shares(4), HANGING), HANGING);
    }

    @Test
    void aFailureFromBeforeIsToldAgainWithItsKindButNotItsDoubt() {
        Unavailable late = errors.late("The head cannot be read", Use.READ, false, HANGING);
        Unavailable doubtful = errors.late("The tables were not made", Use.CHANGE, true, HANGING);

        assertThat(Unavailable.again(late).publicMessage()).isEqualTo(late.publicMessage());
        assertThat(Unavailable.again(doubtful).publicMessage()).doesNotContain("may still be executed");
        assertThat(Unavailable.again(doubtful).outcomeUnknown()).isFalse();
    }
}
