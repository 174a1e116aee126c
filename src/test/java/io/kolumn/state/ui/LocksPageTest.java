package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who waits for a lock, as the pages say it. */
@QuarkusTest
class LocksPageTest {

    @TestHTTPResource
    URI server;

    @Inject
    StateBackend backend;

    private String get(String path) {
        return Wire.to(server).get(path).text();
    }

    @Test
    void whoWaitsForALockIsToldOfThisReplica() throws Exception {
        StateName name = StateName.of("waiting/prod");
        Documents.put(backend, name.value(), Documents.network(1, 100));
        Documents.lock(backend, name.value(), "held");
        assertThat(get("/ui/locks")).contains("waiting/prod", "nobody");
        CountDownLatch standsInLine = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            LockOptions patient = LockOptions.none()
                    .waiting(Duration.ofMinutes(1))
                    .unless(() -> {
                        standsInLine.countDown();
                        return false;
                    });
            Future<LockResult> waiter =
                    threads.submit(() -> backend.lock(name, LockInfo.of("next", "ci@runner", ""), patient));
            standsInLine.await();

            assertThat(get("/ui/locks"))
                    .contains("waiting for a lock on this replica", "<td class=\"nowrap\">1 for ")
                    .contains("Other replicas have lines of their own.");
            assertThat(get("/ui/state/waiting/prod")).contains("Waiting on this replica: 1 for ");

            backend.unlock(name, "held");
            assertThat(waiter.get().lock().id()).isEqualTo("next");
        }
        backend.unlock(name, "next");
    }
}
