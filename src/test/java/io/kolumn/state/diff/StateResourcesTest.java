package io.kolumn.state.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.Documents;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.IndexedVersion;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a document is in its index, and what never is. */
class StateResourcesTest {

    private static IndexedVersion index(StateDocument document) {
        StateVersion version = StateVersion.of(3, "id", document, Instant.EPOCH, "", "", 0);
        return StateResources.of(StateName.of("app/prod"), version, document);
    }

    private static IndexedVersion index(String resources) {
        return index(StateDocument.parse("""
                {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "l", "outputs": {}, "resources": [%s]}
                """.formatted(resources)));
    }

    private static String resource(String head, String... instances) {
        return "{" + head + ", \"provider\": \"provider[\\\"registry.terraform.io/hashicorp/aws\\\"].west\","
                + " \"instances\": [" + String.join(",", instances) + "]}";
    }

    private static String web(String... instances) {
        return resource("\"mode\": \"managed\", \"type\": \"aws_instance\", \"name\": \"web\"", instances);
    }

    private static IndexedResource only(String instance) {
        return index(web(instance)).resources().getFirst();
    }

    @Test
    void realShapesHaveTheAddressesOfTerraform() {
        IndexedVersion index = index(
                String.join(
                        ",",
                        web(
                                "{\"index_key\": 0, \"status\": \"tainted\", \"attributes\": {\"id\": \"i-1\", \"arn\": \"arn:1\"}}",
                                "{\"index_key\": 1, \"deposed\": \"0a1b2c3d\", \"attributes\": {\"id\": \"i-2\"}}"),
                        resource(
                                "\"module\": \"module.net[\\\"a.b\\\"].module.x\", \"mode\": \"data\", \"type\": \"aws_ami\", \"name\": \"a\"",
                                "{\"index_key\": \"it's \\\"q\\\" ${x}\", \"attributes\": {\"id\": 42, \"name\": \"n\", \"self_link\": \"s\"}}")));

        assertThat(index.summary().notIndexed()).isNull();
        assertThat(index.summary().terraformVersion()).isEqualTo("1.11.4");
        assertThat(index.summary().types()).isEqualTo(Map.of("aws_instance", 2, "aws_ami", 1));
        String aws = "registry.terraform.io/hashicorp/aws";
        assertThat(index.resources())
                .containsExactly(
                        new IndexedResource(
                                "aws_instance.web[0]",
                                "",
                                "managed",
                                "aws_instance",
                                "web",
                                "0",
                                null,
                                true,
                                aws,
                                "i-1",
                                Map.of("arn", "arn:1")),
                        new IndexedResource(
                                "aws_instance.web[1] (deposed object 0a1b2c3d)",
                                "",
                                "managed",
                                "aws_instance",
                                "web",
                                "1",
                                "0a1b2c3d",
                                false,
                                aws,
                                "i-2",
                                Map.of()),
                        new IndexedResource(
                                "module.net[\"a.b\"].module.x.data.aws_ami.a[\"it's \\\"q\\\" $${x}\"]",
                                "module.net[\"a.b\"].module.x",
                                "data",
                                "aws_ami",
                                "a",
                                "it's \"q\" ${x}",
                                null,
                                false,
                                aws,
                                "42",
                                Map.of("name", "n", "self_link", "s")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"sensitive_attributes\": [[{\"type\": \"get_attr\", \"value\": \"id\"}], [{\"type\": \"get_attr\", \"value\": \"name\"}]]",
                "\"sensitive_attributes\": [[{\"type\": \"get_attr\", \"value\": \"note\"}]]",
                "\"sensitive_attributes\": \"what is this\"",
                "\"sensitive_attributes\": [[{\"type\": \"unknown\"}]]",
                "\"sensitive_values\": {\"id\": true, \"name\": true}",
                "\"sensitive_values\": {\"deep\": {\"note\": [true]}, \"note\": true}",
                "\"sensitive_values\": true"
            })
    void whatIsMarkedAsSensitiveIsNotInIt(String marks) {
        IndexedResource resource = only("{\"attributes\": {\"id\": \"x/hush-hush\", \"note\": \"hush-hush\","
                + " \"name\": \"hush-hush\"}, " + marks + "}");
        assertThat(resource.id()).isNull();
        assertThat(resource.attributes()).isEmpty();
        assertThat(resource.toString()).doesNotContain("hush-hush");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\": \"host;hush-hush\", \"password\": \"hush-hush\"}",
                "{\"id\": \"hush-hush\", \"deep\": [{\"client_secret\": \"hush-hush\"}]}",
                "{\"id\": \"https://x?q=hush%2Dhush\", \"api_key\": \"hush-hush\"}",
                "{\"id\": \"server=db;password=hush-hush\"}"
            })
    void whatIsNamedAsASecretIsNotInItWhereverItStands(String attributes) {
        IndexedVersion index = index(web("{\"attributes\": " + attributes + "}"));
        assertThat(index.resources().getFirst().id()).isNull();
        assertThat(index.toString()).doesNotContain("hush");
    }

