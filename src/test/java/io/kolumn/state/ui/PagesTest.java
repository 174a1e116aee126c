package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages where nobody has to prove anything, as they come over the wire. */
@QuarkusTest
class PagesTest {

    private static final Pattern PROOF = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");
    private static final int MAX_BYTES = 60 * 1024;

    @TestHTTPResource
    URI server;

    @Inject
    StateBackend backend;

    private Answer get(String path) {
        return Wire.to(server).get(path);
    }

    private Answer post(String path, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return Wire.to(server)
                .request("POST", path)
                .header("Content-Type", Form.TYPE)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    private String proof(String path) {
        Matcher proof = PROOF.matcher(get(path).text());
        assertThat(proof.find()).as("a form at %s", path).isTrue();
        return proof.group(1);
    }

    @Test
    void theFrontDoorLeadsABrowserToThePagesAndAProgramNowhere() {
        Answer browser = Wire.to(server)
                .request("GET", "/")
                .header("Accept", "text/html,*/*")
                .send();
        assertThat(browser.status()).isEqualTo(303);
        assertThat(browser.header("Location")).isEqualTo("/ui");
        assertThat(get("/").status()).isEqualTo(404);
    }

    @Test
    void aPageLoadsNothingFromElsewhereAndHoldsNoScriptAndNoStyle() {
        Answer page = get("/ui");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http");
        assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
        assertThat(page.header("Set-Cookie")).isNull();
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.text())
                .contains("all permissions")
                .doesNotContain("<style", "style=", "onclick", "href=\"http", "src=\"http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pages.css", "pages.js", "htmx.min.js", "icon.svg"})
    void assetsAreServedHereAndKeptByTheirHash(String name) {
        Answer asset = get("/ui/assets/" + name);
        assertThat(asset.status()).isEqualTo(200);
        assertThat(asset.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(asset.body().length).isGreaterThan(100);
        Matcher named = Pattern.compile("/ui/assets/" + Pattern.quote(name) + "\\?v=[0-9a-f]{16}")
                .matcher(get("/ui").text());
        if (named.find()) {
            assertThat(get(named.group()).header("Cache-Control")).contains("immutable");
        }
        assertThat(get("/ui/assets/application.properties").status()).isEqualTo(404);
    }

    @Test
    void tenThousandStatesMakeABoundedFirstPage() {
        for (int i = 0; i < 10_000; i++) {
            Documents.put(
                    backend,
                    "many/%s%d/app-%04d".formatted("team-", i % 20, i),
                    "{\"version\": 4, \"serial\": 1, \"lineage\": \"l%d\"}".formatted(i));
        }
        Answer tree = get("/ui/states?prefix=many/");
        Answer names = get("/ui/states?prefix=many/&view=flat");
        Answer found = get("/ui/states?prefix=many/team-7/&filter=0007");

        assertThat(tree.text()).contains("team-0/", "team-19/", "100+ states");
        assertThat(tree.body().length).isLessThan(MAX_BYTES);
        assertThat(names.body().length).isLessThan(MAX_BYTES);
        assertThat(names.text()).contains("team-0/app-0000", "rel=\"next\"").doesNotContain("team-1/app-");
        assertThat(found.text()).contains("app-0007").doesNotContain("app-0027");
    }

    @Test
    void pagesOfALevelHoldEveryFolderAndStateOnce() {
        for (int i = 0; i < 130; i++) {
            Documents.put(backend, "level/f%03d/x".formatted(i), "{\"version\": 4, \"serial\": 1, \"lineage\": \"l\"}");
            Documents.put(backend, "level/s%03d".formatted(i), "{\"version\": 4, \"serial\": 1, \"lineage\": \"l\"}");
        }
        StringBuilder all = new StringBuilder();
        String next = "/ui/states?prefix=level/";
        int pages = 0;
        while (next != null) {
            String page = get(next).text();
            all.append(page);
            Matcher link = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"").matcher(page);
            next = link.find() ? link.group(1).replace("&amp;", "&") : null;
            pages++;
        }
        assertThat(pages).isEqualTo(6);
        for (int i = 0; i < 130; i++) {
            assertThat(all.toString())
                    .containsOnlyOnce(">f%03d/</a>".formatted(i))
                    .containsOnlyOnce(">s%03d</a>".formatted(i));
        }
    }

    @Test
    void aStateIsShownWithoutItsSecrets() {
        Documents.put(backend, "page/network", Documents.network(1, 100));
        Answer page = get("/ui/state/page/network");
        Answer instance = get("/ui/instance/page/network?version=1&address=aws_db_instance.main");

        assertThat(page.text())
                .contains("module.network", "aws_vpc.main", "tainted", "hashicorp/aws", "1.11.4", "ada@build-7")
                .contains("/terraform/page/network", "organization = &quot;page&quot;".replace("&quot;", "\""))
                .doesNotContain(Documents.PASSWORD);
        assertThat(instance.text())
                .contains("allocated_storage", "sensitive", "module.network.aws_vpc.main")
                .doesNotContain(Documents.PASSWORD);
        assertThat(get("/ui/download/page/network?version=1").header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"page-network-v1.tfstate\"");
    }

