package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and ids of workspaces, versions and outputs. */
class WorkspaceNameTest {

    @ParameterizedTest
    @CsvSource({
        "team, app~prod, team/app/prod",
        "team, app, team/app",
        "@, demo, demo",
        "@, team~app~prod, team/app/prod",
        "team, a.b_c-d~e, team/a.b_c-d/e"
    })
    void aWorkspaceIsAState(String organization, String workspace, String state) {
        WorkspaceName name = new WorkspaceName(organization, workspace);

        assertThat(name.state()).isEqualTo(StateName.of(state));
        assertThat(WorkspaceName.of(organization, StateName.of(state))).isEqualTo(name);
        assertThat(WorkspaceName.ofId(name.id())).isEqualTo(name);
        assertThat(name.id()).startsWith("ws-").matches("[A-Za-z0-9_-]+");
    }

    @Test
    void aStateOfOneSegmentIsInTheWholeTree() {
        assertThat(WorkspaceName.of(StateName.of("demo"))).isEqualTo(new WorkspaceName("@", "demo"));
        assertThat(WorkspaceName.of(StateName.of("team/a/b"))).isEqualTo(new WorkspaceName("team", "a~b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "app/prod", "-x", "a~~b", "a b", "..", "a~..", "~a", "a~"})
    void aNameOfNoStateIsRejected(String workspace) {
        assertThatThrownBy(() -> new WorkspaceName("team", workspace))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(422));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ws-", "ws-???", "wrong-dGVhbS9hcHA", "ws-dGVhbQ", "ws-L2FwcA"})
    void anIdThatNamesNoWorkspaceIsNotFound(String id) {
        assertThatThrownBy(() -> WorkspaceName.ofId(id))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(404));
    }

    @Test
    void aVersionAndAnOutputHaveIds() {
        VersionId version = VersionId.of(new WorkspaceName("team", "app~prod"), 12);
        VersionId output = version.withOutput("vpc id/ü");

        assertThat(version.id()).startsWith("sv-");
        assertThat(VersionId.ofVersion(version.id())).isEqualTo(version);
        assertThat(output.id()).startsWith("wsout-").doesNotContain("/");
        assertThat(VersionId.ofOutput(output.id())).isEqualTo(output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sv-", "sv-dGVhbS9hcHA", "sv-dGVhbS9hcHA.x", "sv-dGVhbS9hcHA.1.2", "wsout-dGVhbS9hcHA.1.bw"})
    void anIdThatNamesNoVersionIsNotFound(String id) {
        assertThatThrownBy(() -> VersionId.ofVersion(id))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(404));
    }
}
