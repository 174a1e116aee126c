package io.kolumn.state.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.diff.MaskedValue.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What people are shown of a document. */
class StateContentsTest {

    private static final String DOCUMENT = """
            {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l",
             "outputs": {
               "vpc": {"value": "vpc-1", "type": "string"},
               "marked": {"value": "hunter2-marked", "type": "string", "sensitive": true},
               "db_password": {"value": "hunter2-named", "type": "string"}},
             "resources": [
               {"module": "module.db", "mode": "managed", "type": "aws_db_instance", "name": "main",
                "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
                "instances": [
                  {"index_key": "a", "status": "tainted", "dependencies": ["aws_vpc.main"],
                   "attributes": {
                     "id": "db-1", "password": "hunter2-name", "token_ttl": 5, "multi_az": true, "none": null,
                     "config": {"user": "app", "dsn": "postgres://app:hunter2-mark@db"},
                     "list": ["one", {"two": "hunter2-mark"}], "secret_key": "hunter2-mark",
                     "any": {"value": {"inner": "hunter2-any"}, "type": "object"},
                     "long": "%s"},
                   "sensitive_attributes": [[{"type": "get_attr", "value": "secret_key"}],
                     [{"type": "get_attr", "value": "any"}, {"type": "get_attr", "value": "inner"}]]},
                  {"index_key": "a", "deposed": "4f1c2a9b", "attributes": {"id": "db-0"}}]},
               {"mode": "data", "type": "aws_region", "name": "now", "instances": [{"attributes": {}}]},
               {"mode": "managed", "type": "empty", "name": "none", "instances": []}]}
            """.formatted("x".repeat(600));

    private static StateContents contents() throws Exception {
        return StateContents.of(StateDocument.parse(DOCUMENT));
    }

    @Test
    void instancesHaveTheirPlacesAndMarks() throws Exception {
        List<StateContents.Instance> instances = contents().instances();

        assertThat(instances)
                .extracting(StateContents.Instance::address)
                .containsExactly(
                        "module.db.aws_db_instance.main[\"a\"]",
                        "module.db.aws_db_instance.main[\"a\"] (deposed object 4f1c2a9b)",
                        "data.aws_region.now");
        assertThat(instances.getFirst().module()).isEqualTo("module.db");
        assertThat(instances.getFirst().tainted()).isTrue();
        assertThat(instances.getFirst().deposed()).isFalse();
        assertThat(instances.get(1).deposed()).isTrue();
        assertThat(instances.get(2).mode()).isEqualTo("data");
        assertThat(contents().dependencies("module.db.aws_db_instance.main[\"a\"]"))
                .containsExactly("aws_vpc.main");
    }

    @Test
    void attributesAreShownWithoutSecrets() throws Exception {
        List<MaskedValue> attributes =
                contents().attributes("module.db.aws_db_instance.main[\"a\"]").orElseThrow();

        assertThat(named(attributes, "id").text()).isEqualTo("db-1");
        assertThat(named(attributes, "multi_az").kind()).isEqualTo(Kind.BOOLEAN);
        assertThat(named(attributes, "none").kind()).isEqualTo(Kind.NULL);
        assertThat(named(attributes, "password").kind()).isEqualTo(Kind.SENSITIVE);
        assertThat(named(attributes, "secret_key").kind()).isEqualTo(Kind.SENSITIVE);
        assertThat(named(attributes, "long").kind()).isEqualTo(Kind.OMITTED);
        MaskedValue config = named(attributes, "config");
        assertThat(named(config.inside(), "user").text()).isEqualTo("app");
        assertThat(named(config.inside(), "dsn").kind())
                .as("a marked text within another")
                .isEqualTo(Kind.SENSITIVE);
        assertThat(attributes.stream().flatMap(StateContentsTest::texts)).noneMatch(text -> text.contains("hunter2"));
    }

    @Test
    void outputsAreShownWithoutSecrets() throws Exception {
        List<StateContents.Output> outputs = contents().outputs(10);

        assertThat(outputs).extracting(StateContents.Output::name).containsExactly("vpc", "marked", "db_password");
        assertThat(outputs)
                .extracting(output -> output.value().kind())
                .containsExactly(Kind.TEXT, Kind.SENSITIVE, Kind.SENSITIVE);
        assertThat(contents().outputs(1)).hasSize(1);
    }

    @Test
    void largeValuesAreShownInPart() throws Exception {
        String many = "[" + "1,".repeat(9_999) + "1]";
        StateContents contents = StateContents.of(StateDocument.parse("""
                {"version": 4, "serial": 1, "lineage": "l", "outputs": {"many": {"value": %s}}, "resources": []}
                """.formatted(many)));

        MaskedValue shown = contents.outputs(1).getFirst().value();
        assertThat(shown.size()).isEqualTo(10_000);
        assertThat(shown.inside()).hasSizeLessThan(2_100).isNotEmpty();
    }

    @Test
    void anUnknownFormatIsSaidToBeOne() {
        assertThatThrownBy(() -> StateContents.of(StateDocument.parse("""
                {"version": 3, "serial": 1, "lineage": "l", "modules": []}"""))).isInstanceOf(UnknownFormat.class);
    }

    private static MaskedValue named(List<MaskedValue> values, String name) {
        return values.stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> texts(MaskedValue value) {
        return Stream.concat(
                Stream.of(value.name(), String.valueOf(value.text())),
                value.inside().stream().flatMap(StateContentsTest::texts));
    }
}
