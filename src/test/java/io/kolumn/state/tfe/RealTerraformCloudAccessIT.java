package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.access.NewSecret;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.security.AccessProfile;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of the real {@code terraform} whose token is wrong, or may not do all. */
@PackagedTest(AccessProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformCloudAccessIT {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NewSecret READER = NewSecret.token(RANDOM);
    private static final NewSecret WRITER = NewSecret.token(RANDOM);
    private static final String WRONG = NewSecret.token(RANDOM).secret();

    @TestHTTPResource
    URI server;

    @TempDir
    Path folder;

    private final String organization = "team-" + UUID.randomUUID();
    private CloudFolders folders;
    private TfeClient writer;

    static boolean installed() {
        return Terraform.installed();
    }

    @BeforeEach
    void configure() {
        AccessProfile.write(List.of(
                "token.reader.hash=" + READER.hash(),
                "token.writer.hash=" + WRITER.hash(),
                "policy.reader.subjects=token:reader",
                "policy.reader.states=" + organization + "/**",
                "policy.reader.roles=reader",
                "policy.writer.subjects=token:writer",
                "policy.writer.states=" + organization + "/**",
                "policy.writer.roles=writer"));
        folders = CloudFolders.of(folder, server).organization(organization);
        writer = TfeClient.discovered(server, WRITER.secret());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> writer.get("organizations/" + organization + "/workspaces")
                                .status()
                        == 200);
        writer.write(writer.create(organization, "app"), state(1));
    }

    private int status(String workspace) {
        return writer.get("organizations/" + organization + "/workspaces/" + workspace)
                .status();
    }

    @Test
    void aWrongTokenIsUnauthorizedAndNowhereInTheText() {
        String seen = folders.token(WRONG)
                .cloud("name = \"app\"", CloudFolders.RESOURCE)
                .run("init")
                .failed()
                .output();

        assertThat(seen).containsIgnoringCase("unauthorized").doesNotContain(WRONG);
    }

    @Test
    void aReaderReadsAndIsToldWhyItDoesNotPlan() {
        Terraform reader = folders.token(READER.secret()).cloud("name = \"app\"", CloudFolders.RESOURCE);

        reader.run("init").succeeded();
        assertThat(reader.run("output", "-raw", "content").succeeded().output()).isEqualTo("x");
        assertThat(oneLine(reader.run("plan").failed().output()))
                .contains("Permission 'lock' on state '" + organization + "/app' is required");
        assertThat(reader.run("plan", "-lock=false").succeeded().output()).contains("1 to add");
        assertThat(oneLine(reader.run("apply", "-auto-approve", "-lock=false")
                        .failed()
                        .output()))
                .contains("Permission 'write' on state '" + organization + "/app' is required");
    }

    @Test
    void aReaderWhoMistypesANameIsToldSoAndMakesNothing() {
        Terraform reader = folders.token(READER.secret()).cloud("name = \"apq\"", CloudFolders.RESOURCE);

        assertThat(oneLine(reader.run("init").failed().output())).contains("you may not create it");

        assertThat(status("apq")).isEqualTo(404);
    }

    @Test
    void whatMayNotBeSeenIsForbidden() {
        Terraform stranger =
                folders.organization("others").token(WRITER.secret()).cloud("name = \"app\"", "");

        assertThat(oneLine(stranger.run("init").failed().output()))
                .contains("You have no permission on state 'others/app'");
    }

    /** Terraform breaks lines and draws a bar before each. */
    private static String oneLine(String output) {
        return output.replaceAll("\u001B\\[[0-9;]*m", "").replaceAll("[│\\s]+", " ");
    }
}
