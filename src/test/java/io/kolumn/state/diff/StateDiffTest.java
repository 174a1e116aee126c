package io.kolumn.state.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.diff.StateDiff.Attribute;
import io.kolumn.state.diff.StateDiff.Change;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How documents differ: which resources and outputs, in which attributes, and what is not told. */
class StateDiffTest {

    private static final StateName NAME = StateName.of("prod");
    private static final StateName OTHER = StateName.of("stage");
    private static final WriteOptions WRITE = WriteOptions.none();

    private final StateBackend backend =
            new StateBackend(new MemoryStore(), new MovableClock(), BackendSettings.defaults());

    private StateDiff diff(StateDocument from, StateDocument to) {
        long before = backend.put(NAME, from, WRITE.forced()).version().number();
        long after = backend.put(NAME, to, WRITE.forced()).version().number();
        return backend.diff(NAME, before, NAME, after, size -> {});
    }

    private StateDiff diff(String from, String to) {
        return diff(StateDocument.parse(from), StateDocument.parse(to));
    }

    /** A state with these resources. */
    private static String state(String... resources) {
        return """
                {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {},
                 "resources": [%s], "check_results": null}
                """.formatted(String.join(",\n", resources));
    }

    private static String state(List<String> resources) {
        return state(resources.toArray(String[]::new));
    }

    /** A resource with one instance. */
    private static String resource(String name, String attributes, String... further) {
        return """
                {"mode": "managed", "type": "aws_vpc", "name": "%s", "provider": "provider[\\"aws\\"]", "instances": [
                  {"schema_version": 0, "attributes": %s%s}]}
                """.formatted(
                name, attributes, Stream.of(further).map(text -> ", " + text).collect(Collectors.joining()));
    }

    /** One resource whose attributes change from these to those, and what that is told as. */
    private List<String> attributes(String before, String after, String... marks) {
        StateDiff diff = diff(state(resource("a", before, marks)), state(resource("a", after, marks)));
        return diff.resources().stream()
                .flatMap(change -> change.attributes().stream())
                .map(StateDiffTest::told)
                .toList();
    }

    private static String told(Attribute attribute) {
        return attribute.path() + ": "
                + (attribute.sensitive()
                        ? "(sensitive)"
                        : attribute.truncated()
                                ? "(long)"
                                : shown(attribute.before()) + " -> " + shown(attribute.after()));
    }

    private static String shown(@Nullable String value) {
        return value == null ? "nothing" : value;
    }

    private static String told(Change change) {
        return change.kind() + " " + change.address();
    }

    private static List<String> told(StateDiff diff) {
        return Stream.concat(diff.resources().stream(), diff.outputs().stream())
                .map(StateDiffTest::told)
                .toList();
    }

    // Which resources.