    @Test
    void whoseTypeHoldsSecretsIsFoundWithoutThem() {
        IndexedResource secret = index(resource(
                        "\"mode\": \"managed\", \"type\": \"random_password\", \"name\": \"p\"",
                        "{\"attributes\": {\"id\": \"none\", \"result\": \"hush-hush\", \"name\": \"of hush-hush\"}}"))
                .resources()
                .getFirst();
        assertThat(secret.id()).isEqualTo("none");
        assertThat(secret.attributes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\": 3, \"serial\": 1, \"lineage\": \"l\", \"modules\": [{\"path\": [\"root\"], \"resources\": {}}]}",
                "{\"version\": 99, \"serial\": 1, \"lineage\": \"l\"}",
                "{\"serial\": 1, \"lineage\": \"l\", \"meta\": {}, \"encrypted_data\": \"x\", \"encryption_version\": \"v0\"}",
                "{\"some\": \"thing\"}"
            })
    void otherFormatsSayWhy(String document) {
        IndexedVersion index = index(StateDocument.parse(document));
        assertThat(index.summary().notIndexed()).startsWith("its document is ");
        assertThat(index.resources()).isEmpty();
        assertThat(index.summary().number()).isEqualTo(3);
    }

    @Test
    void hostileDocumentsAreIndexedWithinBounds() {
        String long_ = "x".repeat(50_000);
        IndexedVersion index = index(String.join(
                ",",
                "1",
                "\"text\"",
                "null",
                "[]",
                "{}",
                resource(
                        "\"type\": 5, \"name\": {}",
                        "7",
                        "null",
                        "{\"attributes\": []}",
                        "{\"attributes\": {\"id\": {}}}"),
                resource(
                        "\"mode\": \"managed\", \"type\": \"t\", \"name\": \"" + long_ + "\"",
                        "{\"index_key\": \"" + long_ + "1\", \"attributes\": {\"id\": \"" + long_ + "\"}}",
                        "{\"index_key\": \"" + long_ + "2\", \"attributes\": {\"id\": \"a\\u0000b\\ud800\"}}"),
                web(
                        "{\"index_key\": \"\\u0000\"}",
                        "{\"index_key\": \"\\ud800\"}",
                        "{\"index_key\": 1}",
                        "{\"index_key\": 1}")));

        assertThat(index.summary().notIndexed()).isNull();
        assertThat(index.resources()).extracting(IndexedResource::address).doesNotHaveDuplicates();
        assertThat(index.resources()).allSatisfy(resource -> {
            assertThat(resource.address()).hasSizeLessThan(600).doesNotContain("\0");
            assertThat(resource.name()).hasSizeLessThan(600);
            assertThat(resource.id() == null ? "" : resource.id()).doesNotContain("\0", "\ud800");
        });
    }

    @Test
    void tooManyResourcesAreNotIndexed() {
        String many = IntStream.rangeClosed(0, StateResources.MAX_RESOURCES)
                .mapToObj(i -> "{\"index_key\":" + i + "}")
                .collect(Collectors.joining(","));
        assertThat(index(web(many)).summary().notIndexed()).contains("more than " + StateResources.MAX_RESOURCES);
    }

    @Test
    void documentsOfKolumnHaveTheirOwnIds() {
        IndexedVersion index = index(StateDocument.parse(Documents.fixture("kolumn-universal.klstate")));
        assertThat(index.summary().notIndexed()).isNull();
        assertThat(index.resources()).isNotEmpty();
    }

    @Test
    void aRealStateIsIndexed() {
        IndexedVersion index = index(StateDocument.parse(Documents.fixture("terraform-v4-medium.tfstate")));
        assertThat(index.resources())
                .isNotEmpty()
                .allMatch(resource -> !resource.type().isEmpty());
        assertThat(index.resources()).extracting(IndexedResource::provider).allMatch(source -> source.contains("/"));
    }
}
