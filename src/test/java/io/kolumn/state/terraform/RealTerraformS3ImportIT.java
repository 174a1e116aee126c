package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.kolumn.state.store.DocumentSource;
import io.kolumn.state.store.s3.TerraformS3Source;
import io.kolumn.state.store.s3.TestS3;
import io.kolumn.state.transfer.DocumentSources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.core.sync.RequestBody;

/** What the real {@code terraform} left in a bucket, taken over, and then planned against the service. */
@PackagedTest
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformS3ImportIT extends RealTerraform {

    private static final String RESOURCES = """
            variable "word" {}
            resource "terraform_data" "one" { input = "käse ${var.word}" }
            output "word" { value = var.word }
            """;

    private static final String KEY = "network/terraform.tfstate";

    private final TestS3 store = TestS3.embedded();
    private final String bucket = store.newBucket();
    private final String prefix = "imported-" + UUID.randomUUID() + "/";

    private Map<String, StateDocument> taken() {
        Map<String, String> config = new HashMap<>(store.config(bucket));
        config.put("workspace_key_prefix", "of/workspaces");
        Map<String, StateDocument> taken = new HashMap<>();
        DocumentSources.read(new TerraformS3Source(), config, new DocumentSource.Receiver() {
            @Override
            public void document(String name, StateDocument document) {
                taken.put(name, document);
            }

            @Override
            public void refused(String name, String why) {
                throw new AssertionError(name + ": " + why);
            }

            @Override
            public void skipped(String where, String why) {
                assertThat(where).endsWith(".tflock");
            }
        });
        return taken;
    }

    @Test
    void everyWorkspaceIsTakenOverAndNothingIsLeftToChange() throws IOException {
        Terraform before = new Terraform(Files.createDirectory(folder.resolve("before")), program())
                .write("main.tf", store.terraformBackend(bucket, KEY) + RESOURCES);
        before.run("init").succeeded();
        before.run("apply", "-auto-approve", "-var=word=one").succeeded();
        before.run("workspace", "new", "prod").succeeded();
        before.run("apply", "-auto-approve", "-var=word=two").succeeded();
        store.client()
                .putObject(
                        request -> request.bucket(bucket).key(KEY + ".tflock"),
                        RequestBody.fromString("{\"ID\": \"left by somebody\"}"));

        Map<String, StateDocument> taken = taken();

        assertThat(taken).containsOnlyKeys("network", "network/prod");
        for (Map.Entry<String, StateDocument> state : taken.entrySet()) {
            Wire.Request put = Wire.to(server).request("PUT", "/v1/states/" + prefix + state.getKey());
            try (InputStream document = state.getValue().open()) {
                assertThat(put.json(document.readAllBytes()).send().status()).isEqualTo(201);
            }
        }
        assertThat(planned("network", "one")).contains("No changes");
        assertThat(planned("network/prod", "two")).contains("No changes");
    }

    private String planned(String name, String word) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name.replace('/', '-')));
        String address = server.resolve("/terraform/" + prefix + name).toString();
        Terraform after = new Terraform(own, program()).write("main.tf", """
                        terraform {
                          backend "http" {
                            address        = "%1$s"
                            lock_address   = "%1$s"
                            unlock_address = "%1$s"
                          }
                        }
                        """.formatted(address) + RESOURCES);
        after.run("init").succeeded();
        return after.run("plan", "-detailed-exitcode", "-no-color", "-var=word=" + word)
                .succeeded()
                .output();
    }
}
