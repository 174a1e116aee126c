package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /v1/resources} and {@code /v1/stats}. */
@QuarkusTest
class ResourcesResourceTest {

    private static final String STATE = """
            {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {}, "resources": [
            {"module": "module.net[\\"a\\"]", "mode": "managed", "type": "aws_instance", "name": "web",
             "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]", "instances": [
             {"index_key": "it's \\"q\\"", "attributes": {"id": "%s", "arn": "arn:%s", "password": "hush-hush"}},
             {"index_key": "z", "status": "tainted", "attributes": {"id": "%s-2"}}]}]}
            """;

    @TestHTTPResource
    URI server;

    private final String prefix = "resources-" + UUID.randomUUID() + "/";
    private final String id = "i-" + UUID.randomUUID();

    @BeforeEach
    void write() {
        assertThat(Wire.to(server)
                        .request("PUT", "/v1/states/" + prefix + "prod")
                        .json(STATE.formatted(id, id, id))
                        .send()
                        .status())
                .isEqualTo(201);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(find("prefix=" + prefix)).hasSize(2));
    }

    private JsonNode page(String query) {
        Answer answer = Wire.to(server).get("/v1/resources?" + query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("hush");
        return answer.json();
    }

    private JsonNode find(String query) {
        return page(query).path("resources");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void anIdTellsItsState() {
        JsonNode found = find("id=" + id);
        assertThat(found).hasSize(1);
        JsonNode resource = found.get(0);
        assertThat(resource.path("state").asText()).isEqualTo(prefix + "prod");
        assertThat(resource.path("version").asLong()).isEqualTo(1);
        assertThat(resource.path("address").asText())
                .isEqualTo("module.net[\"a\"].aws_instance.web[\"it's \\\"q\\\"\"]");
        assertThat(resource.path("key").asText()).isEqualTo("it's \"q\"");
        assertThat(resource.path("provider").asText()).isEqualTo("registry.terraform.io/hashicorp/aws");
        assertThat(resource.at("/attributes/arn").asText()).isEqualTo("arn:" + id);
        assertThat(find("id=arn:" + id)).hasSize(1);
        assertThat(find("id=" + id + "*")).hasSize(2);
        assertThat(find("q=" + id.toUpperCase(java.util.Locale.ROOT))).hasSize(2);
        assertThat(find("prefix=" + prefix + "&type=aws_*&provider=aws&address=" + encoded("module.net[\"a\"].*")))
                .hasSize(2);
        assertThat(find("prefix=" + prefix + "&label=team")).isEmpty();
        assertThat(find("id=" + id + "-2").get(0).path("tainted").asBoolean()).isTrue();
    }

    @Test
    void pagesFollowEachOther() {
        JsonNode first = page("prefix=" + prefix + "&limit=1");
        assertThat(first.path("index").path("behind").isInt()).isTrue();
        JsonNode second = page("prefix=" + prefix + "&limit=1&after="
                + encoded(first.path("next").asText()));
        assertThat(second.at("/resources/0/id").asText()).isEqualTo(id + "-2");
        assertThat(second.has("next")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    limit=0       | limit=0 is not between 1 and 1000
                    limit=x       | limit=x is not a whole number
                    after=x       | after is not a position
                    after=-x%7Cy  | a segment that starts with '-'
                    label=%20     | label
                    typo=x        | has no parameter 'typo'
                    q=            | The parameter 'q' is empty
                    id=a&id=b     | given twice
                    q=%00         | NUL
                    """)
    void aBadQuestionIsNamed(String query, String message) {
        Answer answer = Wire.to(server).get("/v1/resources?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().path("detail").asText()).contains(message);
    }

    @Test
    void statesAreCounted() {
        Answer answer = Wire.to(server).get("/v1/stats?prefix=" + prefix);
        assertThat(answer.status()).isEqualTo(200);
        JsonNode stats = answer.json();
        assertThat(stats.path("states").asLong()).isEqualTo(1);
        assertThat(stats.at("/types/aws_instance").asLong()).isEqualTo(2);
        assertThat(stats.path("terraformVersions").path("1.11.4").asLong()).isEqualTo(1);
        assertThat(stats.path("ages").path("<1d").asLong()).isEqualTo(1);
        assertThat(stats.path("seesAll").asBoolean()).isTrue();
    }
}
