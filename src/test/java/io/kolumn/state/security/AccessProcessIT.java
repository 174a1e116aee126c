package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.access.NewSecret;
import io.kolumn.state.audit.AuditTrails;
import io.kolumn.state.audit.AuditTrails.Verified;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with identities: what it records when it is killed, what it never shows, and how it refuses to start. */
class AccessProcessIT {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NewSecret TOKEN = NewSecret.token(RANDOM);
    private static final NewSecret PASSWORD = NewSecret.password("correct horse battery", RANDOM);

    @TempDir
    Path folder;

    private PackagedService start(String... options) throws IOException {
        Files.write(
                folder.resolve("access.properties"),
                List.of(
                        "token.ci.hash=" + TOKEN.hash(),
                        "user.ada.hash=" + PASSWORD.hash(),
                        "policy.all.subjects=token:ci, user:ada",
                        "policy.all.states=**",
                        "policy.all.roles=admin"));
        return PackagedService.start(
                folder,
                Map.of(),
                Stream.concat(
                                Stream.of(
                                        "-Dkolumn.state.access.file=access.properties",
                                        "-Dkolumn.state.audit.file=audit.jsonl"),
                                Stream.of(options))
                        .toList());
    }

    private static Wire.Answer send(
            Wire wire, String method, String target, String authorization, @Nullable String body) {
        Wire.Request request = wire.request(method, target).header("Authorization", authorization);
        return body == null ? request.send() : request.json(body).send();
    }

    @Test
    void everyAnsweredChangeIsInTheTrailOfAServiceThatWasKilled() throws Exception {
        Path trail = folder.resolve("audit.jsonl");
        Set<String> answered = ConcurrentHashMap.newKeySet();
        for (int life = 0; life < 2; life++) {
            int lives = life;
            try (PackagedService service = start()) {
                Wire wire = service.wire();
                int before = answered.size();
                List<Thread> writers = Stream.of(1, 2, 3)
                        .map(writer -> Thread.ofVirtual().start(() -> {
                            for (int i = 0; ; i++) {
                                String name = "life-" + lives + "/" + writer + "/" + i;
                                try {
                                    if (send(
                                                            wire,
                                                            "PUT",
                                                            "/v1/states/" + name,
                                                            "Bearer " + TOKEN.secret(),
                                                            TestStates.state(1))
                                                    .status()
                                            == 201) {
                                        answered.add(name);
                                    }
                                } catch (RuntimeException e) {
                                    return;
                                }
                            }
                        }))
                        .toList();
                await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() > before + 100);
                service.process().destroyForcibly();
                assertThat(service.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
                for (Thread writer : writers) {
                    writer.join();
                }
            }
            Verified verified = AuditTrails.verify(trail);
            assertThat(verified.problems()).isEmpty();
            String lines = Files.readString(trail);
            assertThat(answered).allSatisfy(name -> assertThat(lines).contains("\"state\":\"" + name + "\""));
        }
        assertThat(Files.readAllLines(trail))
                .filteredOn(line -> line.contains("\"event\":\"opened\""))
                .hasSize(2);
    }

    @Test
    void noSecretIsInLogsPagesOrErrors() throws IOException {
        try (PackagedService service =
                start("-Dquarkus.log.category.\"io.kolumn\".level=DEBUG", "-Dkolumn.state.audit.log=true")) {
            Wire wire = service.wire();
            String basic = Credentialed.basic("ada", "correct horse battery");
            String wrong = Credentialed.basic("ada", "incorrect horse");
            StringBuilder seen = new StringBuilder();
            for (String authorization : List.of(
                    "Bearer " + TOKEN.secret(),
                    basic,
                    wrong,
                    "Bearer " + TOKEN.secret() + "x",
                    "Basic " + TOKEN.secret(),
                    "Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3gifQ.c2VjcmV0")) {
                for (String target :
                        List.of("/v1/states", "/v1/backend", "/v1/backends", "/q/metrics", "/q/health", "/nothing")) {
                    seen.append(send(wire, "GET", target, authorization, null));
                }
                send(wire, "LOCK", "/terraform/x", authorization, TestStates.lockInfo("id"));
            }
            assertThat(seen.toString() + service.log() + Files.readString(folder.resolve("audit.jsonl")))
                    .contains("user/ada", "token/ci")
                    .doesNotContain(TOKEN.secret(), TOKEN.hash(), PASSWORD.hash(), "correct horse", "c2VjcmV0")
                    .doesNotContain(basic.substring(6), wrong.substring(6));
        }
    }

    @Test
    void aWrongPolicyEndsTheStartWithAllItsMistakes() throws Exception {
        try (PackagedService service = start(
                "-Dkolumn.state.policy.a.subjects=ada",
                "-Dkolumn.state.policy.a.states=a**",
                "-Dkolumn.state.policy.a.roles=boss",
                "-Dkolumn.state.token.x.hash=a-secret-in-the-wrong-place")) {
            assertThat(service.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(service.process().exitValue()).isEqualTo(1);
            assertThat(service.log())
                    .contains("kolumn.state.policy.a.subjects=ada")
                    .contains("kolumn.state.policy.a.states=a**")
                    .contains("kolumn.state.policy.a.roles=boss")
                    .contains("kolumn.state.token.x.hash")
                    .doesNotContain("a-secret-in-the-wrong-place")
                    .doesNotContain("\tat ");
        }
    }
}
