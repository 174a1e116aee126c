package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** States that OpenTofu encrypts before it sends them. */
@PackagedTest(TofuFolderProfile.class)
@Tag("tofu")
@EnabledIf(value = "io.kolumn.state.Tool#tofu", disabledReason = "tofu is not on the PATH")
class RealTofuEncryptionIT {

    private static final String RESOURCES = """
            variable "word" { default = "plain-one" }
            resource "terraform_data" "app" { input = var.word }
            output "word" { value = terraform_data.app.output }
            """;

    private static final String WAITING = """
            resource "terraform_data" "wait" {
              provisioner "local-exec" {
                command = "for i in $(seq 600); do test -e go && exit 0; sleep 0.1; done; exit 1"
              }
            }
            """;

    private static final String KEYS = """
            key_provider "pbkdf2" "phrase" { passphrase = "correct horse battery staple" }
                method "aes_gcm" "sealed" { keys = key_provider.pbkdf2.phrase }
            """;

    private static final String ENCRYPTED = KEYS + """
                state {
                  method   = method.aes_gcm.sealed
                  enforced = true
                }
            """;

    private static final String BECOMING_ENCRYPTED = KEYS + """
                method "unencrypted" "before" {}
                state {
                  method = method.aes_gcm.sealed
                  fallback { method = method.unencrypted.before }
                }
            """;

    @TestHTTPResource
    URI server;

