package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.SmallLimits;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** New versions inside of requests, in a service with little memory. */
@PackagedTest(SmallLimits.class)
class UploadMemoryIT {

    private static final int MEGABYTE = 1 << 20;

    @TestHTTPResource
    URI server;

    /** The body is larger than all memory for documents. */
    @Test
    void onlyTheDocumentOfABodyIsCounted() {
        TfeClient client = TfeClient.discovered(server);
        String id = client.create("memory", "counted");

        Answer answer = upload(client, id, MEGABYTE - 1000, 3 * MEGABYTE);

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.json().at("/data/attributes/size").asLong()).isGreaterThan(900_000);
    }

    @Test
    void aDocumentAboveTheLimitIs413() {
        TfeClient client = TfeClient.discovered(server);
        String id = client.create("memory", "large");

        Answer answer = upload(client, id, MEGABYTE + 1000, 0);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().at("/errors/0/detail").asText()).contains("max-document-size");
        assertThat(client.get("workspaces/" + id + "/current-state-version").status())
                .isEqualTo(404);
    }

    @Test
    void aBodyFarAboveTheLimitIs413BeforeItIsRead() {
        TfeClient client = TfeClient.discovered(server);
        String id = client.create("memory", "body");

        Answer answer = upload(client, id, 1000, 9 * MEGABYTE);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().at("/errors/0/detail").asText()).contains("max-document-size");
    }

    /** In the order of Terraform, whose members are sorted. */
    private static Answer upload(TfeClient client, String id, int size, int other) {
        String state = Base64.getEncoder().encodeToString(TestStates.large(size));
        return client.post(
                "workspaces/" + id + "/state-versions",
                "{\"data\":{\"type\":\"state-versions\",\"attributes\":{\"json-state\":\"" + "x".repeat(other)
                        + "\",\"serial\":1,\"state\":\"" + state + "\"}}}");
    }
}
