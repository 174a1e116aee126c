package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the data sources of the provider {@code hashicorp/tfe} ask, request by request, and what they make of it. */
@QuarkusTest
class TfeProviderReadsTest {

    private static final String STATE = """
            {"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"l","outputs":{
              "text":{"value":"t","type":"string"},
              "number":{"value":12,"type":"number"},
              "list":{"value":["a","b"],"type":["tuple",["string","string"]]},
              "object":{"value":{"a":1},"type":["object",{"a":"number"}]},
              "secret":{"value":"s3cr3t","type":"string","sensitive":true}
            },"resources":[]}
            """;

    @TestHTTPResource
    URI server;

    private final String organization = "provider-" + UUID.randomUUID();
    private TfeClient provider;
    private String id;

    /** The provider asks for discovery, and then uses the address that does not name a process. */
    @BeforeEach
    void write() {
        provider = TfeClient.tool(server);
        provider.post(
                "organizations/" + organization + "/workspaces",
                TfeClient.workspace(
                        "net~prod",
                        "\"tag-bindings\":{\"data\":[{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"env\",\"value\":\"prod\"}}]},"
                                + "\"project\":{\"data\":{\"type\":\"projects\",\"id\":\""
                                + ProjectsResource.id(organization, "plumbing") + "\"}}"));
        id = read("").path("data").path("id").asText();
        assertThat(provider.write(id, STATE).status()).isEqualTo(201);
    }

    private JsonNode read(String query) {
        Answer answer = provider.get("organizations/" + organization + "/workspaces/net~prod" + query);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    /** Its library reads {@code output-type} into a string and gives up on anything else. */
    @Test
    void tfeOutputsReadsEachValueWithItsTypeAndTheSensitiveOnesById() {
        JsonNode read = read("?include=outputs");

        Map<String, String> types = new HashMap<>();
        Map<String, String> values = new HashMap<>();
        for (JsonNode link : read.at("/data/relationships/outputs/data")) {
            JsonNode output = included(read, link);
            JsonNode attributes = output.path("attributes");
            String name = attributes.path("name").asText();
            assertThat(attributes.path("output-type").isTextual()).as(name).isTrue();
            types.put(name, attributes.path("output-type").asText());
            JsonNode value = attributes.path("value");
            if (attributes.path("sensitive").asBoolean()) {
                assertThat(value.isNull()).isTrue();
                value = provider.get(
                                "state-version-outputs/" + output.path("id").asText())
                        .json()
                        .at("/data/attributes/value");
            }
            values.put(name, value.toString());
        }

        assertThat(types)
                .isEqualTo(Map.of(
                        "text", "string", "number", "number", "list", "tuple", "object", "object", "secret", "string"));
        assertThat(values)
                .isEqualTo(Map.of(
                        "text", "\"t\"",
                        "number", "12",
                        "list", "[\"a\",\"b\"]",
                        "object", "{\"a\":1}",
                        "secret", "\"s3cr3t\""));
        assertThat(read.toString()).doesNotContain("s3cr3t");
    }

    private static JsonNode included(JsonNode read, JsonNode link) {
        return read.path("included")
                .valueStream()
                .filter(one -> one.path("type").equals(link.path("type"))
                        && one.path("id").equals(link.path("id")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tfeOutputsOfAWorkspaceWithoutAVersionAreNone() {
        provider.create(organization, "new");

        JsonNode read = provider.get("organizations/" + organization + "/workspaces/new?include=outputs")
                .json();

        assertThat(read.at("/data/relationships/outputs/data")).isEmpty();
    }

    @Test
    void tfeWorkspaceReadsSettingsTagsAndConsumers() {
        JsonNode read = read("?include=effective_tag_bindings");
        JsonNode attributes = read.at("/data/attributes");

        assertThat(attributes.path("execution-mode").asText()).isEqualTo("local");
        assertThat(attributes.path("tag-names").toString()).isEqualTo("[\"env\"]");
        for (String flag : new String[] {
            "allow-destroy-plan",
            "assessments-enabled",
            "auto-apply",
            "file-triggers-enabled",
            "global-remote-state",
            "operations",
            "queue-all-runs",
            "speculative-enabled",
            "structured-run-output-enabled"
        }) {
            assertThat(attributes.path(flag).isBoolean()).as(flag).isTrue();
        }
        assertThat(attributes.path("trigger-prefixes").isArray()).isTrue();
        assertThat(attributes.path("permissions").isObject()).isTrue();
        assertThat(read.at("/data/relationships/project/data/id").asText())
                .isEqualTo(ProjectsResource.id(organization, "plumbing"));
        assertThat(provider.get("projects/" + ProjectsResource.id(organization, "plumbing"))
                        .json()
                        .at("/data/attributes/name")
                        .asText())
                .isEqualTo("plumbing");
        JsonNode bindings =
                provider.get("workspaces/" + id + "/effective-tag-bindings").json();
        assertThat(bindings.at("/data/0/attributes/key").asText()).isEqualTo("env");
        assertThat(bindings.at("/data/0/attributes/value").asText()).isEqualTo("prod");
        Answer consumers = provider.get(
                "workspaces/" + id + "/relationships/remote-state-consumers?page%5Bnumber%5D=1&page%5Bsize%5D=100");
        assertThat(consumers.status()).isEqualTo(200);
        assertThat(consumers.json().path("data")).isEmpty();
    }

    @Test
    void tfeWorkspaceIdsFollowsThePages() {
        for (int i = 0; i < 4; i++) {
            provider.create(organization, "w" + i);
        }
        Map<String, String> ids = new HashMap<>();
        JsonNode next = JsonApi.object().put("next", 1).path("next");
        while (!next.isNull()) {
            JsonNode page = provider.get("organizations/" + organization + "/workspaces?page%5Bnumber%5D="
                            + next.asInt() + "&page%5Bsize%5D=2")
                    .json();
            page.path("data")
                    .forEach(one -> ids.put(
                            one.at("/attributes/name").asText(), one.path("id").asText()));
            next = page.at("/meta/pagination/next-page");
        }

        assertThat(ids).containsOnlyKeys("net~prod", "w0", "w1", "w2", "w3").containsEntry("net~prod", id);
        assertThat(provider.get("organizations/" + organization)
                        .json()
                        .at("/data/attributes/name")
                        .asText())
                .isEqualTo(organization);
    }
}
