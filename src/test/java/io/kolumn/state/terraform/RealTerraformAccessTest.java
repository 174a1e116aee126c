package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.access.NewSecret;
import io.kolumn.state.access.TestIssuer;
import io.kolumn.state.http.Wire;
import io.kolumn.state.security.AccessProfile;
import io.kolumn.state.security.TestCertificates;
import io.kolumn.state.security.TlsAccessProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code terraform} with each of the proofs that it can send. */
@QuarkusTest
@TestProfile(TlsAccessProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformAccessTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NewSecret TOKEN = NewSecret.token(RANDOM);
    private static final NewSecret PASSWORD = NewSecret.password("correct horse", RANDOM);
    private static TestIssuer issuer;

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI encrypted;

    @TempDir
    Path folder;

    private Wire wire;

    static boolean installed() {
        return Terraform.installed();
    }

    /** Which client: a subclass has another. */
    String program() {
        return "terraform";
    }

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
        wire = Wire.to(server);
        AccessProfile.write(List.of(
                "user.ada.hash=" + PASSWORD.hash(),
                "token.boss.hash=" + TOKEN.hash(),
                "issuer.ci.url=" + issuer.url(),
                "issuer.ci.audience=" + TestIssuer.AUDIENCE,
                "policy.ada.who=user:ada",
                "policy.ada.states=people/{name}/**",
                "policy.ada.roles=writer",
                "policy.boss.who=token:boss",
                "policy.boss.states=**",
                "policy.boss.roles=admin",
                "policy.ci.who=issuer:ci",
                "policy.ci.claims.repository=acme/*",
                "policy.ci.states={+repository}/**",
                "policy.ci.roles=writer",
                "policy.hosts.who=certificate",
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
            Path own = Files.createDirectory(folder.resolve(name.replace('/', '-')));
            String url = at.resolve("/terraform/" + name).toString();
            return new Terraform(own, program()).write("main.tf", """
                    terraform {
                      backend "http" {
                        address        = "%1$s"
                        lock_address   = "%1$s"
                        unlock_address = "%1$s"
                        %2$s
                      }
                    }
                    %3$s
                    """.formatted(url, credentials, resources));
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

    @Test
    void aTokenAsThePassword() {
        Terraform terraform = terraform(server, "any/where", basic("whoever", TOKEN.secret()), RESOURCE);

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();

        assertThat(boss("/v1/versions/any/where").at("/versions/0/author").asText())
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
