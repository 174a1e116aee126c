package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.access.NewSecret;
import io.kolumn.state.access.TestIssuer;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.security.AccessProfile;
import io.kolumn.state.security.TestCertificates;
import io.kolumn.state.security.TlsAccessProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The real {@code terraform} with each of the proofs that it can send. */
@PackagedTest(TlsAccessProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformAccessIT extends RealTerraform {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NewSecret TOKEN = NewSecret.token(RANDOM);
    private static final NewSecret PASSWORD = NewSecret.password("correct horse", RANDOM);
    private static TestIssuer issuer;

    @TestHTTPResource(tls = true)
    URI encrypted;

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start();
    }

    @AfterAll
    static void stop() {
        issuer.close();
    }

    @BeforeEach
    void configure() {
        AccessProfile.write(List.of(
                "user.ada.hash=" + PASSWORD.hash(),
                "user.bob.hash=" + PASSWORD.hash(),
                "user.pat.hash=" + PASSWORD.hash(),
                "token.boss.hash=" + TOKEN.hash(),
                "issuer.ci.url=" + issuer.url(),
                "issuer.ci.audience=" + TestIssuer.AUDIENCE,
                "policy.ada.subjects=user:ada",
                "policy.ada.states=people/{name}/**",
                "policy.ada.roles=writer",
                "policy.bob.subjects=user:bob",
                "policy.bob.states=people/ada/**",
                "policy.bob.roles=writer",
                "policy.pat.subjects=user:pat",
                "policy.pat.states=people/ada/**",
                "policy.pat.roles=planner",
                "policy.boss.subjects=token:boss",
                "policy.boss.states=**",
                "policy.boss.roles=admin",
                "policy.ci.subjects=issuer:ci",
                "policy.ci.claims.repository=acme/*",
                "policy.ci.states={+repository}/**",
                "policy.ci.roles=writer",
                "policy.hosts.subjects=certificate",
                "policy.hosts.states=hosts/{cn}/**",
                "policy.hosts.roles=writer"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> boss("/v1/states").path("states").isArray());
    }

    private JsonNode boss(String target) {
        return wire.request("GET", target)
                .header("Authorization", "Bearer " + TOKEN.secret())
                .send()
                .json();
    }

    private Terraform terraform(URI at, String name, String credentials, String resources) {
        try {
            Path own = Files.createTempDirectory(folder, name.replace('/', '-'));
            return new Terraform(own, program()).write("main.tf", backend(at, name, credentials) + resources + "\n");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String basic(String name, String password) {
        return "username = \"" + name + "\"\n    password = \"" + password + "\"";
    }

    private static final String RESOURCE = "resource \"terraform_data\" \"app\" { input = \"hello\" }";

    @Test
    void aUserWithAPassword() {
        Terraform terraform = terraform(server, "people/ada/app", basic("ada", "correct horse"), RESOURCE);

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        terraform.run("plan", "-detailed-exitcode").succeeded();

        JsonNode newest = boss("/v1/versions/people/ada/app").at("/versions/0");
        assertThat(newest.path("author").asText()).isEqualTo("user/ada");
        assertThat(newest.path("operation").asText()).isEqualTo("OperationTypeApply");
        terraform.run("destroy", "-auto-approve").succeeded();
    }

    @Test
    void whoMayNotIsToldWhyAndNothingIsPlanned() {
        Terraform others = terraform(server, "people/eve/app", basic("ada", "correct horse"), RESOURCE);
        Terraform wrong = terraform(server, "people/ada/wrong", basic("ada", "wrong"), RESOURCE);

        assertThat(others.run("init").failed().output()).contains("invalid auth");
        assertThat(wrong.run("init").failed().output()).contains("requires auth");
        assertThat(boss("/v1/states?prefix=people/eve").path("states")).isEmpty();
    }

    private static final String PROVISIONED = """
            resource "terraform_data" "made" {
              provisioner "local-exec" { command = "touch made" }
            }
            """;

    @Test
    void aPlannersApplyIsRefusedAtItsLockAndMakesNothing() {
        Terraform terraform = terraform(server, "people/ada/planned", basic("pat", "correct horse"), PROVISIONED);
        terraform.run("init").succeeded();

        terraform.run("plan").succeeded();
        String applied = terraform.run("apply", "-auto-approve").failed().output();
        String refreshed = terraform.run("refresh").failed().output();
        String imported =
                terraform.run("import", "terraform_data.made", "id").failed().output();

        assertThat(applied).contains("Error acquiring the state lock");
        assertThat(refreshed).contains("Error acquiring the state lock");
        assertThat(imported).contains("Error acquiring the state lock");
        assertThat(terraform.folder().resolve("made")).doesNotExist();
        assertThat(terraform.folder().resolve("errored.tfstate")).doesNotExist();
        assertThat(boss("/v1/states/people/ada/planned").path("status").asInt()).isEqualTo(404);
        assertThat(boss("/v1/locks/people/ada/planned").path("status").asInt()).isEqualTo(404);
    }

    @Test
    void forceUnlockIsForWhoeverTookTheLockAndForNobodyElse() {
        Terraform holder = terraform(server, "people/ada/left", basic("ada", "correct horse"), RESOURCE);
        Terraform other = terraform(server, "people/ada/left", basic("bob", "correct horse"), RESOURCE);
        holder.run("init").succeeded();
        other.run("init").succeeded();
        String password = Base64.getEncoder().encodeToString("ada:correct horse".getBytes(StandardCharsets.UTF_8));
        wire.request("LOCK", "/terraform/people/ada/left")
                .header("Authorization", "Basic " + password)
                .json(TestStates.lockInfo("left-1"))
                .send();

        assertThat(other.run("force-unlock", "-force", "left-1").failed().output())
                .contains("Failed to unlock state");
        assertThat(boss("/v1/locks/people/ada/left").path("owner").asText()).isEqualTo("user/ada");
        holder.run("force-unlock", "-force", "left-1").succeeded();

        assertThat(boss("/v1/locks/people/ada/left").path("status").asInt()).isEqualTo(404);
        other.run("apply", "-auto-approve").succeeded();
    }

    /** The lock is broken in mid-apply; what is pushed afterwards is the same but for its serial. */
    @Test
    void whatWasSetAsideForABrokenLockIsRecoveredByAStatePush() throws IOException {
        String name = "people/ada/broken";
        Terraform terraform = terraform(server, name, basic("ada", "correct horse"), """
                resource "terraform_data" "slow" {
                  provisioner "local-exec" { command = "n=0; while [ ! -f go ] && [ $n -lt 600 ]; do n=$((n+1)); sleep 0.1; done" }
                }
                """);
        terraform.run("init").succeeded();
        Process applying = terraform.start("apply", "-auto-approve");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> boss("/v1/locks/" + name).path("owner").asText().equals("user/ada"));
        wire.request("DELETE", "/v1/locks/" + name + "?force=true")
                .header("Authorization", "Bearer " + TOKEN.secret())
                .send();
        Files.createFile(terraform.folder().resolve("go"));
        terraform.finish(applying).failed();

        JsonNode quarantined =
                boss("/v1/versions/" + name + "?quarantined=true").path("versions");
        assertThat(quarantined).hasSize(1);
        assertThat(quarantined.at("/0/operation").asText()).isEqualTo("refused: lock-lost");
        assertThat(quarantined.at("/0/recovered").isMissingNode()).isTrue();
        terraform.run("state", "push", "errored.tfstate").succeeded();

        assertThat(boss("/v1/versions/" + name + "?quarantined=true")
                        .at("/versions/0/recovered")
                        .asLong())
                .isEqualTo(1);
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    @Test
    void aTokenAsThePassword() {
        Terraform terraform = terraform(server, "any/where", basic("whoever", TOKEN.secret()), RESOURCE);

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();

        assertThat(boss("/v1/versions/any/where").at("/versions/0/author").asText())
                .isEqualTo("token/boss");
    }

    @Test
    void aTokenAsTheNameOfTheUser() {
        Terraform terraform = terraform(server, "any/named", "username = \"" + TOKEN.secret() + "\"", RESOURCE);

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();

        assertThat(boss("/v1/versions/any/named").at("/versions/0/author").asText())
                .isEqualTo("token/boss");
    }

    @Test
    void aJwtAsThePassword() {
        String jwt = issuer.token(
                "repo:acme/app:ref:refs/heads/main", Instant.now().plusSeconds(300), Map.of("repository", "acme/app"));
        Terraform terraform = terraform(server, "acme/app/prod", basic("jwt", jwt), RESOURCE);

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();

        assertThat(boss("/v1/versions/acme/app/prod").at("/versions/0/author").asText())
                .isEqualTo("ci/repo:acme/app:ref:refs/heads/main");
    }

    /** The clocks of issuer and service may be half a minute apart, so this one ends some seconds after its end. */
    @Test
    void aJwtThatEndsInMidApplyFinishesWhatItBegan() {
        String slow = """
                resource "terraform_data" "slow" {
                  provisioner "local-exec" { command = "sleep 12" }
                }
                """;
        String early = issuer.token("run", Instant.now().plusSeconds(60), Map.of("repository", "acme/slow"));
        Terraform terraform = terraform(server, "acme/slow/prod", basic("jwt", early), slow);
        terraform.run("init").succeeded();
        Instant end = Instant.now().plusSeconds(8);
        String late = issuer.token("run", end.minusSeconds(30), Map.of("repository", "acme/slow"));
        terraform.write(
                "override.tf",
                "terraform {\n  backend \"http\" {\n    address = \""
                        + server.resolve("/terraform/acme/slow/prod") + "\"\n    lock_address = \""
                        + server.resolve("/terraform/acme/slow/prod") + "\"\n    unlock_address = \""
                        + server.resolve("/terraform/acme/slow/prod") + "\"\n    " + basic("jwt", late) + "\n  }\n}\n");
        terraform.run("init", "-reconfigure").succeeded();

        terraform.run("apply", "-auto-approve").succeeded();

        assertThat(Instant.now()).isAfter(end);
        assertThat(boss("/v1/states/acme/slow/prod").path("resources")).hasSize(1);
        assertThat(boss("/v1/locks/acme/slow/prod").path("status").asInt()).isEqualTo(404);
        assertThat(terraform.run("plan").failed().output()).contains("requires auth");
    }

    @Test
    void aClientCertificate() {
        TestCertificates certificates = TestCertificates.of(TlsAccessProfile.CERTIFICATES);
        certificates.client("terraform", "CN=runner-9,OU=ci,O=Acme");
        Terraform terraform = terraform(
                encrypted,
                "hosts/runner-9/app",
                """
                client_ca_certificate_pem = <<-PEM
                %sPEM
                    client_certificate_pem = <<-PEM
                %sPEM
                    client_private_key_pem = <<-PEM
                %sPEM
                """.formatted(
                                certificates.authority(),
                                certificates.certificate("terraform"),
                                certificates.privateKey("terraform")),
                RESOURCE);

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();

        assertThat(boss("/v1/versions/hosts/runner-9/app")
                        .at("/versions/0/author")
                        .asText())
                .isEqualTo("certificate/CN=runner-9,OU=ci,O=Acme");
    }
}
