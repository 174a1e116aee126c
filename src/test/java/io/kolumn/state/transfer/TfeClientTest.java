package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.http.TestStates;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go, and what is tried again. */
class TfeClientTest {

    private final TestTfe there = new TestTfe();
    private final List<Duration> pauses = new ArrayList<>();
    private final TfeClient client = new TfeClient(URI.create(there.address()), TestTfe.TOKEN, pauses::add);

    @AfterEach
    void close() {
        client.close();
        there.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://store.example.org/v1/object/s3cr3t", "ftp://store.example.org/s3cr3t", "ht tp://s3cr3t"})
    void anAddressThatIsNotSafeIsRefusedAndNotShown(String address) {
        try (TfeClient encrypted = new TfeClient(URI.create("https://tfe.example.org"), TestTfe.TOKEN, pauses::add)) {
            assertThatThrownBy(() -> encrypted.download(address, "version sv-1 of acme/app"))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("The address of version sv-1 of acme/app")
                    .hasMessageNotContaining("s3cr3t");
        }
    }

    @Test
    void aRelativeAddressIsOneOfTheSameHost() {
        String id = there.version("acme", "app", 1, TestStates.state(1));

        assertThat(client.download("/hosted/" + id, "it"))
                .isInstanceOfSatisfying(
                        TfeClient.Download.Content.class,
                        content -> assertThat(content.size())
                                .isEqualTo(TestStates.state(1).length()));
        assertThat(there.asked())
                .extracting(TestTfe.Asked::host, TestTfe.Asked::authorization)
                .containsExactly(tuple("api", "Bearer " + TestTfe.TOKEN), tuple("files", "null"));
    }

    @Test
    void aWayInACircleEnds() {
        IntStream.range(0, 10).forEach(_ -> there.fault(307, Map.of("Location", "/again")));

        assertThatThrownBy(() -> client.download("/hosted/x", "version sv-1 of acme/app"))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("redirects version sv-1 of acme/app more than 5 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "NaN"})
    void aLimitWithoutATimeIsWaitedForShortly(String reset) {
        there.organization("acme").fault(429, Map.of("X-RateLimit-Reset", reset));

        assertThat(client.find("organizations", Map.of())).isPresent();
        assertThat(pauses).hasSize(1).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) <= 0);
    }

    @Test
    void limitsAreNotWaitedForWithoutEnd() {
        IntStream.range(0, 30).forEach(_ -> there.fault(429, Map.of("X-RateLimit-Reset", "100000")));

        assertThatThrownBy(() -> client.find("organizations", Map.of()))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("still answers with status 429 after 30 tries");
        assertThat(pauses).hasSize(29).containsOnly(Duration.ofMinutes(1));
    }

    @Test
    void aPathThatIsRedirectedNamesTheRemedy() {
        there.fault(301, Map.of("Location", "https://tfe.example.org/"));

        assertThatThrownBy(() -> client.find("organizations", Map.of()))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("redirects /api/v2/organizations elsewhere. Give the final address.");
        assertThat(there.asked()).hasSize(1);
    }
}