    @TempDir
    Path folder;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
    }

    private Terraform tofu(String name, String encryption) {
        try {
            Terraform tofu = new Terraform(Files.createDirectory(folder.resolve(name)), "tofu");
            tofu.write("main.tf", RESOURCES).write("backend.tf", backend(name, encryption));
            tofu.run("init").succeeded();
            return tofu;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String backend(String name, String encryption) {
        return """
                terraform {
                  backend "http" {
                    address        = "%1$s"
                    lock_address   = "%1$s"
                    unlock_address = "%1$s"
                    retry_max      = 1
                  }
                  encryption {
                    %2$s
                  }
                }
                """.formatted(server.resolve("/terraform/sealed/" + name), encryption);
    }

    private JsonNode versions(String name, String query) {
        return wire.get("/v1/versions/sealed/" + name + query).json().path("versions");
    }

    private void assertSealed(JsonNode document) {
        assertThat(document.path("encrypted_data").asText()).isNotEmpty();
        assertThat(document.has("resources")).isFalse();
        assertThat(document.toString()).doesNotContain("plain-one");
    }

    private void assertNothingToDo(Terraform tofu, String... more) {
        String[] command = new String[2 + more.length];
        command[0] = "plan";
        command[1] = "-detailed-exitcode";
        System.arraycopy(more, 0, command, 2, more.length);
        assertThat(tofu.run(command).succeeded().output()).contains("No changes");
    }

    @Test
    void theServiceKeepsOnlyCipherTextWithItsSerialAndLineage() {
        Terraform tofu = tofu("written", ENCRYPTED);

        tofu.run("apply", "-auto-approve").succeeded();
        tofu.run("apply", "-auto-approve", "-var=word=plain-two").succeeded();

        JsonNode document = wire.get("/v1/states/sealed/written").json();
        assertSealed(document);
        assertNothingToDo(tofu, "-var=word=plain-two");
        assertThat(tofu.run("output", "-raw", "word").succeeded().output()).isEqualTo("plain-two");
        JsonNode history = versions("written", "");
        assertThat(history.size()).isGreaterThanOrEqualTo(2);
        assertThat(history.at("/0/serial").asLong())
                .isEqualTo(document.path("serial").asLong())
                .isGreaterThan(
                        history.at("/" + (history.size() - 1) + "/serial").asLong());
        assertThat(history.findValuesAsText("lineage"))
                .containsOnly(document.path("lineage").asText());
    }

    @Test
    void aStateBecomesEncryptedUnderTheSameName() {
        Terraform tofu = tofu("becoming", "");
        tofu.run("apply", "-auto-approve").succeeded();
        assertThat(wire.get("/v1/states/sealed/becoming").text()).contains("plain-one");

        tofu.write("backend.tf", backend("becoming", BECOMING_ENCRYPTED));
        tofu.run("apply", "-auto-approve", "-var=word=plain-two").succeeded();

        assertSealed(wire.get("/v1/states/sealed/becoming").json());
        assertNothingToDo(tofu, "-var=word=plain-two");
    }

    @Test
    void differencesAndOutputsSayThatTheyCannotBeRead() {
        Terraform tofu = tofu("compared", ENCRYPTED);
        tofu.run("apply", "-auto-approve").succeeded();
        tofu.run("apply", "-auto-approve", "-var=word=plain-two").succeeded();
        long last = versions("compared", "").at("/0/version").asLong();

        for (String target : new String[] {
            "/v1/diffs/sealed/compared?from=" + (last - 1) + "&to=" + last,
            "/v1/outputs/sealed/compared",
            "/terraform-outputs/sealed/compared"
        }) {
            Wire.Answer refused = wire.get(target);
            assertThat(refused.status()).as(target).isEqualTo(409);
            assertThat(refused.json().path("reason").asText()).isEqualTo("unreadable");
        }
    }

    @Test
    void theClientGoesOnFromARestoredVersion() {
        Terraform tofu = tofu("restored", ENCRYPTED);
        tofu.run("apply", "-auto-approve").succeeded();
        long first = versions("restored", "").at("/0/version").asLong();
        String document = wire.get("/v1/states/sealed/restored").text();
        tofu.run("apply", "-auto-approve", "-var=word=plain-two").succeeded();

        Wire.Answer restored = wire.request("POST", "/v1/restores/sealed/restored")
                .json("{\"version\": " + first + "}")
                .send();

        assertThat(restored.status()).as(restored.text()).isEqualTo(200);
        assertThat(restored.json().path("serialChange").asText()).isEqualTo("unchanged");
        assertThat(wire.get("/v1/states/sealed/restored").text()).isEqualTo(document);
        assertNothingToDo(tofu);
        tofu.run("apply", "-auto-approve", "-var=word=plain-three").succeeded();
        assertNothingToDo(tofu, "-var=word=plain-three");
    }

    @Test
    void whatALostLockLeftIsSetAsideSealedAndGoesBackByARestore() throws IOException {
        Terraform tofu = lostInMidApply("aside");

        JsonNode quarantined = versions("aside", "?quarantined=true");
        String id = quarantined.get(quarantined.size() - 1).path("id").asText();
        assertSealed(wire.get("/v1/states/sealed/aside?quarantined=" + id).json());
        Wire.Answer restored = wire.request("POST", "/v1/restores/sealed/aside")
                .json("{\"quarantined\": \"" + id + "\"}")
                .send();

        assertThat(restored.status()).as(restored.text()).isIn(200, 201);
        assertNothingToDo(tofu);
    }

    /** OpenTofu's own {@code state push} cannot read what it left behind; the same file as it is can be sent. */
    @Test
    void whatALostLockLeftWithTheClientGoesBackByAPostAndNotByAPush() throws IOException {
        Terraform tofu = lostInMidApply("errored");
        byte[] left = Files.readAllBytes(tofu.folder().resolve("errored.tfstate"));

        tofu.run("state", "push", "errored.tfstate").failed();
        Wire.Answer posted =
                wire.request("POST", "/terraform/sealed/errored").json(left).send();

        assertThat(posted.status()).as(posted.text()).isEqualTo(200);
        assertNothingToDo(tofu);
    }

    private Terraform lostInMidApply(String name) {
        Terraform tofu = tofu(name, ENCRYPTED).write("wait.tf", WAITING);
        Process applying = tofu.start("apply", "-auto-approve");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> wire.get("/v1/locks/sealed/" + name).status() == 200);
        wire.request("DELETE", "/v1/locks/sealed/" + name + "?force=true").send();
        tofu.write("go", "");
        tofu.finish(applying).failed();
        return tofu;
    }
}
