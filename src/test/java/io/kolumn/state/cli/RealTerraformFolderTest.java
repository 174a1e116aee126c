package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.Tool;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code terraform} with a local backend, in a folder that an export has written. */
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformFolderTest {

    @TempDir
    Path folder;

    private final StateBackend backend =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

    static boolean installed() {
        return Tool.installed("terraform");
    }

    private void state(String name, long serial) {
        backend.put(StateName.of(name), StateDocument.parse(TestStates.state(serial)), WriteOptions.none());
    }

    private String terraform(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("terraform"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("CHECKPOINT_DISABLE", "1");
        builder.environment().put("TF_IN_AUTOMATION", "1");
        builder.environment().put("TF_INPUT", "0");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void itsWorkspacesAreTheStatesAndItGoesOnWithThem() throws Exception {
        state("team/app/default", 3);
        state("team/app/prod", 12);
        state("team/app/eu/stage", 7);
        assertThat(new TestRunner(backend)
                        .run("export", "--to-folder", folder.toString(), "--prefix", "team/app/")
                        .code())
                .isZero();
        Files.writeString(folder.resolve("main.tf"), "resource \"terraform_data\" \"app\" { input = \"value\" }\n");

        terraform("init");
        assertThat(terraform("workspace", "list").replace("*", " ").split("\\s+"))
                .contains("default", "prod", "eu~stage");
        assertThat(terraform("state", "pull")).contains("\"serial\": 3");
        terraform("workspace", "select", "eu~stage");
        assertThat(terraform("state", "pull")).contains("\"serial\": 7");
        terraform("workspace", "select", "prod");
        terraform("apply", "-auto-approve");
        assertThat(written("prod")).contains("\"name\": \"app\"").doesNotContain("\"serial\": 12");
        assertThat(written("eu~stage")).isEqualTo(TestStates.state(7));
    }

    private String written(String workspace) throws IOException {
        return Files.readString(folder.resolve("terraform.tfstate.d/" + workspace + "/terraform.tfstate"));
    }
}
