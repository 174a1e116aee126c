package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service without pages. */
@PackagedTest(PagesOffIT.Off.class)
class PagesOffIT {

    /** Switched off. */
    public static class Off implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("kolumn.state.ui.enabled", "false");
        }
    }

    private static final Pattern STYLE = Pattern.compile("<style>(.*)</style>", Pattern.DOTALL);

    @TestHTTPResource
    URI server;

    @ParameterizedTest
    @ValueSource(strings = {"/ui", "/ui/states", "/ui/state/a", "/ui/sign-in", "/ui/assets/pages.css", "/ui/storage"})
    void thereIsNoPage(String path) {
        assertThat(Wire.to(server).get(path).status()).isEqualTo(404);
    }

    /** The client of Terraform names it, so that it is there without the others. */
    @Test
    void thePageOfTokensIsPlainAndHeldByItsOwnPolicy() throws Exception {
        Answer page = Wire.to(server).get("/app/settings/tokens");
        Matcher style = STYLE.matcher(page.text());
        assertThat(style.find()).isTrue();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.group(1).getBytes(StandardCharsets.UTF_8));

        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(hash)
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(page.text())
                .contains("A token for terraform login", "needs no token", "color-scheme: light dark")
                .doesNotContain("<script", "<img", "<link", "<form", "src=", "href=", "style=", "onload", "/ui");
    }

    @Test
    void theFrontDoorLeadsNowhere() {
        assertThat(Wire.to(server)
                        .request("GET", "/")
                        .header("Accept", "text/html")
                        .send()
                        .status())
                .isEqualTo(404);
    }
}
