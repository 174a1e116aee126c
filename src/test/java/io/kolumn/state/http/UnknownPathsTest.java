package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To clients of states a 404 is an empty state. */
@QuarkusTest
class UnknownPathsTest {

    @TestHTTPResource
    URI server;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/terrafrom/x",
                "/terraform",
                "/Terraform/x",
                "/state/terraform/x",
                "/v1/state/x",
                "/v2/states/x",
                "/x"
            })
    void aPathThatIsNoRouteIsNoStateThatIsNotThereYet(String path) {
        for (String method : new String[] {"GET", "HEAD", "POST", "DELETE", "LOCK", "UNLOCK"}) {
            Answer answer = Wire.to(server).request(method, path).json("{}").send();
            assertThat(answer.status()).as("%s %s", method, path).isIn(400, 405);
            if (method.equals("GET")) {
                assertThat(answer.json().get("detail").asText())
                        .contains("There is no resource at " + path)
                        .contains("/terraform/{name}");
            }
        }
    }

    @Test
    void pagesThatAreNotThereAreNotFound() {
        assertThat(Wire.to(server).get("/q/nothing").status()).isEqualTo(404);
    }
}
