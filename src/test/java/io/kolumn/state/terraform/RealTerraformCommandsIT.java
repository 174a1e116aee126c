package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.health.LocalFolderProfile;
import io.kolumn.state.http.PackagedTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The commands of the real {@code terraform} that read or change a state and no infrastructure. */
@PackagedTest(LocalFolderProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformCommandsIT extends RealTerraform {

    private static final String BUILT_IN = "terraform.io/builtin/terraform";
    private static final String OTHER = "registry.example.org/acme/other";

    private static final String RESOURCES = """
            resource "terraform_data" "one" { input = "first" }
            resource "terraform_data" "two" { input = "second" }
            output "word" { value = terraform_data.one.output }
            """;

    /** In a folder that was initialized; what is applied stands under {@code commands/<name>}. */
    Terraform initialized(String name) {
        try {
            Terraform terraform = new Terraform(Files.createDirectory(folder.resolve(name)), program());
            terraform.write("main.tf", RESOURCES).write("backend.tf", backend("commands/" + name));
            terraform.run("init").succeeded();
            return terraform;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Terraform applied(String name) {
        Terraform terraform = initialized(name);
        terraform.run("apply", "-auto-approve").succeeded();
        return terraform;
    }

    private JsonNode state(String name) {
        return wire.get("/v1/states/commands/" + name).json();
    }

    private JsonNode newest(String name) {
        return wire.get("/v1/versions/commands/" + name + "?limit=1").json().at("/versions/0");
    }

    private static JsonNode resource(JsonNode state, String name) {
        for (JsonNode resource : state.path("resources")) {
            if (resource.path("name").asText().equals(name)) {
                return resource;
            }
        }
        return state.path("missing");
    }

    /** The command made one version under a lock of its own, which it named and released. */
    private JsonNode changes(String name, Terraform terraform, String operation, String... command) {
        JsonNode before = newest(name);
        terraform.run(command).succeeded();
        JsonNode after = newest(name);
        assertThat(after.path("version").asLong())
                .as(String.join(" ", command))
                .isEqualTo(before.path("version").asLong() + 1);
        assertThat(after.path("fence").asLong())
                .isGreaterThan(before.path("fence").asLong());
        assertThat(after.path("operation").asText()).isEqualTo(operation);
        assertThat(wire.get("/v1/locks/commands/" + name).status()).isEqualTo(404);
        return state(name);
    }

    @Test
    void commandsThatReadMakeNoVersion() throws IOException {
        Terraform terraform = applied("read");
        JsonNode version = newest("read");

        assertThat(terraform.run("state", "list").succeeded().output().lines())
                .containsExactly("terraform_data.one", "terraform_data.two");
        assertThat(terraform
                        .run("state", "show", "-no-color", "terraform_data.two")
                        .succeeded()
                        .output())
                .contains("\"second\"");
        assertThat(terraform.run("show", "-no-color").succeeded().output()).contains("word = \"first\"");
        assertThat(terraform.run("output", "-raw", "word").succeeded().output()).isEqualTo("first");
        assertThat(new ObjectMapper()
                        .readTree(terraform.run("state", "pull").succeeded().output()))
                .isEqualTo(state("read"));

        assertThat(newest("read")).isEqualTo(version);
    }

    @Test
    void aTaintedResourceIsMarkedAndUnmarked() {
        Terraform terraform = applied("taint");

        JsonNode tainted = changes("taint", terraform, "taint", "taint", "terraform_data.one");
        assertThat(resource(tainted, "one").at("/instances/0/status").asText()).isEqualTo("tainted");
        assertThat(terraform.run("plan", "-no-color").succeeded().output()).contains("must be replaced");
        JsonNode untainted = changes("taint", terraform, "untaint", "untaint", "terraform_data.one");

        assertThat(resource(untainted, "one").at("/instances/0").has("status")).isFalse();
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    @Test
    void aResourceIsMovedRemovedAndImported() {
        Terraform terraform = applied("moved");
        String id =
                resource(state("moved"), "two").at("/instances/0/attributes/id").asText();

        JsonNode moved =
                changes("moved", terraform, "state-mv", "state", "mv", "terraform_data.two", "terraform_data.three");
        assertThat(resource(moved, "three").at("/instances/0/attributes/id").asText())
                .isEqualTo(id);
        JsonNode removed = changes("moved", terraform, "state-rm", "state", "rm", "terraform_data.three");
        assertThat(removed.path("resources")).hasSize(1);
        JsonNode imported = changes("moved", terraform, "OperationTypeInvalid", "import", "terraform_data.two", id);

        assertThat(resource(imported, "two").at("/instances/0/attributes/id").asText())
                .isEqualTo(id);
    }

    @Test
    void aProviderIsReplacedAndPutBack() {
        Terraform terraform = applied("provider");
        String[] command = {"state", "replace-provider", "-auto-approve", BUILT_IN, OTHER};

        JsonNode replaced = changes("provider", terraform, "state-replace-provider", command);
        assertThat(resource(replaced, "one").path("provider").asText()).isEqualTo("provider[\"" + OTHER + "\"]");
        changes(
                "provider",
                terraform,
                "state-replace-provider",
                "state",
                "replace-provider",
                "-auto-approve",
                OTHER,
                BUILT_IN);

        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    @Test
    void whatWasPulledIsPushedAfterAnEdit() {
        Terraform terraform = applied("pushed");
        String pulled = terraform.run("state", "pull").succeeded().output();
        long serial = state("pushed").path("serial").asLong();
        terraform.write(
                "edited.tfstate",
                pulled.replaceFirst("\"serial\": *" + serial, "\"serial\": " + (serial + 1))
                        .replaceFirst("\"value\": *\"first\"", "\"value\": \"edited\""));

        JsonNode pushed = changes("pushed", terraform, "state-push", "state", "push", "edited.tfstate");

        assertThat(pushed.at("/outputs/word/value").asText()).isEqualTo("edited");
    }

    @Test
    void aCommandThatWritesMeetsTheLockAndOneThatReadsDoesNot() {
        Terraform terraform = applied("locked");
        assertThat(wire.request("PUT", "/v1/locks/commands/locked")
                        .json("{\"id\": \"ada-1\", \"who\": \"ada\"}")
                        .send()
                        .status())
                .isEqualTo(201);
        List<String[]> commands = List.of(
                new String[] {"taint", "terraform_data.one"},
                new String[] {"state", "mv", "terraform_data.two", "terraform_data.three"},
                new String[] {"state", "rm", "terraform_data.two"},
                new String[] {"state", "replace-provider", "-auto-approve", BUILT_IN, OTHER});
        JsonNode version = newest("locked");

        for (String[] command : commands) {
            assertThat(terraform.run(command).failed().output()).contains("ada-1");
        }

        assertThat(newest("locked")).isEqualTo(version);
        terraform.run("state", "list").succeeded();
    }
}
