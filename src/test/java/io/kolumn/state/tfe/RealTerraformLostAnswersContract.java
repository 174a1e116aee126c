package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.LosingProxy;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code terraform} when answers get lost: it asks again for what was already done. */
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
abstract class RealTerraformLostAnswersContract {

    private static final String CREATE = "POST .*/organizations/[^/]+/workspaces";
    private static final String LOCK = "POST .*/actions/lock";
    private static final String UNLOCK = "POST .*/actions/unlock";
    private static final String DELETE = "(DELETE .*/workspaces/|POST .*/safe-delete).*";

    @TestHTTPResource
    URI server;

    @TempDir
    Path folder;

    private LosingProxy proxy;
    private CloudFolders direct;
    private CloudFolders lossy;

    static boolean installed() {
        return Terraform.installed();
    }

    @BeforeEach
    void stand() {
        proxy = new LosingProxy(server);
        direct = CloudFolders.of(folder, server);
        lossy = direct.at(proxy.address());
    }

    @AfterEach
    void end() {
        proxy.close();
    }

    @Test
    void aCloudBlockGoesOnWhereEachAnswerWasLostOnce() {
        goesOn(lossy.cloud("name = \"lossy\"", CloudFolders.RESOURCE));
    }

    @Test
    void theRemoteBackendGoesOnWhereEachAnswerWasLostOnce() {
        goesOn(lossy.remote("name = \"lossy\"", CloudFolders.RESOURCE));
    }

    /** How a state is sent: a subclass has other ways. */
    List<String> uploads() {
        return List.of("POST .*/state-versions");
    }

    private void goesOn(Terraform terraform) {
        String[] all = Stream.of(List.of(CREATE, LOCK), uploads(), List.of(UNLOCK))
                .flatMap(List::stream)
                .toArray(String[]::new);
        proxy.lose(all);

        terraform.run("init").succeeded();
        assertThat(terraform.run("apply", "-auto-approve").succeeded().output()).contains("1 added");

        assertThat(proxy.lost()).containsExactly(all);
        assertThat(direct.names()).containsExactly(direct.state("lossy"));
        assertThat(direct.versions("lossy")).hasSize(1);
        assertThat(lock()).isEqualTo(404);
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
        assertThat(lock()).isEqualTo(404);
    }

    private int lock() {
        return direct.wire().get("/v1/locks/" + direct.state("lossy")).status();
    }

    @Test
    void aWorkspaceIsDeletedThoughTheAnswerWasLost() {
        Terraform terraform = lossy.cloud("tags = [\"lossy\"]", CloudFolders.RESOURCE);
        for (String name : new String[] {"one", "two"}) {
            direct.api()
                    .post("organizations/" + direct.organization() + "/workspaces", TfeClient.workspace(name, TAGS));
        }
        terraform.answering("1\n", "init").succeeded();
        proxy.lose(DELETE);

        terraform.run("workspace", "delete", "two").succeeded();

        assertThat(proxy.lost()).containsExactly(DELETE);
        assertThat(direct.names()).containsExactly(direct.state("one"));
    }

    private static final String TAGS =
            "\"tag-bindings\":{\"data\":[{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"lossy\"}}]}";

    /** Where processes cannot be told apart, a repeated lock is another's: this is what discovery is for. */
    @Test
    void withoutAnAddressOfItsOwnAProcessMeetsItsOwnLock() {
        Terraform terraform = lossy.folder(lossy.cloudBlock("name = \"lossy\"") + CloudFolders.RESOURCE, "/api/v2/");
        terraform.run("init").succeeded();
        proxy.lose(LOCK);

        assertThat(terraform.run("apply", "-auto-approve").failed().output())
                .contains("Error acquiring the state lock");

        assertThat(proxy.lost()).containsExactly(LOCK);
        assertThat(lock()).isEqualTo(200);
    }
}
