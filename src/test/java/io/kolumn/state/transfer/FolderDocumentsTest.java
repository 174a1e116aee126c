package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.store.DocumentSource;
import io.kolumn.state.transfer.FolderDocuments.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file has which name. */
class FolderDocumentsTest {

    @TempDir
    Path folder;

    private final Map<String, String> found = new LinkedHashMap<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();

    private void file(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void state(String path) throws IOException {
        file(path, "{\"version\": 4, \"lineage\": \"" + path + "\"}");
    }

    private void read(Layout layout) throws IOException {
        new FolderDocuments(folder, layout, "env:").read(new DocumentSource.Receiver() {
            @Override
            public void document(String name, StateDocument document) {
                found.put(name, document.lineage());
            }

            @Override
            public void refused(String name, String why) {
                refused.put(name, why);
            }

            @Override
            public void skipped(String where, String why) {
                skipped.put(where, why);
            }
        });
    }

    @Test
    void aFolderOfStates() throws IOException {
        state("terraform.tfstate");
        state("network/terraform.tfstate");
        state("network/terraform.tfstate.d/prod/terraform.tfstate");
        state("apps/web.tfstate");
        state("kolumn/prod.klstate");
        state(".terraform/terraform.tfstate");
        state("apps/web.tfstate.backup");
        file("apps/main.tf", "resource {}");
        file("apps/broken.tfstate", "{\"version\": 4");

        read(Layout.FOLDER);

        assertThat(found)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "default", "terraform.tfstate",
                        "network", "network/terraform.tfstate",
                        "network/prod", "network/terraform.tfstate.d/prod/terraform.tfstate",
                        "apps/web", "apps/web.tfstate",
                        "kolumn/prod", "kolumn/prod.klstate"));
        assertThat(refused).containsOnlyKeys("apps/broken");
        assertThat(refused.get("apps/broken")).contains("apps/broken.tfstate is not a state");
        assertThat(skipped).containsOnlyKeys(".terraform/terraform.tfstate", "apps/main.tf", "apps/web.tfstate.backup");
    }

    @Test
    void aCopyOfABucket() throws IOException {
        state("network/terraform.tfstate");
        state("apps/web.tfstate");
        state("plain-key");
        state("env:/prod/network/terraform.tfstate");
        state("env:/prod/plain-key");
        state("env:/test/terraform.tfstate");
        file("network/terraform.tfstate.tflock", "{\"ID\": \"x\"}");
        file("package.json", "{\"version\": \"1.2.3\"}");

        read(Layout.S3);

        assertThat(found)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "network", "network/terraform.tfstate",
                        "apps/web", "apps/web.tfstate",
                        "plain-key", "plain-key",
                        "network/prod", "env:/prod/network/terraform.tfstate",
                        "plain-key/prod", "env:/prod/plain-key",
                        "test", "env:/test/terraform.tfstate"));
        assertThat(refused).containsOnlyKeys("package.json");
        assertThat(skipped).containsExactly(Map.entry("network/terraform.tfstate.tflock", "is a lock"));
    }

    @Test
    void aCopyOfAContainer() throws IOException {
        state("prod.terraform.tfstate");
        state("prod.terraform.tfstateenv:dev");
        state("net/terraform.tfstate");
        state("net/terraform.tfstateenv:dev");
        state("env:");

        read(Layout.AZURERM);

        assertThat(found)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "prod.terraform", "prod.terraform.tfstate",
                        "prod.terraform/dev", "prod.terraform.tfstateenv:dev",
                        "net", "net/terraform.tfstate",
                        "net/dev", "net/terraform.tfstateenv:dev",
                        "env:", "env:"));
    }

    @Test
    void aFolderThatMayNotBeReadIsTold() throws IOException {
        state("a/b.tfstate");
        state("c.tfstate");
        Path closed = folder.resolve("a");
        Files.setPosixFilePermissions(closed, Set.of());
        try {
            assumeThat(Files.isReadable(closed))
                    .as("this user reads everything")
                    .isFalse();

            read(Layout.FOLDER);

            assertThat(found).containsOnlyKeys("c");
            assertThat(refused.get("a/")).contains("is not readable");
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void twoFilesOfOneNameAreBothTold() throws IOException {
        state("a/b.klstate");
        state("a/b.tfstate");

        read(Layout.FOLDER);

        assertThat(found).containsExactly(Map.entry("a/b", "a/b.klstate"));
        assertThat(refused.get("a/b")).contains("a/b.tfstate has the same name as a/b.klstate");
    }
}
