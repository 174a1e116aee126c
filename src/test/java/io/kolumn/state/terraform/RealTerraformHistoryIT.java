package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.health.LocalFolderProfile;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Differences, restores and shared outputs of what the real {@code terraform} writes. */
@PackagedTest(LocalFolderProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformHistoryIT extends RealTerraform {

    /** Counts, keys of every kind, modules, what is sensitive, and a data source. */
    private static final String CONFIGURATION = """
            variable "word" { default = "one" }
            variable "instances" { default = 2 }
            resource "terraform_data" "counted" {
              count = var.instances
              input = { word = var.word, number = count.index }
            }
            resource "terraform_data" "keyed" {
              for_each = toset(["plain", "with space", "a/b.c", "quo\\"te", "back\\\\slash", "käse 日本 🧀", "new\\nline", "$${dollar}"])
              input    = "${each.key} ${var.word}"
            }
            resource "terraform_data" "secret" { input = sensitive("hidden-${var.word}") }
            resource "terraform_data" "partly" {
              input = { hidden = sensitive("hidden-${var.word}"), plain = var.word }
            }
            resource "terraform_data" "nested" {
              input = { list = [{ port = 80, "odd key/" = var.word }] }
            }
            module "child" {
              source   = "./child"
              for_each = toset(["x.y", "z"])
              word     = var.word
            }
            output "word" { value = var.word }
            output "password" {
              value     = "hidden-${var.word}"
              sensitive = true
            }
            output "list" { value = [var.word, 1, true] }
            """;

    private static final String CHILD = """
            variable "word" {}
            resource "terraform_data" "inner" {
              count = 1
              input = var.word
            }
            """;

    private Terraform terraform(String name, String configuration) {
        try {
            Path own = Files.createDirectories(folder.resolve(name.replace('/', '-')));
            Files.createDirectories(own.resolve("child"));
            return new Terraform(own, program())
                    .write("child/main.tf", CHILD)
                    .write("main.tf", configuration)
                    .write("backend.tf", backend(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> texts(JsonNode array, String member) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(entry -> entry.path(member).asText())
                .toList();
    }

    private JsonNode diff(String name, long from, long to) {
        Wire.Answer answer = wire.get("/v1/diffs/" + name + "?from=" + from + "&to=" + to);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("hidden-");
        return answer.json();
    }

    private long version(String name) {
        return wire.get("/v1/versions/" + name + "?limit=1")
                .json()
                .at("/versions/0/version")
                .asLong();
    }

    @Test
    void addressesAreThoseOfTerraformItself() {
        Terraform terraform = terraform("history/addresses", CONFIGURATION);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        long full = version("history/addresses");
        List<String> listed =
                terraform.run("state", "list").succeeded().output().lines().toList();
        terraform.run("destroy", "-auto-approve").succeeded();

        JsonNode destroyed = diff("history/addresses", full, version("history/addresses"));

        assertThat(listed).hasSize(2 + 8 + 3 + 2).contains("terraform_data.keyed[\"quo\\\"te\"]");
        assertThat(texts(destroyed.path("resources"), "address")).containsExactlyInAnyOrderElementsOf(listed);
        assertThat(texts(destroyed.path("resources"), "change")).containsOnly("removed");
    }

    @Test
    void changesOfAnApplyAreFoundAndSecretsAreNotTold() {
        Terraform terraform = terraform("history/changes", CONFIGURATION);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        long before = version("history/changes");
        terraform
                .run("apply", "-auto-approve", "-var", "word=two", "-var", "instances=3")
                .succeeded();

        JsonNode diff = diff("history/changes", before, version("history/changes"));

        assertThat(diff.at("/added").asInt()).isEqualTo(1);
        assertThat(texts(diff.path("resources"), "address"))
                .contains(
                        "terraform_data.counted[2]",
                        "terraform_data.secret",
                        "module.child[\"x.y\"].terraform_data.inner[0]");
        assertThat(paths(diff, "terraform_data.counted[0]")).contains("input.word", "output.word");
        assertThat(paths(diff, "terraform_data.nested")).contains("input.list[0][\"odd key/\"]");
        assertThat(shown(diff, "terraform_data.secret"))
                .as("what Terraform marks")
                .doesNotContain("input");
        assertThat(shown(diff, "terraform_data.partly")).containsExactlyInAnyOrder("input.plain", "output.plain");
        assertThat(change(diff, "outputs", "password")
                        .at("/attributes/0/sensitive")
                        .asBoolean())
                .isTrue();
        assertThat(change(diff, "outputs", "list").at("/attributes/0/path").asText())
                .isEqualTo("[0]");
    }

    /** Paths of attributes whose values are told. Terraform marks an input, and not the output that is equal to it. */
    private static List<String> shown(JsonNode diff, String address) {
        JsonNode attributes = change(diff, "resources", address).path("attributes");
        assertThat(attributes).isNotEmpty();
        return StreamSupport.stream(attributes.spliterator(), false)
                .filter(attribute -> attribute.has("before") || attribute.has("after"))
                .map(attribute -> attribute.path("path").asText())
                .toList();
    }

    private static JsonNode change(JsonNode diff, String kind, String address) {
        return StreamSupport.stream(diff.path(kind).spliterator(), false)
                .filter(change -> change.path("address").asText().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> paths(JsonNode diff, String address) {
        return texts(change(diff, "resources", address).path("attributes"), "path");
    }

    @Test
    void aMovedResourceIsRemovedAndAdded() {
        Terraform terraform = terraform("history/moved", "resource \"terraform_data\" \"old\" { input = \"x\" }");
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        long before = version("history/moved");
        terraform.write("main.tf", """
                resource "terraform_data" "new" { input = "x" }
                moved {
                  from = terraform_data.old
                  to   = terraform_data.new
                }
                """);
        terraform.run("apply", "-auto-approve").succeeded();

        JsonNode resources =
                diff("history/moved", before, version("history/moved")).path("resources");

        assertThat(texts(resources, "address")).containsExactly("terraform_data.new", "terraform_data.old");
        assertThat(texts(resources, "change")).containsExactly("added", "removed");
    }

    @Test
    void aDeposedObjectIsNamedAsTerraformNamesIt() {
        Terraform terraform = terraform("history/deposed", "resource \"terraform_data\" \"app\" { input = \"x\" }");
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        long before = version("history/deposed");
        String document = wire.get("/v1/states/history/deposed").text();
        int serial =
                wire.get("/v1/states/history/deposed").json().path("serial").asInt();
        String deposed = document.replaceFirst("\"serial\": *" + serial, "\"serial\": " + (serial + 1))
                .replaceFirst("\"instances\": *\\[", """
                        "instances": [
                        {"deposed": "0000000f", "schema_version": 0, "attributes": {"id": "old", "input": null,
                         "output": null, "triggers_replace": null}, "sensitive_attributes": []},""");
        assertThat(wire.request("PUT", "/v1/states/history/deposed")
                        .json(deposed)
                        .send()
                        .status())
                .isEqualTo(200);

        JsonNode diff = diff("history/deposed", before, before + 1);

        String address = "terraform_data.app (deposed object 0000000f)";
        assertThat(texts(diff.path("resources"), "address")).containsExactly(address);
        assertThat(terraform.run("plan", "-no-color").succeeded().output()).contains(address);
    }

    @Test
    void terraformGoesOnFromARestoredVersion() {
        Terraform terraform = terraform("history/restored", CONFIGURATION);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        long first = version("history/restored");
        terraform.run("apply", "-auto-approve", "-var", "word=two").succeeded();

        Wire.Answer restored = wire.request("POST", "/v1/restores/history/restored")
                .json("{\"version\": " + first + "}")
                .send();

        assertThat(restored.status()).isEqualTo(200);
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .as("the first version is what this configuration made")
                .contains("No changes");
        terraform.run("apply", "-auto-approve", "-var", "word=three").succeeded();
        assertThat(wire.get("/v1/outputs/history/restored")
                        .json()
                        .at("/outputs/word/value")
                        .asText())
                .isEqualTo("three");
    }

    @Test
    void outputsAreSharedWithoutTheStateAndWithoutSecrets() {
        Terraform owner = terraform("history/owner", CONFIGURATION);
        owner.run("init").succeeded();
        owner.run("apply", "-auto-approve").succeeded();
        Terraform reader = terraform("history/reader", reader(""));
        reader.run("init").succeeded();
        assertThat(reader.run("apply", "-auto-approve", "-no-color").succeeded().output())
                .contains("word = \"one\"")
                .contains("names = \"list,word\"")
                .doesNotContain("hidden-");

        reader.write("main.tf", reader("?sensitive=true"));

        assertThat(reader.run("apply", "-auto-approve", "-no-color").succeeded().output())
                .as("Terraform itself takes nothing of another state as sensitive")
                .contains("password = \"hidden-one\"");
    }

    /** Without a lock nothing is written before the resources are there. */
    @Test
    void theAddressOfOutputsIsNoBackendWithALockOrWithout() {
        Terraform owner = terraform("history/real", CONFIGURATION);
        owner.run("init").succeeded();
        owner.run("apply", "-auto-approve").succeeded();
        Terraform mistaken = terraform("history/mistaken", """
                resource "terraform_data" "made" {
                  provisioner "local-exec" { command = "touch made" }
                }
                """);
        String locked =
                outputsAsBackend("lock_address = \"" + server.resolve("/terraform-outputs/history/real") + "\"");
        String free = outputsAsBackend("");

        mistaken.write("backend.tf", locked).run("init", "-no-color").succeeded();
        String atLock =
                mistaken.run("apply", "-auto-approve", "-no-color").failed().output();
        mistaken.write("backend.tf", free)
                .run("init", "-reconfigure", "-no-color")
                .succeeded();
        String atPlan =
                mistaken.run("apply", "-auto-approve", "-no-color").failed().output();
        mistaken.write("backend.tf", locked).run("init", "-reconfigure").succeeded();
        String unlocked = mistaken.run("apply", "-auto-approve", "-lock=false", "-no-color")
                .failed()
                .output();
        String destroyed = mistaken.run("destroy", "-auto-approve", "-lock=false", "-no-color")
                .failed()
                .output();

        assertThat(atLock).contains("Error acquiring the state lock", "405");
        for (String refused : List.of(atPlan, unlocked, destroyed)) {
            assertThat(refused).contains("terraform_data.this_address_has_outputs_alone_and_is_no_backend");
        }
        assertThat(mistaken.folder().resolve("made")).doesNotExist();
        assertThat(mistaken.folder().resolve("errored.tfstate")).doesNotExist();
        assertThat(mistaken.run("output", "-raw", "word").succeeded().output()).contains("one");
    }

    private String outputsAsBackend(String further) {
        return """
                terraform {
                  backend "http" {
                    address = "%s"
                    %s
                  }
                }
                """.formatted(server.resolve("/terraform-outputs/history/real"), further);
    }

    private String reader(String query) {
        return """
                data "terraform_remote_state" "owner" {
                  backend = "http"
                  config  = { address = "%s" }
                }
                output "word" { value = data.terraform_remote_state.owner.outputs.word }
                output "names" { value = join(",", keys(data.terraform_remote_state.owner.outputs)) }
                %s
                """.formatted(
                        server.resolve("/terraform-outputs/history/owner" + query),
                        query.isEmpty()
                                ? ""
                                : "output \"password\" { value = data.terraform_remote_state.owner.outputs.password }");
    }
}
