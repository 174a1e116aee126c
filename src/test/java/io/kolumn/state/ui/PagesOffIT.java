package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.net.URI;
import java.util.Map;
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

    @TestHTTPResource
    URI server;

    @ParameterizedTest
    @ValueSource(strings = {"/ui", "/ui/states", "/ui/state/a", "/ui/sign-in", "/ui/assets/pages.css", "/ui/storage"})
    void thereIsNoPage(String path) {
        assertThat(Wire.to(server).get(path).status()).isEqualTo(404);
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
