package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.store.s3.TestS3;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** States that the real {@code terraform} moves into workspaces. */
@PackagedTest
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformCloudMigrationIT {

    @TestHTTPResource
    URI server;

    @TempDir
    Path folder;

    private CloudFolders folders;

    static boolean installed() {
        return Terraform.installed();
    }

    @BeforeEach
    void connect() {
        folders = CloudFolders.of(folder, server);
    }

    private Terraform twoWorkspacesInFiles() {
        Terraform terraform = folders.folder(CloudFolders.RESOURCE);
        terraform.run("init").succeeded();
        for (String workspace : new String[] {"blue", "green"}) {
            terraform.run("workspace", "new", workspace).succeeded();
            terraform.run("apply", "-auto-approve").succeeded();
        }
        terraform.run("workspace", "select", "blue").succeeded();
        return terraform.write("main.tf", folders.cloudBlock("tags = [\"moved\"]") + CloudFolders.RESOURCE);
    }

    private void isWhole(String workspace) {
        assertThat(folders.wire()
                        .get("/v1/states/" + folders.state(workspace))
                        .json()
                        .at("/outputs/greeting/value")
                        .asText())
                .isEqualTo("hello");
        assertThat(folders.versions(workspace)).hasSize(1);
        assertThat(folders.wire().get("/v1/locks/" + folders.state(workspace)).status())
                .isEqualTo(404);
    }

    @Test
    void severalWorkspacesMoveFromFilesByTags() {
        Terraform terraform = twoWorkspacesInFiles();

        terraform.answering("2\n", "init").succeeded();

        assertThat(folders.names()).containsExactly(folders.state("blue"), folders.state("green"));
        isWhole("blue");
        isWhole("green");
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    @Test
    void severalWorkspacesMoveUnderOtherNames() {
        Terraform terraform = twoWorkspacesInFiles();

        terraform.answering("1\nteam~*\n", "init").succeeded();

        assertThat(folders.names()).containsExactly(folders.state("team/blue"), folders.state("team/green"));
        isWhole("team/blue");
        isWhole("team/green");
    }

    @Test
    void severalWorkspacesMoveToTheRemoteBackendByPrefix() {
        Terraform terraform = twoWorkspacesInFiles()
                .write("main.tf", folders.remoteBlock("prefix = \"svc~\"") + CloudFolders.RESOURCE);

        assertThat(terraform.run("init", "-migrate-state").failed().output())
                .as("of Terraform itself")
                .contains("invalid value for workspace");
        terraform
                .answering("yes\n", "init", "-migrate-state", "-ignore-remote-version")
                .succeeded();

        assertThat(folders.names()).containsExactly(folders.state("svc/blue"), folders.state("svc/green"));
        isWhole("svc/blue");
        isWhole("svc/green");
        assertThat(terraform.run("workspace", "list").succeeded().output()).contains("* blue", "green");
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    @Test
    void severalWorkspacesMoveFromS3() {
        TestS3 store = TestS3.embedded();
        Terraform terraform =
                folders.folder(store.terraformBackend(store.newBucket(), "app.tfstate") + CloudFolders.RESOURCE);
        terraform.run("init").succeeded();
        for (String workspace : new String[] {"blue", "green"}) {
            terraform.run("workspace", "new", workspace).succeeded();
            terraform.run("apply", "-auto-approve").succeeded();
        }
        terraform.run("workspace", "select", "blue").succeeded();
        terraform.write("main.tf", folders.cloudBlock("tags = [\"moved\"]") + CloudFolders.RESOURCE);

        terraform.answering("2\n", "init").succeeded();

        assertThat(folders.names()).containsExactly(folders.state("blue"), folders.state("green"));
        isWhole("blue");
        isWhole("green");
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    @Test
    void anHttpBackendBecomesAWorkspaceOfTheSameState() {
        String address = server.resolve("/terraform/" + folders.state("same")).toString();
        Terraform terraform = folders.folder(
                "terraform {\n  backend \"http\" { address = \"" + address + "\" }\n}\n" + CloudFolders.RESOURCE);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        terraform.write("main.tf", folders.cloudBlock("name = \"same\"") + CloudFolders.RESOURCE);

        terraform.answering("yes\n", "init").succeeded();

        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
        assertThat(folders.versions("same")).hasSize(1);
    }
}
