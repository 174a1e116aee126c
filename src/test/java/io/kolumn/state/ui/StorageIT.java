package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What the page of the storage says of keys and of webhooks. */
@PackagedTest(StorageIT.Encrypted.class)
class StorageIT {

    private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final String SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5";

    /** Two keys, and a receiver that is not there. */
    public static class Encrypted implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "kolumn.state.encryption.key-provider",
                    "local",
                    "kolumn.state.encryption.local.keys",
                    "of-2026=" + KEY + ",of-2025=" + KEY.replace('M', 'N'),
                    "kolumn.state.webhooks.chat.url",
                    "http://ada:s3cretword@127.0.0.1:1/hook?token=s3cretquery",
                    "kolumn.state.webhooks.chat.secret",
                    SECRET,
                    "kolumn.state.webhooks.chat.attempts",
                    "1");
        }
    }

    @TestHTTPResource
    URI server;

    static boolean installed() {
        return Browser.installed();
    }

    private String withDeadLetter() {
        Wire.to(server)
                .request("PUT", "/v1/states/storage/prod")
                .json(Documents.network(1, 1))
                .send();
        await().until(() -> get().contains("connection refused"));
        return get();
    }

    private String get() {
        return Wire.to(server).get("/ui/storage").text();
    }

    @Test
    void theProviderAndTheKeyOfNewDocumentsAreNamed() {
        assertThat(get())
                .contains("Key provider", "local", "Key of new documents", "of-2026", "encrypted")
                .doesNotContain(KEY, "encryptionKey");
    }

    @Test
    void whatAWebhookGaveUpIsCountedWithItsReasonAndNoSecret() {
        assertThat(withDeadLetter())
                .contains("chat", "http://127.0.0.1:1<", "nothing accepts connections there (connection refused)")
                .containsPattern("<span class=\"tag bad\">[1-9]")
                .doesNotContain("s3cret", "whsec_", "/hook");
        assertThat(Wire.to(server).get("/q/health/ready").status()).isEqualTo(200);
    }

    @Test
    @Tag("browser")
    @EnabledIf(value = "installed", disabledReason = "chromium is not on the PATH")
    void thePageIsUsableByEverybody() {
        withDeadLetter();
        try (Browser browser = Browser.at(URI.create("http://localhost:" + server.getPort()))) {
            for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
                for (int width : new int[] {1280, 360}) {
                    Page page = browser.page(width, 900, scheme);
                    page.navigate("/ui/storage");
                    Browser.keep(
                            page, "storage-keys-" + scheme.name().toLowerCase(java.util.Locale.ROOT) + "-" + width);
                    Browser.assertAccessible(page);
                    Browser.assertFits(page);
                }
            }
            browser.assertQuiet();
        }
    }
}