    @Test
    void aResourceIsFoundByItsIdAndByPartOfItsAddress() {
        String id = "vpc-" + UUID.randomUUID();
        Documents.put(backend, "find/one", Documents.network(1, 100).replace("vpc-1", id));
        Documents.put(backend, "find/other", Documents.network(1, 100).replace("vpc-1", id + "-other"));
        await().until(() -> get("/ui/find?q=" + id + "-other").text().contains("find/other"));

        Answer byId = get("/ui/find?q=" + id);
        Answer byStart = get("/ui/find?q=" + id + "*");
        Answer byText = get("/ui/find?q=db_instance&prefix=find/");
        Answer byType = get("/ui/find?type=aws_v*&prefix=find/");

        assertThat(byId.text())
                .contains("find/one", "module.network.aws_vpc.main", "1 resource, by id")
                .contains("/ui/instance/find/one?version=1&amp;address=module.network.aws_vpc.main")
                .doesNotContain("find/other");
        assertThat(byStart.text()).contains("find/one", "find/other");
        assertThat(byText.text())
                .contains("aws_db_instance.main", "tainted", "2 resources")
                .doesNotContain(Documents.PASSWORD);
        assertThat(byType.text()).contains("aws_vpc.main").doesNotContain("aws_db_instance.main");
        assertThat(get("/ui/find?q=" + UUID.randomUUID()).text()).contains("No resource");
        assertThat(get("/ui/find?q=" + Documents.PASSWORD).text()).contains("No resource");
        assertThat(get("/ui/find").text()).contains("Which state has a resource?");
    }

    @Test
    void foundResourcesHaveFurtherPages() {
        Documents.put(backend, "further/large", Documents.large(60));
        await().until(() -> get("/ui/find?prefix=further/").text().contains("rel=\"next\""));
        String first = get("/ui/find?prefix=further/").text();
        Matcher link = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"").matcher(first);
        assertThat(link.find()).isTrue();

        String second = get(link.group(1).replace("&amp;", "&")).text();

