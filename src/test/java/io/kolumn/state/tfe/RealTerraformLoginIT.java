package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.access.NewSecret;
import io.kolumn.state.access.TestIssuer;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.kolumn.state.security.AccessProfile;
import io.kolumn.state.security.TlsAccessProfile;
import io.kolumn.state.security.TlsTokensProfile;
import io.kolumn.state.terraform.Terraform;
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
import org.junit.jupiter.api.io.TempDir;

/** The real {@code terraform login} over HTTPS, found by discovery, and what its tokens are good for in a cloud block. */
@PackagedTest(TlsTokensProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformLoginIT {

    private static final NewSecret PASSWORD = NewSecret.password("correct horse", new SecureRandom());
    private static TestIssuer issuer;

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI encrypted;

    @TempDir
    Path folder;

    private String host;

    static boolean installed() {
        return Terraform.installed();
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
        host = "localhost:" + encrypted.getPort();
        AccessProfile.write(List.of(
                "user.ada.hash=" + PASSWORD.hash(),
                "issuer.ci.url=" + issuer.url(),
                "issuer.ci.audience=" + TestIssuer.AUDIENCE,
                "policy.ada.subjects=user:ada",
                "policy.ada.states=team/**",
                "policy.ada.roles=writer",
                "policy.ci.subjects=issuer:ci",
                "policy.ci.states={+repository}/**",
                "policy.ci.roles=writer"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ada("GET", "/v1/states", "").path("states").isArray());
    }

    private JsonNode ada(String method, String path, String body) {
        String password = Base64.getEncoder().encodeToString("ada:correct horse".getBytes(StandardCharsets.UTF_8));
        Wire.Request request = Wire.to(server).request(method, path).header("Authorization", "Basic " + password);
        return (body.isEmpty() ? request : request.json(body)).send().json();
    }

    private JsonNode personalToken() {
        return ada("POST", "/v1/tokens", "{\"name\": \"laptop\", \"expires\": \"1h\"}");
    }

    private Person at(String organization) {
        return new Person(organization);
    }

    /** A person's home and a working copy in it. */
    private final class Person {
        private final Path home;
        private final Terraform terraform;

        Person(String organization) {
            try {
                home = Files.createTempDirectory(folder, "home");
                Files.createDirectory(home.resolve(".terraform.d"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            terraform = new Terraform(home)
                    .environment("HOME", home.toString())
                    .environment("BROWSER", "true")
                    .environment("TF_CLI_CONFIG_FILE", "")
                    .environment(
                            "SSL_CERT_FILE",
                            TlsAccessProfile.CERTIFICATES.resolve("ca.pem").toString())
                    .write("main.tf", """
                            terraform {
                              cloud {
                                hostname     = "%s"
                                organization = "%s"
                                workspaces { name = "app~prod" }
                              }
                            }
                            resource "terraform_data" "app" { input = "hello" }
                            """.formatted(host, organization));
        }

        Terraform.Outcome login(String token) {
            return terraform.answering("yes\n" + token, "login", "-no-color", host);
        }

        Terraform.Outcome run(String... arguments) {
            return terraform.run(arguments);
        }

        String stored() throws IOException {
            return Files.readString(home.resolve(".terraform.d/credentials.tfrc.json"));
        }
    }

    @Test
    void aLoginWithAPersonalTokenIsAllThatACloudBlockNeeds() throws IOException {
        JsonNode token = personalToken();
        Person ada = at("team");
        assertThat(ada.run("init", "-no-color").failed().output()).contains("terraform login " + host);

        Terraform.Outcome login = ada.login(token.path("token").asText()).succeeded();

        assertThat(login.output())
                .contains("/app/settings/tokens", "Retrieved token for user user/ada", "Success! Logged in")
                .doesNotContain(token.path("token").asText());
        assertThat(ada.stored()).contains(host, token.path("token").asText());
        ada.run("init").succeeded();
        ada.run("apply", "-auto-approve").succeeded();
        JsonNode version =
                ada("GET", "/v1/versions/team/app/prod", "").path("versions").path(0);
        assertThat(version.path("author").asText()).isEqualTo("user/ada");
        ada.run("destroy", "-auto-approve").succeeded();
        ada.run("logout", host).succeeded();
        assertThat(ada.stored()).doesNotContain("kst_");
        assertThat(ada.run("plan", "-no-color").failed().output()).contains("Required token could not be found");
    }

    @Test
    void aTokenThatIsNoneIsNotStored() {
        Person ada = at("team");

        assertThat(ada.login("kst_wrong").failed().output()).contains("Token is invalid: unauthorized");

        assertThat(ada.home.resolve(".terraform.d/credentials.tfrc.json")).doesNotExist();
    }

    @Test
    void aRevokedTokenIsGoodForNothing() {
        JsonNode token = personalToken();
        Person ada = at("team");
        ada.login(token.path("token").asText()).succeeded();
        ada.run("init").succeeded();
        ada.run("apply", "-auto-approve").succeeded();

        assertThat(ada("DELETE", "/v1/tokens/" + token.path("id").asText(), "").isMissingNode())
                .isTrue();

        assertThat(ada.run("plan", "-no-color").failed().output()).contains("unauthorized");
        assertThat(ada.run("output", "-no-color").failed().output()).contains("unauthorized");
    }

    @Test
    void aJwtOfAPipelineNeedsNoLogin() {
        Person pipeline = at("acme");
        String jwt = issuer.token("run-7", Instant.now().plusSeconds(300), Map.of("repository", "acme"));
        pipeline.terraform.environment("TF_TOKEN_" + host, jwt);

        pipeline.run("init").succeeded();
        pipeline.run("apply", "-auto-approve").succeeded();
        assertThat(pipeline.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");

        Person elsewhere = at("team");
        elsewhere.terraform.environment("TF_TOKEN_" + host, jwt);
        assertThat(elsewhere.run("init", "-no-color").failed().output())
                .contains("You have no permission on state 'team/app/prod'");
    }
}
