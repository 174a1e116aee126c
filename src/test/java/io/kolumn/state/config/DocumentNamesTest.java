package io.kolumn.state.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a name is made of, and what is nobody's. Whole folders are for FolderDocumentsTest. */
class DocumentNamesTest {

    @ParameterizedTest
    @CsvSource({
        "terraform.tfstate, env:, default",
        "network/terraform.tfstate, env:, network",
        "network/prod.tfstate, env:, network/prod",
        "plain, env:, plain",
        "env:/prod/terraform.tfstate, env:, prod",
        "env:/prod/network/terraform.tfstate, env:, network/prod",
        "env:/prod/plain, env:, plain/prod",
        "env:/prod, env:, env:/prod",
        "team/ws/prod/a/b.tfstate, team/ws, a/b/prod",
        "team/ws/prod/a/b.tfstate, team/ws/, a/b/prod",
        "team/wsx/prod/a.tfstate, team/ws, team/wsx/prod/a",
        "env:/prod/a.tfstate, '', env:/prod/a",
        "a//b.tfstate, env:, a//b",
        "käse/🧀.tfstate, env:, käse/🧀"
    })
    void anObjectHasTheNameOfItsKeyAndWorkspace(String object, String workspaces, String name) {
        assertThat(DocumentNames.ofObject(object, workspaces)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "network/",
                "network/terraform.tfstate.tflock",
                "env:/prod/network/terraform.tfstate.tflock",
                "network/terraform.tfstate.backup",
                ".terraform/terraform.tfstate",
                "network/.DS_Store"
            })
    void whatIsNoDocumentHasNone(String object) {
        assertThat(DocumentNames.ofObject(object, "env:")).isEmpty();
        assertThat(DocumentNames.ofFile(object)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"env:/prod/a/b.tfstate, a/b.tfstate", "a/b.tfstate, a/b.tfstate", "env:/prod, env:/prod"})
    void theKeyOfTheBackendIsTheSameInEveryWorkspace(String object, String key) {
        assertThat(DocumentNames.keyOf(object, "env:")).isEqualTo(key);
    }
}