        assertThat(first).contains("50 resources on this page");
        assertThat(second).contains("10 resources.").doesNotContain("rel=\"next\"");
        assertThat(get("/ui/find?q=x&after=nowhere").status()).isEqualTo(400);
    }

    @Test
    void dependenciesAreAPictureWhoseNodesLeadOn() {
        Documents.put(backend, "page/graph", Documents.network(1, 100));

        Answer page = get("/ui/graph/page/graph");

        assertThat(page.text())
                .contains("<svg", "aws_vpc in module.network", "tainted-node", "2 resources.")
                .contains("/ui/graph/page/graph?version=1&amp;node=aws_db_instance.main")
                .doesNotContain(Documents.PASSWORD, "style=");
        assertThat(get("/ui/graph/page/graph?node=aws_db_instance.main").text())
                .contains("around aws_db_instance.main", "chosen")
                .contains("/ui/state/page/graph?");
        assertThat(get("/ui/graph/page/graph?module=module.network").text())
                .contains("module.network</a>", "2 resources.");
        assertThat(get("/ui/graph/page/graph?q=DB_INST").text()).contains("node=aws_db_instance.main");
        assertThat(get("/ui/graph/page/graph?zoom=50").text()).contains("zoom=150");
        assertThat(get("/ui/graph/page/graph?node=aws_vpc.none").status()).isEqualTo(404);
        assertThat(get("/ui/graph/page/graph?module=module.none").status()).isEqualTo(404);
        assertThat(get("/ui/graph/page/graph?version=9").status()).isEqualTo(404);
        assertThat(get("/ui/graph/page/nowhere").status()).isEqualTo(404);
        assertThat(get("/ui/graph/page/graph?zoom=x").status()).isEqualTo(400);
    }

    @Test
    void twoThousandResourcesAreFoldedByTheirModules() {
        Documents.put(backend, "page/large-graph", Documents.large(2_000));

        Answer page = get("/ui/graph/page/large-graph");

        assertThat(page.text()).contains("4 nodes, of 2000 resources", "module=module.m3", "500 instances");
        assertThat(get("/ui/graph/page/large-graph?module=module.m3").text()).contains("all null_resource", "× 500");
    }

    @Test
    void markupInAPictureIsText() {
        Documents.put(backend, "page/hostile-graph", Documents.hostile());
        assertThat(get("/ui/graph/page/hostile-graph").text())
                .contains("<svg", "&lt;script&gt;")
                .doesNotContain("<script>document", "<img src=x");
        assertThat(get("/ui/graph/page/hostile-graph?q=%3Cscript%3E").text()).doesNotContain("<script>document");
    }

    @Test
    void markupInADocumentIsText() {
        Documents.put(backend, "page/hostile", Documents.hostile());
        String page = get("/ui/state/page/hostile").text();
        assertThat(page).doesNotContain("<script>document", "<img src=x").contains("&lt;script&gt;");
        Matcher instance = Pattern.compile("hx-get=\"(/ui/instance/[^\"]+)\"").matcher(page);
        assertThat(instance.find()).isTrue();
        String attributes = get(instance.group(1).replace("&amp;", "&")).text();
        assertThat(attributes)
                .doesNotContain("<script>document", "<img src=x")
                .contains("&lt;script&gt;", "{frame.title}");
    }

    @Test
    void whatCannotBeShownIsSaidAndOffered() {
        Documents.put(backend, "page/three", "{\"version\": 3, \"serial\": 1, \"lineage\": \"l\", \"modules\": []}");
        Documents.put(backend, "page/sealed", """
                {"encryption_version": "v0", "encrypted_data": "AAAA", "meta": {}, "serial": 1, "lineage": "l"}""");
        assertThat(get("/ui/state/page/three").text()).contains("format 3", "Download the document");
        assertThat(get("/ui/state/page/sealed").text()).contains("encrypted by OpenTofu", "Download the document");
    }

    @Test
    void errorsAreShortPages() {
        Answer missing = get("/ui/state/page/nowhere");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.header("Content-Type")).startsWith("text/html");
        assertThat(missing.text()).contains("id=\"problem\"", "There is no state &#39;page/nowhere&#39;");
        Answer wrong = get("/ui/diff/page/x?from=<b>&to=2");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text()).doesNotContain("<b>");
        assertThat(get("/ui/nothing").status()).isEqualTo(404);
        assertThat(get("/ui/state/a%2Fb").header("Content-Type")).startsWith("text/html");
    }

    @Test
    void aRestoreShowsWhatWouldChangeAndWantsTheName() {
        Documents.put(backend, "page/restore", Documents.network(1, 100));
        Documents.put(backend, "page/restore", Documents.network(2, 200));
        String path = "/ui/restore/page/restore?version=1";
        String form = proof(path);
        assertThat(get(path).text()).contains("allocated_storage", "200", "100").doesNotContain(Documents.PASSWORD);

        Answer mistyped = post(path, Map.of("form", form, "current", "2", "confirm", "restore"));
        assertThat(mistyped.status()).isEqualTo(400);
        assertThat(backend.current(StateName.of("page/restore")).orElseThrow().number())
                .isEqualTo(2);

        Answer done = post(path, Map.of("form", form, "current", "2", "confirm", "page/restore"));
        assertThat(done.status()).isEqualTo(303);
        assertThat(get(done.header("Location")).text()).contains("Restored.", "Version 3");

        Answer second = post(path, Map.of("form", form, "current", "2", "confirm", "page/restore"));
        assertThat(second.status()).as("two people at once").isIn(303, 409);
        Documents.put(backend, "page/restore", Documents.network(9, 300));
        Answer late = post(path, Map.of("form", form, "current", "3", "confirm", "page/restore"));
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.text()).contains("changed since this preview", "version 4", "Nothing was restored");
        assertThat(backend.current(StateName.of("page/restore")).orElseThrow().number())
                .isEqualTo(4);
    }

    @Test
    void aFormWithoutItsProofOrFromElsewhereDoesNothing() {
        Documents.put(backend, "page/forged", Documents.network(1, 100));
        Documents.put(backend, "page/forged", Documents.network(2, 200));
        String path = "/ui/restore/page/forged?version=1";
        Map<String, String> fields = Map.of("form", "x", "current", "2", "confirm", "page/forged");
        assertThat(post(path, fields).status()).isEqualTo(403);
        Answer foreign = Wire.to(server)
                .request("POST", path)
                .header("Content-Type", Form.TYPE)
                .header("Origin", "https://evil.example")
                .body(("form=" + proof(path) + "&current=2&confirm=page%2Fforged").getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(backend.current(StateName.of("page/forged")).orElseThrow().number())
                .isEqualTo(2);
    }

    @Test
    void aLockIsBrokenOnlyAsItWasShown() {
        Documents.put(backend, "page/locked", Documents.network(1, 100));
        Documents.lock(backend, "page/locked", "first");
        assertThat(get("/ui/locks").text()).contains("page/locked", "ada@build-7");
        assertThat(get("/ui/state/page/locked").text()).contains("Locked by ada@build-7", "/ui/unlock/page/locked");
        String form = proof("/ui/unlock/page/locked");
        backend.forceUnlock(StateName.of("page/locked"), "");
        Documents.lock(backend, "page/locked", "second");

        Answer stale = post("/ui/unlock/page/locked", Map.of("form", form, "id", "first"));
        assertThat(stale.status()).isEqualTo(409);
        assertThat(backend.lockOf(StateName.of("page/locked"))).isPresent();

        assertThat(post("/ui/unlock/page/locked", Map.of("form", form, "id", "second"))
                        .status())
                .isEqualTo(303);
        assertThat(backend.lockOf(StateName.of("page/locked"))).isEmpty();
    }

    @Test
    void theStorageIsShown() {
        assertThat(get("/ui/storage").text())
                .contains("Backend memory", "The storage answers.", "does not encrypt documents")
                .doesNotContain("Webhooks");
    }
}
