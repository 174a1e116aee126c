package io.kolumn.state.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.store.DocumentNames.Kind;
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
        "./terraform.tfstate, env:, .",
        "a/./b.tfstate, env:, a/./b",
        "acme/.github/terraform.tfstate, env:, acme/.github",
        "käse/🧀.tfstate, env:, käse/🧀"
    })
    void anObjectHasTheNameOfItsKeyAndWorkspace(String object, String workspaces, String name) {
        assertThat(DocumentNames.ofObject(object, workspaces)).isEqualTo(new Kind.State(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "network/",
                "network/terraform.tfstate.tflock",
                "env:/prod/network/terraform.tfstate.tflock",
                "network/terraform.tfstate.backup",
                ".terraform/terraform.tfstate",
                "network/.DS_Store",
                "network/._prod.tfstate",
                "backups/prod/+1-abc.klstate",
                "net/.terraform/modules/x/terraform.tfstate"
            })
    void whatIsNoDocumentHasNone(String object) {
        assertThat(DocumentNames.ofObject(object, "env:")).isInstanceOf(Kind.Other.class);
        assertThat(DocumentNames.ofFile(object)).isInstanceOf(Kind.Other.class);
    }

    @ParameterizedTest
    @CsvSource({"env:/prod/a/b.tfstate, a/b.tfstate", "a/b.tfstate, a/b.tfstate", "env:/prod, env:/prod"})
    void theKeyOfTheBackendIsTheSameInEveryWorkspace(String object, String key) {
        assertThat(DocumentNames.keyOf(object, "env:")).isEqualTo(key);
    }
}
