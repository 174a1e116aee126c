package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of tokens, where nobody needs one. */
@QuarkusTest
class TokensPageTest {

    private static final Pattern STYLE = Pattern.compile("<style>(.*)</style>", Pattern.DOTALL);

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
    void thePageIsHeldByItsOwnPolicy() throws Exception {
        Answer page = Wire.to(server).get(TokensPage.PATH);
        Matcher style = STYLE.matcher(page.text());
        assertThat(style.find()).isTrue();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.group(1).getBytes(StandardCharsets.UTF_8));

        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(hash)
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.text())
                .contains("width=device-width", "color-scheme: light dark")
                .doesNotContain("<script", "<img", "<link", "<form", "src=", "href=", "style=", "onload");
    }

    @Test
    void nothingIsDoneThere() {
        Answer refused =
                Wire.to(server).request("POST", TokensPage.PATH).json("{}").send();

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Allow")).isEqualTo("GET, HEAD");
    }
}
