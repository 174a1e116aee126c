package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever works from the address from which others guess. */
@PackagedTest(AccessProfile.class)
class NeighboursIT {

    private static final int GUESSERS = 24;
    private static final String TOKEN = "kst_0123456789abcdefghijklmnopqrstuvwxyz-neighbour";
    private static final String OTHER = "kst_0123456789abcdefghijklmnopqrstuvwxyz-another";

    @TestHTTPResource
    URI server;

    private final List<String> lines = List.of(
            "user.ada.hash=" + Hashes.password("right password"),
            "user.bob.hash=" + Hashes.password("another right password"),
            "token.ci.hash=" + Hashes.token(TOKEN),
            "token.cd.hash=" + Hashes.token(OTHER),
            "policy.all.subjects=authenticated",
            "policy.all.states=**",
            "policy.all.roles=reader");

    @BeforeEach
    void configure() {
        AccessProfile.apply(server, lines);
    }

    private int status(String authorization) {
        return Wire.to(server)
                .request("GET", "/v1/states")
                .header("Authorization", authorization)
                .send()
                .status();
    }

    @Test
    void rightCredentialsAreGoodWhileOthersGuessFromTheSameAddress() throws Exception {
        assertThat(status(Credentialed.basic("ada", "right password"))).isEqualTo(200);
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<Integer>> guessers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < GUESSERS; i++) {
                String wrong = Credentialed.basic("ada", "wrong " + i);
                guessers.add(threads.submit(() -> {
                    int worst = 401;
                    while (!stop.get()) {
                        worst = Math.max(worst, status(wrong));
                    }
                    return worst;
                }));
            }
            try {
                assertThat(status(Credentialed.basic("ada", "right password"))).isEqualTo(200);
                assertThat(status(Credentialed.basic("x", TOKEN))).isEqualTo(200);
                assertThat(status("Bearer " + OTHER)).isEqualTo(200);
                assertThat(status("Bearer kst_wrong"))
                        .as("is told at once, too")
                        .isEqualTo(401);
                // New rules forget what those before them remembered.
                AccessProfile.apply(server, lines);
                assertThat(status(Credentialed.basic("ada", "right password"))).isEqualTo(200);
                assertThat(status(Credentialed.basic("x", TOKEN))).isEqualTo(200);
                assertThat(status(Credentialed.basic("bob", "another right password")))
                        .as("never seen before, of a user whom nobody guesses at")
                        .isEqualTo(200);
            } finally {
                stop.set(true);
            }
            for (Future<Integer> guesser : guessers) {
                assertThat(guesser.get()).isEqualTo(401);
            }
        }
    }
}