    @Test
    void resourcesAreAddedRemovedAndChangedByTheirAddresses() {
        StateDiff diff = diff(
                state(resource("same", "{\"id\": 1}"), resource("gone", "{}"), resource("other", "{\"id\": 1}")),
                state(resource("new", "{}"), resource("same", "{\"id\": 1}"), resource("other", "{\"id\": 2}")));

        assertThat(told(diff)).containsExactly("ADDED aws_vpc.new", "CHANGED aws_vpc.other", "REMOVED aws_vpc.gone");
        assertThat(List.of(diff.added(), diff.changed(), diff.removed())).containsExactly(1, 1, 1);
        assertThat(diff.complete()).isTrue();
        assertThat(diff.same()).isFalse();
    }

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "                         | managed   |                                   | aws_vpc.main",
                "                         | data      |                                   | data.aws_vpc.main",
                "                         | ephemeral |                                   | ephemeral.aws_vpc.main",
                "module.net               | managed   |                                   | module.net.aws_vpc.main",
                "module.a[\\\"x\\\"].module.b[0] | data | | module.a[\"x\"].module.b[0].data.aws_vpc.main",
                "                         | managed   | \"index_key\": 0                  | aws_vpc.main[0]",
                "                         | managed   | \"index_key\": 12                 | aws_vpc.main[12]",
                "                         | managed   | \"index_key\": \"a\"              | aws_vpc.main[\"a\"]",
                "                         | managed   | \"index_key\": \"0\"              | aws_vpc.main[\"0\"]",
                "                         | managed   | \"index_key\": \"a/b c\"          | aws_vpc.main[\"a/b c\"]",
                "                         | managed   | \"index_key\": \"\"               | aws_vpc.main[\"\"]",
                "                         | managed   | \"index_key\": \"a\\\"b\\\\c\"    | aws_vpc.main[\"a\\\"b\\\\c\"]",
                "                         | managed   | \"index_key\": \"a\\nb\\t\"       | aws_vpc.main[\"a\\nb\\t\"]",
                "                         | managed   | \"index_key\": \"${x} %{y} $z\"   | aws_vpc.main[\"$${x} %%{y} $z\"]",
                "                         | managed   | \"index_key\": \"käse 日本 \\u00e9\" | aws_vpc.main[\"käse 日本 é\"]",
                "                         | managed   | \"index_key\": \"\\u0001\\u200b\" | aws_vpc.main[\"\\u0001\\u200b\"]",
                "                         | managed   | \"deposed\": \"94d3b7e1\"         | aws_vpc.main (deposed object 94d3b7e1)",
                "                         | managed   | \"index_key\": 1, \"deposed\": \"94d3b7e1\" | aws_vpc.main[1] (deposed object 94d3b7e1)",
            })
    void anAddressIsWrittenAsTerraformDoes(@Nullable String module, String mode, @Nullable String key, String address) {
        String added = """
                {%s"mode": "%s", "type": "aws_vpc", "name": "main", "provider": "p", "instances": [{%s"attributes": {}}]}
                """.formatted(
                        module == null ? "" : "\"module\": \"" + module + "\", ", mode, key == null ? "" : key + ", ");

        assertThat(told(diff(state(), state(added)))).containsExactly("ADDED " + address);
    }

    @Test
    void instancesOfOneResourceAreToldApart() {
        String before = """
                {"instances": [{"index_key": "a", "attributes": {"id": 1}}, {"index_key": "b", "attributes": {"id": 2}},
                  {"index_key": "b", "deposed": "0000000f", "attributes": {"id": 3}}],
                 "name": "x", "type": "t", "mode": "managed"}""";
        String after = """
                {"mode": "managed", "type": "t", "name": "x", "instances": [
                  {"attributes": {"id": 2}, "index_key": "b"}, {"index_key": "a", "attributes": {"id": 9}},
                  {"index_key": 0, "attributes": {"id": 1}}]}""";

        assertThat(told(diff(state(before), state(after))))
                .containsExactly("CHANGED t.x[\"a\"]", "ADDED t.x[0]", "REMOVED t.x[\"b\"] (deposed object 0000000f)");
    }

    @Test
    void anAddressThatIsThereTwiceIsComparedTwice() {
        StateDiff diff = diff(
                state(resource("a", "{\"id\": 1}"), resource("a", "{\"id\": 2}")),
                state(resource("a", "{\"id\": 1}"), resource("a", "{\"id\": 3}")));

        assertThat(told(diff)).containsExactly("CHANGED aws_vpc.a (2)");
    }

    @Test
    void bothSidesAreDescribed() {
        StateDiff diff = diff(
                "{\"version\": 4, \"terraform_version\": \"1.10.0\", \"serial\": 7, \"lineage\": \"l\", \"resources\": []}",
                "{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": 9, \"lineage\": \"m\"}");

        assertThat(diff.from()).isEqualTo(new StateDiff.Side(StateDocument.Format.TERRAFORM, 7L, "l", "1.10.0"));
        assertThat(diff.to()).isEqualTo(new StateDiff.Side(StateDocument.Format.TERRAFORM, 9L, "m", "1.11.4"));
        assertThat(diff.same()).isTrue();
    }

    // Which attributes.

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": 1}                     | {\"a\": 2}                       | a: 1 -> 2",
                "{\"a\": \"x\"}                 | {\"a\": null}                    | a: \"x\" -> null",
                "{\"a\": 1}                     | {\"a\": 1, \"b\": null}          | b: nothing -> null",
                "{\"a\": 1, \"b\": [2]}         | {\"a\": 1}                       | b: [2] -> nothing",
                "{\"tags\": {\"Name\": \"x\"}}  | {\"tags\": {\"Name\": \"y\"}}    | tags.Name: \"x\" -> \"y\"",
                "{\"tags\": {\"a/b\": 1}}       | {\"tags\": {\"a/b\": 2}}         | tags[\"a/b\"]: 1 -> 2",
                "{\"in\": [{\"p\": 80}]}        | {\"in\": [{\"p\": 81}]}          | in[0].p: 80 -> 81",
                "{\"in\": [1, 2]}               | {\"in\": [1, 2, 3]}              | in[2]: nothing -> 3",
                "{\"in\": [1, 2]}               | {\"in\": [1]}                    | in[1]: 2 -> nothing",
                "{\"a\": {\"b\": 1}}            | {\"a\": [1]}                     | a: {\"b\": 1} -> [1]",
                "{\"a\": true}                  | {\"a\": false}                   | a: true -> false",
                "{\"a\": \"1\"}                 | {\"a\": 1}                       | a: \"1\" -> 1",
                "{\"a\": 10}                    | {\"a\": 100}                     | a: 10 -> 100",
                "{\"a\": 1e3}                   | {\"a\": 1e4}                     | a: 1e3 -> 1e4",
                "{\"a\": \"\\\"\"}              | {\"a\": \"\\\\\"}                | a: \"\\\"\" -> \"\\\\\"",
                "{}                             | {\"b\": {\"c\": {}}}             | b: nothing -> {\"c\": {}}",
                "null                           | {\"b\": 1}                       | : null -> {\"b\": 1}",
            })
    void aChangedAttributeIsToldByItsPath(String before, String after, String told) {
        assertThat(attributes(before, after)).containsExactly(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": 1, \"b\": {\"c\": [1, 2]}} | {\"b\":{\"c\":[1,2]},\"a\":1}",
                "{\"a\": \"<&>\"}                   | {\"a\": \"\\u003c\\u0026\\u003e\"}",
                "{\"a\": 1.0}                       | {\"a\": 1}",
                "{\"a\": 10.50}                     | {\"a\": 10.5}",
                "{\"a\": -0.0}                      | {\"a\": 0}",
                "{\"a\": \"日本\"}                  | {\"a\": \"\\u65e5\\u672c\"}",
            })
    void anotherSpellingIsNoChange(String before, String after) {
        StateDiff diff = diff(state(resource("a", before)), state(resource("a", after)));

        assertThat(diff.same()).isTrue();
        assertThat(diff.resources()).isEmpty();
    }

    @Test
    void aLongValueIsSaidToHaveChangedAndNotShown() {
        assertThat(attributes("{\"a\": \"" + "x".repeat(600) + "\"}", "{\"a\": \"y\"}"))
                .containsExactly("a: (long)");
        assertThat(attributes("{\"a\": \"" + "x".repeat(200_000) + "1\"}", "{\"a\": \"" + "x".repeat(200_000) + "2\"}"))
                .containsExactly("a: (long)");
    }

    @Test
    void whatElseIsRecordedOfAnInstanceIsNamedWithoutItsValue() {
        StateDiff diff = diff(
                state(resource("a", "{}", "\"private\": \"c2VjcmV0\"", "\"dependencies\": [\"x.y\"]")),
                state(resource("a", "{}", "\"private\": \"b3RoZXI=\"", "\"status\": \"tainted\"")
                        .replace("aws\\", "aws2\\")));

        assertThat(diff.resources().getFirst().attributes()).isEmpty();
        assertThat(diff.resources().getFirst().otherChanges())
                .containsExactlyInAnyOrder("private", "dependencies", "status", "provider");
        assertThat(diff.toString()).doesNotContain("c2VjcmV0", "b3RoZXI=");
    }

    @Test
    void flatAttributesOfOldProvidersAreCompared() {
        String resource =
                "{\"type\": \"t\", \"name\": \"x\", \"instances\": [{\"attributes_flat\": {\"tags.%%\": \"%s\"}}]}";

        StateDiff diff = diff(state(resource.formatted("1")), state(resource.formatted("2")));

        assertThat(diff.resources().getFirst().attributes().stream().map(StateDiffTest::told))
                .containsExactly("[\"tags.%\"]: \"1\" -> \"2\"");
    }

    // What is sensitive.

    private static String marks(String... paths) {
        return "\"sensitive_attributes\": [" + String.join(", ", paths) + "]";
    }

    private static final String PASSWORD = "[{\"type\": \"get_attr\", \"value\": \"password\"}]";
    private static final String NESTED = """
            [{"type": "get_attr", "value": "db"}, {"type": "index", "value": {"value": 0, "type": "number"}},
             {"type": "get_attr", "value": "password"}]""";
    private static final String KEYED = """
            [{"type": "get_attr", "value": "env"}, {"type": "index", "value": {"value": "A KEY", "type": "string"}}]""";

    static Stream<Arguments> whatIsMarked() {
        return Stream.of(
                marked(
                        PASSWORD,
                        "{\"password\": \"S1\", \"a\": 1}",
                        "{\"password\": \"S2\", \"a\": 2}",
                        "password: (sensitive)",
                        "a: 1 -> 2"),
                marked(
                        PASSWORD,
                        "{\"password\": {\"x\": \"S1\"}}",
                        "{\"password\": {\"x\": \"S2\"}}",
                        "password: (sensitive)"),
                marked(PASSWORD, "{}", "{\"password\": \"S2\"}", "password: (sensitive)"),
                marked(PASSWORD, "{\"password\": \"S1\"}", "{}", "password: (sensitive)"),
                marked(
                        NESTED,
                        "{\"db\": [{\"password\": \"S1\"}]}",
                        "{\"db\": [{\"password\": \"S2\"}]}",
                        "db[0].password: (sensitive)"),
                marked(NESTED, "{\"db\": [{\"password\": \"S1\"}]}", "{\"db\": []}", "db[0]: (sensitive)"),
                marked(NESTED, "{\"db\": [{\"password\": \"S1\"}]}", "{}", "db: (sensitive)"),
                marked(NESTED, "{\"db\": [{\"password\": \"S1\"}]}", "{\"db\": \"S2\"}", "db: (sensitive)"),
                marked(
                        KEYED,
                        "{\"env\": {\"A KEY\": \"S1\", \"B\": 1}}",
                        "{\"env\": {\"A KEY\": \"S2\", \"B\": 2}}",
                        "env[\"A KEY\"]: (sensitive)",
                        "env.B: 1 -> 2"),
                marked("[]", "{\"a\": \"S1\"}", "{\"a\": \"S2\"}", ": (sensitive)"),
                marked("7", "{\"a\": \"S1\"}", "{\"a\": \"S2\"}", ": (sensitive)"),
                marked(
                        "[{\"type\": \"get_attr\", \"value\": \"s\"}, {\"type\": \"new\"}]",
                        "{\"s\": [\"S1\"]}",
                        "{\"s\": [\"S2\"]}",
                        "s: (sensitive)"),
                marked(PASSWORD, "{\"password\": \"S1\"}", "{\"password\":  \"S1\"}"));
    }

    private static Arguments marked(String mark, String before, String after, String... told) {
        return Arguments.of(mark, before, after, List.of(told));
    }

    @ParameterizedTest
    @MethodSource("whatIsMarked")
    void aSensitiveValueIsOnlySaidToHaveChanged(String mark, String before, String after, List<String> told) {
        assertThat(attributes(before, after, marks(mark))).isEqualTo(told);
        StateDiff onlyBefore = diff(state(resource("a", before, marks(mark))), state(resource("a", after)));
        StateDiff onlyAfter = diff(state(resource("a", before)), state(resource("a", after, marks(mark))));
        assertThat(onlyBefore.toString() + onlyAfter).doesNotContain("S1", "S2");
        assertThat(onlyBefore.resources().getFirst().otherChanges()).containsExactly("sensitive_attributes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"password\": \"X\"}",
                "{\"master_password\": \"X\"}",
                "{\"adminPasswd\": \"X\"}",
                "{\"private_key_pem\": \"X\"}",
                "{\"client-secret\": \"X\"}",
                "{\"auth_token\": \"X\"}",
                "{\"primary_connection_string\": \"X\"}",
                "{\"access_key\": \"X\"}",
                "{\"tags\": {\"DB_PASSWORD\": \"X\"}}",
                "{\"db\": [{\"password\": \"X\"}]}",
                "{\"secrets\": {\"a\": [\"X\"]}}",
                "{\"env\": [\"A=1\", \"DB_PASSWORD=X\"]}",
                "{\"policy\": \"{\\\"password\\\": \\\"X\\\"}\"}",
                "{\"policy\": \"{\\\"inner\\\": \\\"{\\\\\\\"token\\\\\\\": \\\\\\\"X\\\\\\\"}\\\"}\"}",
                "{\"password\": \"X\", \"url\": \"https://a:X@b\"}",
                "{\"password\": \"X\", \"url\": \"https://a:ENC@b\"}",
                "{\"password\": \"X\", \"by_key\": {\"X\": 1}}",
                "{\"password\": \"X\", \"by_key\": {\"a.X.b\": {\"c\": 1}}}",
                "{\"password\": \"X\", \"json\": \"{\\\"a\\\": \\\"X\\\"}\"}"
            })
    void aSecretByItsNameIsNotToldAlthoughNothingMarksIt(String attributes) {
        // In the texts of JSON these two are spelt with escapes, and with more of them in JSON within a text.
        String first = attributes.replace("X", "hunter<2>").replace("ENC", "hunter%3C2%3e");
        String second = attributes.replace("X", "S3CRET\\u0026\\u00e9").replace("ENC", "S3CRET%26%C3%A9");

        StateDiff diff = diff(state(resource("a", first)), state(resource("a", second)));

        assertThat(diff.toString()).doesNotContain("hunter", "S3CRET");
        assertThat(diff.changed()).isEqualTo(1);
        assertThat(backend.diff(NAME, 1, NAME, 2, true, size -> {}).toString()).contains("hunter", "S3CRET");
        assertThat(diff(state(), state(resource("a", second))).toString()).doesNotContain("S3CRET");
    }

    @ParameterizedTest
    @CsvSource({
        "random_password, result",
        "random_password, bcrypt_hash",
        "kubernetes_secret, data",
        "azurerm_key_vault_secret, value",
        "aws_ssm_parameter, value",
        "vault_generic_secret, data_json",
        "github_actions_secret, plaintext_value"
    })
    void aSecretByTheTypeOfItsResourceIsNotTold(String type, String attribute) {
        String text = resource("a", "{\"%s\": \"VALUE\"}".formatted(attribute)).replace("aws_vpc", type);

        StateDiff diff = diff(state(text.replace("VALUE", "first")), state(text.replace("VALUE", "second")));

        assertThat(diff.resources().getFirst().attributes())
                .extracting(StateDiffTest::told)
                .containsExactly(attribute + ": (sensitive)");
    }

    /** What is no secret stays readable: a diff that hides all is of no use. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"manage_master_user_password\": true} | {\"manage_master_user_password\": false} | manage_master_user_password: true -> false",
                "{\"value\": \"a\"}                 | {\"value\": \"b\"}                  | value: \"a\" -> \"b\"",
                "{\"result\": \"a\"}                | {\"result\": \"b\"}                 | result: \"a\" -> \"b\"",
                "{\"key_name\": \"a\"}              | {\"key_name\": \"b\"}               | key_name: \"a\" -> \"b\"",
                "{\"public_key\": \"a\"}            | {\"public_key\": \"b\"}             | public_key: \"a\" -> \"b\"",
                "{\"arn\": \"arn:aws:iam::1:role/a\"} | {\"arn\": \"arn:aws:iam::1:role/b\"} | arn: \"arn:aws:iam::1:role/a\" -> \"arn:aws:iam::1:role/b\"",
            })
    void whatIsNoSecretIsTold(String before, String after, String told) {
        assertThat(attributes(before, after)).containsExactly(told);
    }

    @Test
    void anOutputWithTheNameOfASecretIsNotTold() {
        String document = "{\"version\": 4, \"outputs\": {\"db_password\": {\"value\": \"%s\", \"type\": \"string\"}}}";

        StateDiff diff = diff(document.formatted("first"), document.formatted("second"));

        assertThat(diff.outputs().getFirst().attributes())
                .extracting(StateDiffTest::told)
                .containsExactly(": (sensitive)");
    }

    private static final String INPUT_A = """
            [{"type": "get_attr", "value": "input"}, {"type": "get_attr", "value": "a"}]""";

    /** As Terraform writes an attribute of any type; the paths of its marks do not know of {@code value}. */
    private static String any(String value, String type) {
        return "{\"input\": {\"value\": " + value + ", \"type\": " + type + "}}";
    }

    @Test
    void anAttributeOfAnyTypeIsToldWithoutItsWrapping() {
        assertThat(attributes(any("{\"a\": 1}", "\"x\""), any("{\"a\": 2}", "\"y\"")))
                .containsExactly("input.a: 1 -> 2");
        assertThat(attributes(any("1", "\"number\""), any("2", "\"number\""))).containsExactly("input: 1 -> 2");
        assertThat(attributes(any("[]", "\"list\""), any("[]", "\"set\"")))
                .containsExactly("input.type: \"list\" -> \"set\"");
    }

    @Test
    void marksWithinAnAttributeOfAnyTypeAreFound() {
        String secret = any("{\"a\": \"S1\", \"b\": 1}", "\"x\"");
        assertThat(attributes(secret, any("{\"a\": \"S2\", \"b\": 2}", "\"x\""), marks(INPUT_A)))
                .containsExactly("input.a: (sensitive)", "input.b: 1 -> 2");
        assertThat(attributes(secret, "{\"input\": null}", marks(INPUT_A))).containsExactly("input: (sensitive)");
        assertThat(attributes(secret, "{\"input\": {\"a\": \"S2\"}}", marks(INPUT_A)))
                .containsExactlyInAnyOrder(
                        "input.a: (sensitive)", "input.value: (sensitive)", "input.type: \"x\" -> nothing");
    }

    @Test
    void whatIsMarkedIsNotShownWhereItStandsWithoutAMark() {
        assertThat(attributes(
                        "{\"password\": \"S1-secret\", \"url\": \"db://me:S1-secret@host\", \"a\": 1}",
                        "{\"password\": \"S2-secret\", \"url\": \"db://me:S2-secret@host\", \"a\": 2}",
                        marks(PASSWORD)))
                .containsExactly("password: (sensitive)", "url: (sensitive)", "a: 1 -> 2");
        assertThat(attributes(
                        "{\"password\": {\"x\": [\"S1-secret\"]}, \"list\": [\"S1-secret\"]}",
                        "{\"password\": {\"x\": [\"S1-secret\"]}, \"list\": [\"other\"]}",
                        marks(PASSWORD)))
                .containsExactly("list[0]: (sensitive)");
        assertThat(attributes(
                        "{\"password\": \"ab\", \"a\": \"abc\"}",
                        "{\"password\": \"ab\", \"a\": \"abd\"}",
                        marks(PASSWORD)))
                .as("too short to tell anything")
                .containsExactly("a: \"abc\" -> \"abd\"");
    }

    @Test
    void marksThatAreNoListMarkEverything() {
        assertThat(attributes("{\"a\": \"S1\"}", "{\"a\": \"S2\"}", "\"sensitive_attributes\": true"))
                .containsExactly(": (sensitive)");
        assertThat(attributes("{\"a\": 1}", "{\"a\": 2}", "\"sensitive_attributes\": null"))
                .containsExactly("a: 1 -> 2");
    }

    // Outputs.

    private static String outputs(String outputs) {
        return "{\"version\": 4, \"serial\": 1, \"lineage\": \"l\", \"outputs\": {" + outputs + "}, \"resources\": []}";
    }

    @Test
    void outputsAreComparedByTheirNames() {
        StateDiff diff = diff(
                outputs("\"a\": {\"value\": {\"x\": [1]}, \"type\": \"string\"}, \"gone\": {\"value\": 1}"),
                outputs("\"a\": {\"value\": {\"x\": [2]}, \"type\": \"number\"}, \"new\": {\"value\": 1}"));

        assertThat(told(diff)).containsExactly("CHANGED a", "ADDED new", "REMOVED gone");
        assertThat(diff.outputs().getFirst().attributes().stream().map(StateDiffTest::told))
                .containsExactly("x[0]: 1 -> 2");
        assertThat(diff.outputs().getFirst().otherChanges()).containsExactly("type");
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void aSensitiveOutputIsOnlySaidToHaveChanged(boolean before, boolean after) {
        StateDiff diff = diff(
                outputs("\"p\": {\"value\": {\"x\": \"S1\"}, \"sensitive\": " + before + "}"),
                outputs("\"p\": {\"value\": {\"x\": \"S2\"}, \"sensitive\": " + after + "}"));

        assertThat(diff.outputs().getFirst().attributes().stream().map(StateDiffTest::told))
                .containsExactly(": (sensitive)");
        assertThat(diff.toString()).doesNotContain("S1", "S2");
    }

    // Documents of every kind.

    @Test
    void theFixturesAreComparedWithThemselves() {
        for (String fixture : List.of(
                "terraform-v4-small.tfstate",
                "terraform-v4-medium.tfstate",
                "kolumn-universal.klstate",
                "kolumn-universal-newer.klstate")) {
            byte[] bytes = Documents.fixture(fixture);
            String other = new String(bytes, StandardCharsets.UTF_8) + " ";
            assertThat(diff(StateDocument.parse(bytes), StateDocument.parse(other))
                            .same())
                    .as(fixture)
                    .isTrue();
        }
    }

    @Test
    void whatChangedInARealStateIsFoundAndItsSecretsAreNot() {
        String before = new String(Documents.fixture("terraform-v4-small.tfstate"), StandardCharsets.UTF_8);
        String after = before.replace("\"host\": \"10.0.0.0\"", "\"host\": \"10.9.9.9\"")
                .replace("s3cr3t-do-not-log", "another-s3cr3t")
                .replace("\"serial\": 5", "\"serial\": 6");

        StateDiff diff = diff(before, after);

        assertThat(told(diff)).contains("CHANGED terraform_data.app", "CHANGED password");
        assertThat(diff.resources())
                .filteredOn(change -> change.address().equals("terraform_data.app"))
                .flatExtracting(Change::attributes)
                .extracting(Attribute::path)
                .contains("input.db.host");
        assertThat(diff.toString()).doesNotContain("s3cr3t");
    }

    @Test
    void everythingOfARealStateIsAddedToAnEmptyOne() {
        StateDiff diff = diff(
                StateDocument.parse(Documents.fixture("terraform-v4-empty-after-destroy.tfstate")),
                StateDocument.parse(Documents.fixture("terraform-v4-medium.tfstate")));

        assertThat(diff.added())
                .isPositive()
                .isEqualTo(diff.resources().size() + diff.outputs().size());
        assertThat(told(diff)).allMatch(told -> told.startsWith("ADDED ")).doesNotHaveDuplicates();
    }

    @Test
    void resourcesOfKolumnAreComparedAsAWhole() {
        String before = new String(Documents.fixture("kolumn-universal.klstate"), StandardCharsets.UTF_8);

        StateDiff diff = diff(
                before,
                before.replace("12000", "13000")
                        .replace("data-platform", "team")
                        .replace("\"ready\"", "\"new\""));

        assertThat(told(diff)).containsExactly("CHANGED postgres.table.users");
        assertThat(diff.resources().getFirst().attributes().stream().map(StateDiffTest::told))
                .containsExactlyInAnyOrder(
                        "instances[0].status: \"ready\" -> \"new\"",
                        "instances[0].attributes.rows_estimate: 12000 -> 13000",
                        "metadata.owner: \"data-platform\" -> \"team\"");
    }

    @Test
    void resourcesOfNewerKolumnAreNamedByTheirKeys() {
        String before = new String(Documents.fixture("kolumn-universal-newer.klstate"), StandardCharsets.UTF_8);

        StateDiff diff = diff(before, before.replace("\"email\"", "\"mail\"").replace("localhost", "db"));

        assertThat(told(diff)).containsExactly("CHANGED postgres.table.users", "CHANGED dsn");
        assertThat(diff.resources().getFirst().attributes().stream().map(StateDiffTest::told))
                .containsExactly("data.columns[1]: \"email\" -> \"mail\"");
    }

    static Stream<Arguments> formatsThatAreNotKnown() {
        return Stream.of(
                Arguments.of("{}", "an unknown format"),
                Arguments.of("{\"hello\": \"a\"}", "an unknown format"),
                Arguments.of("{\"resources\": [1, {}]}", "an unknown format"),
                Arguments.of("{\"version\": 3, \"deployment\": {\"resources\": [{\"urn\": \"a\"}]}}", "format 3"),
                Arguments.of("{\"version\": 3, \"serial\": 1, \"modules\": [{\"path\": [\"root\"]}]}", "0.11"),
                Arguments.of("{\"version\": 1, \"serial\": 1}", "format 1"),
                Arguments.of("{\"version\": 5, \"serial\": 1, \"lineage\": \"l\", \"resources\": []}", "format 5"));
    }

    @ParameterizedTest
    @MethodSource("formatsThatAreNotKnown")
    void aDocumentOfAFormatThatIsNotKnownIsKeptAndNeitherComparedNorReadForOutputs(String text, String told) {
        for (List<String> both : List.of(List.of(text, state()), List.of(state(), text), List.of(text, text + " "))) {
            assertThatThrownBy(() -> diff(both.getFirst(), both.getLast()))
                    .isInstanceOfSatisfying(
                            Conflict.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(Conflict.Reason.UNREADABLE))
                    .hasMessageContainingAll(NAME.value(), told);
        }
        assertThatThrownBy(() -> backend.outputs(NAME, false, size -> {}))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining(told);
        assertThat(backend.get(NAME, size -> {}).orElseThrow().document().toBytes())
                .asString()
                .isEqualTo(text + " ");
    }

    /** As Kolumn's are, also in a document that says no more of itself than a version. */
    @Test
    void resourcesWithoutInstancesAreComparedAsAWhole() {
        String document = "{\"version\": 0, \"serial\": 1, \"lineage\": \"L\", \"resources\": [%s]}";

        StateDiff diff = diff(
                document.formatted("{\"id\": \"a\", \"type\": \"t\", \"x\": 1}, {\"id\": \"gone\"}"),
                document.formatted("{\"id\": \"a\", \"type\": \"t\", \"x\": 2}, {\"id\": \"b\", \"type\": \"t\"}"));

        assertThat(told(diff)).containsExactly("CHANGED a", "ADDED b", "REMOVED gone");
        assertThat(diff.resources().getFirst().attributes())
                .extracting(StateDiffTest::told)
                .containsExactly("x: 1 -> 2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEncryptedDocumentCannotBeCompared(boolean first) {
        StateDocument encrypted = StateDocument.parse(Documents.fixture("opentofu-encrypted.tfstate"));
        StateDocument plain = StateDocument.parse(state());

        Conflict refusal =
                catchThrowableOfType(Conflict.class, () -> diff(first ? encrypted : plain, first ? plain : encrypted));

        assertThat(refusal.reason()).isEqualTo(Conflict.Reason.UNREADABLE);
        assertThat(refusal).hasMessageContaining("encrypted").hasMessageContaining(NAME.value());
    }

    @Test
    void anEndlesslyNestedValueIsComparedUpToADepth() {
        String nested = "[".repeat(900) + "%s" + "]".repeat(900);

        assertThat(attributes("{\"a\": " + nested.formatted(1) + "}", "{\"a\": " + nested.formatted(2) + "}"))
                .hasSize(1)
                .allMatch(told -> told.startsWith("a[0][0][0]"));
    }

    @Test
    void theListsAreBoundedAndTheCountsAreNot() {
        int many = StateDiff.MAX_CHANGES + 500;
        String before = state(IntStream.range(0, many)
                .mapToObj(i -> resource("r" + i, "{\"a\": 1, \"b\": 1, \"c\": 1}"))
                .toList());

        StateDiff diff = diff(before, before.replace(": 1,", ": 2,"));

        assertThat(diff.changed()).isEqualTo(many);
        assertThat(diff.resources()).hasSize(StateDiff.MAX_CHANGES);
        assertThat(diff.resources().stream()
                        .mapToInt(change -> change.attributes().size())
                        .sum())
                .isEqualTo(StateDiff.MAX_ATTRIBUTES);
        assertThat(diff.complete()).isFalse();
    }

    // Of states.

    @Test
    void versionsOfTwoStatesAreCompared() {
        backend.put(NAME, StateDocument.parse(state(resource("a", "{}"))), WRITE);
        backend.put(OTHER, StateDocument.parse(state(resource("b", "{}"))), WRITE);
        backend.delete(OTHER, WRITE);

        assertThat(told(backend.diff(NAME, 1, OTHER, 1, size -> {})))
                .containsExactly("ADDED aws_vpc.b", "REMOVED aws_vpc.a");
    }

    @Test
    void aVersionThatIsNotKeptIsNotFound() {
        backend.put(NAME, StateDocument.parse(state()), WRITE);

        assertThatThrownBy(() -> backend.diff(NAME, 1, NAME, 2, size -> {})).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> backend.diff(OTHER, 1, NAME, 1, size -> {})).isInstanceOf(NotFound.class);
    }
}
