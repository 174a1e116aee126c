package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** The page of tokens, where nobody needs one. */
@QuarkusTest
class TokensPageTest {

    @TestHTTPResource
    URI server;

    @Test
    void nobodyNeedsATokenHere() {
        Answer page = Wire.to(server).get(TokensPage.PATH + "?source=terraform-login");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.text()).contains("needs no token").doesNotContain("/v1/tokens", "{host}", "{text}");
        Answer refused = Wire.to(server)
                .request("POST", "/v1/tokens")
                .json("{\"name\": \"x\"}")
                .send();
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("detail").asText()).contains("Personal tokens are disabled");
    }

    @Test
    void thePageStandsInTheFrameOfThePages() {
        Answer page = Wire.to(server).get(TokensPage.PATH);

        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo(Wire.to(server).get("/ui").header("Content-Security-Policy"));
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.header("Set-Cookie")).isNull();
        assertThat(page.text())
                .contains("<title>A token for terraform login - Kolumn State</title>", "/ui/assets/pages.css?v=")
                .contains("<nav aria-label=\"Main\">", "href=\"/ui/states\"")
                .doesNotContain("<style", "<form", "style=", "onload", "href=\"http", "src=\"http");
    }

    @Test
    void nothingIsDoneThere() {
        Answer refused =
                Wire.to(server).request("POST", TokensPage.PATH).json("{}").send();

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Allow")).isEqualTo("GET, HEAD");
    }
}
