package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces by the real {@code terraform}: its {@code cloud} block, and {@code backend "remote"}. */
@PackagedTest
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformCloudIT {

    @TestHTTPResource
    URI server;

    @TempDir
    Path folder;

    private CloudFolders folders;
    private String organization;

    static boolean installed() {
        return Terraform.installed();
    }

    @BeforeEach
    void connect() {
        folders = CloudFolders.of(folder, server);
        organization = folders.organization();
    }

    @Test
    void aCloudBlockWorksFromInitToDestroy() {
        Terraform terraform = folders.cloud("name = \"app~prod\"", CloudFolders.RESOURCE);

        terraform.run("init").succeeded();
        assertThat(terraform.run("apply", "-auto-approve").succeeded().output()).contains("1 added");
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
        assertThat(terraform.run("output", "-raw", "secret").succeeded().output())
                .isEqualTo("s3cr3t");
        assertThat(terraform.run("state", "list").succeeded().output()).contains("terraform_data.app");
        terraform
                .run("state", "mv", "terraform_data.app", "terraform_data.moved")
                .succeeded();
        terraform
                .run("state", "mv", "terraform_data.moved", "terraform_data.app")
                .succeeded();
        terraform.run("taint", "terraform_data.app").succeeded();
        terraform.run("untaint", "terraform_data.app").succeeded();
        String pulled = terraform.run("state", "pull").succeeded().output();
        terraform
                .write("pulled.tfstate", pulled)
                .run("state", "push", "pulled.tfstate")
                .succeeded();
        terraform.run("destroy", "-auto-approve").succeeded();

        JsonNode versions = folders.versions("app/prod");
        assertThat(versions.size()).isGreaterThan(4);
        assertThat(versions.at("/0/fence").asLong())
                .isGreaterThan(versions.at("/2/fence").asLong());
        assertThat(folders.wire().get("/v1/locks/" + organization + "/app/prod").status())
                .isEqualTo(404);
    }

    @Test
    void theRemoteBackendHasWorkspacesByTheirPrefix() {
        Terraform terraform = folders.remote("prefix = \"svc~\"", CloudFolders.RESOURCE);

        assertThat(terraform.run("init").failed().output())
                .as("of Terraform itself")
                .contains("No existing workspaces");
        terraform.run("workspace", "new", "one").succeeded();
        terraform.run("workspace", "new", "two").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(terraform.run("workspace", "list").succeeded().output()).contains("one", "* two");
        assertThat(terraform.run("output", "greeting").succeeded().output()).contains("hello");
        terraform.run("workspace", "select", "one").succeeded();
        assertThat(terraform.run("workspace", "delete", "two").failed().output())
                .contains("-force");
        terraform.run("workspace", "delete", "-force", "two").succeeded();

        assertThat(folders.names()).containsExactly(folders.state("svc/one"));
    }

    @Test
    void tagsAndAProjectSelectWorkspaces() {
        Terraform terraform = folders.cloud("""
                tags    = { layer = "net", env = "prod" }
                      project = "plumbing"
                """, CloudFolders.RESOURCE);
        folders.api()
                .post(
                        "organizations/" + organization + "/workspaces",
                        TfeClient.workspace(
                                "net~a",
                                "\"tag-bindings\":{\"data\":[" + binding("layer", "net") + ","
                                        + binding("env", "prod")
                                        + "]},\"project\":{\"data\":{\"type\":\"projects\",\"id\":\""
                                        + ProjectsResource.id(organization, "plumbing") + "\"}}"));

        terraform.run("init").succeeded();
        terraform.run("workspace", "new", "net~b").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(terraform.run("workspace", "list").succeeded().output()).contains("net~a", "* net~b");
        terraform.run("workspace", "select", "net~a").succeeded();
        assertThat(terraform.run("workspace", "delete", "net~b").failed().output())
                .contains("-force");

        assertThat(folders.wire().get("/v1/labels/" + organization + "/net/b").text())
                .contains("layer", "plumbing");
    }

    private static String binding(String key, String value) {
        return "{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}}";
    }

    @Test
    void moreWorkspacesThanAPageAreAllListed() {
        Terraform terraform = folders.cloud("tags = [\"many\"]", CloudFolders.RESOURCE);
        for (int i = 0; i < 120; i++) {
            folders.api()
                    .post(
                            "organizations/" + organization + "/workspaces",
                            TfeClient.workspace(
                                    "w" + (1000 + i), "\"tag-bindings\":{\"data\":[" + binding("many", "") + "]}"));
        }

        terraform.answering("1\n", "init").succeeded();

        String list = terraform.run("workspace", "list").succeeded().output();
        assertThat(list).contains("w1000", "w1119");
        assertThat(list.lines().filter(line -> line.contains("w1")).count()).isEqualTo(120);
    }

    @Test
    void fortyOutputsAreShown() {
        StringBuilder outputs = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            outputs.append("output \"o")
                    .append(i)
                    .append("\" { value = ")
                    .append(i)
                    .append(" }\n");
        }
        Terraform terraform = folders.cloud("name = \"forty\"", outputs.toString());
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();

        assertThat(terraform.run("output", "-no-color").succeeded().output().lines())
                .hasSize(40);
    }

    @Test
    void aLockOfAnotherProtocolIsWaitedFor() {
        Terraform terraform = folders.cloud("name = \"held\"", CloudFolders.RESOURCE);
        terraform.run("init").succeeded();
        String state = organization + "/held";
        folders.wire()
                .request("LOCK", "/terraform/" + state)
                .json(lockInfo("http-9"))
                .send();

        assertThat(terraform.run("apply", "-auto-approve").failed().output())
                .contains("Error acquiring the state lock");
        Process waiting = terraform.start("apply", "-auto-approve", "-lock-timeout=60s");
        Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        assertThat(waiting.isAlive()).isTrue();
        folders.wire()
                .request("UNLOCK", "/terraform/" + state)
                .json(lockInfo("http-9"))
                .send();

        terraform.finish(waiting).succeeded();
        assertThat(folders.wire().get("/v1/states/" + state).status()).isEqualTo(200);
    }

    @Test
    void forceUnlockTakesOrganizationAndWorkspace() {
        Terraform terraform = folders.cloud("name = \"forced\"", CloudFolders.RESOURCE);
        terraform.run("init").succeeded();
        folders.wire()
                .request("LOCK", "/terraform/" + organization + "/forced")
                .json(lockInfo("http-2"))
                .send();

        terraform.run("force-unlock", "-force", organization + "/forced").succeeded();

        terraform.run("apply", "-auto-approve").succeeded();
    }

    @Test
    void aStateThatMovedOnIsNotOverwrittenAndTheTextSaysWhy() {
        Terraform terraform = folders.cloud("name = \"moved-on\"", CloudFolders.RESOURCE);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        String old = terraform.run("state", "pull").succeeded().output();
        String path = "/v1/states/" + organization + "/moved-on";
        String lineage = folders.wire().get(path).json().path("lineage").asText();
        folders.wire().request("PUT", path).json(state(50, lineage, "newer")).send();

        String refused = terraform
                .write("old.tfstate", old)
                .run("state", "push", "-force", "old.tfstate")
                .failed()
                .output();

        assertThat(refused).contains("serial 50").contains("write with force");
        assertThat(folders.wire().get(path).json().path("serial").asLong()).isEqualTo(50);
    }
}
