package io.kolumn.state.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The pages in a real browser: by every way that people look at them. Screenshots are kept in {@code target/pages}. */
@QuarkusTest
@Tag("browser")
@EnabledIf(value = "installed", disabledReason = "chromium is not on the PATH")
class BrowserTest {

    private static final Map<String, String> PAGES = Map.ofEntries(
            Map.entry("states", "/ui"),
            Map.entry("folder", "/ui/states?prefix=browser/"),
            Map.entry("names", "/ui/states?prefix=browser/&view=flat&deleted=true"),
            Map.entry("nothing-found", "/ui/states?prefix=browser/&filter=nothing-like-it"),
            Map.entry("state", "/ui/state/browser/network/prod"),
            Map.entry("hostile", "/ui/state/browser/hostile"),
            Map.entry("unreadable", "/ui/state/browser/three"),
            Map.entry("instance", "/ui/instance/browser/network/prod?version=2&address=aws_db_instance.main"),
            Map.entry("history", "/ui/history/browser/network/prod"),
            Map.entry("quarantine", "/ui/history/browser/lost"),
            Map.entry("diff", "/ui/diff/browser/network/prod?from=1&to=2"),
            Map.entry("restore", "/ui/restore/browser/network/staging?version=1"),
            Map.entry("graph", "/ui/graph/browser/network/prod"),
            Map.entry("graph-near", "/ui/graph/browser/network/prod?node=aws_db_instance.main&q=aws"),
            Map.entry("find", "/ui/find?q=browser"),
            Map.entry("found", "/ui/find?q=aws&prefix=browser/"),
            Map.entry("locks", "/ui/locks"),
            Map.entry("unlock", "/ui/unlock/browser/network/prod"),
            Map.entry("delete", "/ui/delete/browser/network/staging"),
            Map.entry("purge", "/ui/purge/browser/network/staging?version=1"),
            Map.entry("labels", "/ui/labels/browser/network/prod"),
            Map.entry("audit-off", "/ui/audit"),
            Map.entry("tokens", "/app/settings/tokens"),
            Map.entry("storage", "/ui/storage"));

    @TestHTTPResource
    URI server;

    @Inject
    StateBackend backend;

    private Browser browser;

    static boolean installed() {
        return Browser.installed();
    }

    @BeforeEach
    void open() {
        fill();
        browser = Browser.at(URI.create("http://localhost:" + server.getPort()));
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private void fill() {
        if (backend.current(StateName.of("browser/network/prod")).isPresent()) {
            return;
        }
        for (String name : new String[] {"browser/network/prod", "browser/network/staging"}) {
            Documents.put(backend, name, Documents.network(1, 100));
            Documents.put(backend, name, Documents.network(2, 200));
        }
        backend.label(StateName.of("browser/network/prod"), Map.of("team", "network", "env", "prod"), "");
        Documents.lock(backend, "browser/network/prod", "the-lock-of-prod");
        Documents.put(backend, "browser/hostile", Documents.hostile());
        Documents.put(backend, "browser/three", "{\"version\": 3, \"serial\": 1, \"lineage\": \"l\", \"modules\": []}");
        Documents.put(backend, "browser/gone", Documents.network(1, 1));
        backend.delete(StateName.of("browser/gone"), WriteOptions.none());
        StateName lost = StateName.of("browser/lost");
        Documents.put(backend, lost.value(), Documents.network(1, 1));
        backend.lock(lost, LockInfo.of("lost", "ci@runner-9", "OperationTypeApply"), LockOptions.none());
        backend.forceUnlock(lost, "");
        try {
            backend.put(
                    lost,
                    StateDocument.parse(Documents.network(2, 2)),
                    WriteOptions.none().withLock("lost"));
        } catch (StateException.Conflict quarantined) {
            assertThat(backend.quarantine(lost)).hasSize(1);
        }
    }

    @Test
    void everyPageIsQuietAndUsableByEverybody() throws Exception {
        AtomicBoolean gone = new AtomicBoolean();
        CountDownLatch standsInLine = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            LockOptions patient = LockOptions.none()
                    .waiting(Duration.ofMinutes(5))
                    .unless(() -> {
                        standsInLine.countDown();
                        return gone.get();
                    });
            LockInfo next = LockInfo.of("next", "ci@runner-9", "");
            Future<?> waiter = threads.submit(() -> backend.lock(StateName.of("browser/network/prod"), next, patient));
            standsInLine.await();
            try {
                visitEveryPage();
            } finally {
                gone.set(true);
            }
            assertThatThrownBy(waiter::get).isInstanceOf(ExecutionException.class);
        }
    }

    private void visitEveryPage() {
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
            Page page = browser.page(1280, 900, scheme);
            PAGES.forEach((name, path) -> {
                page.navigate(path);
                Browser.keep(page, name + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
                Browser.assertAccessible(page);
                Browser.assertFits(page);
            });
        }
        browser.assertQuiet();
    }

    @Test
    void everyPageFitsANarrowScreen() {
        Page page = browser.page(360, 740, ColorScheme.LIGHT);
        PAGES.forEach((name, path) -> {
            page.navigate(path);
            Browser.keep(page, name + "-narrow");
            Browser.assertFits(page);
            Browser.assertAccessible(page);
        });
        browser.assertQuiet();
    }

    @Test
    void aListFollowsWhatHappens() {
        Page page = browser.page();
        page.navigate("/ui/states?prefix=browser/list/");
        assertThat(page.locator("#list tbody tr")).hasCount(0);

        Documents.put(backend, "browser/list/one", Documents.network(1, 1));
        assertThat(page.locator("#list tbody tr")).hasCount(1);
        page.locator("#list tbody a").focus();
        Documents.put(backend, "browser/list/one", Documents.network(2, 2));
        Documents.put(backend, "browser/list/two", Documents.network(1, 1));

        assertThat(page.locator("#list tbody tr")).hasCount(2);
        assertThat(page.locator("#list tbody tr").first().locator("td").first()).hasText("2");
        assertThat(page.locator("#list tbody a").first()).isFocused();
        browser.assertQuiet();
    }

    @Test
    void aStateSaysThatItHasChanged() {
        StateName name = StateName.of("browser/live/watched");
        Documents.put(backend, name.value(), Documents.network(1, 1));
        Page page = browser.page();
        page.navigate("/ui/state/" + name);
        Documents.put(backend, name.value() + "-not", Documents.network(1, 1));
        assertThat(page.locator("#news .note")).isHidden();

        Documents.put(backend, name.value(), Documents.network(2, 2));

        assertThat(page.locator("#news .note")).isVisible();
        page.locator("#news a").click();
        assertThat(page.locator("#news .note")).isHidden();
        assertThat(page.locator("dl.facts")).containsText(Pattern.compile("Version\\s*2"));
        Documents.lock(backend, name.value(), "a-lock-to-see");
        assertThat(page.locator("#news .note")).isVisible();
        browser.assertQuiet();
    }

    @Test
    void statesAreFilteredWhileOneTypes() {
        Page page = browser.page();
        page.navigate("/ui/states?prefix=browser/");
        page.locator("input[name=filter]").pressSequentially("stag");
        assertThat(page.locator("#list tbody tr")).hasCount(1);
        assertThat(page.locator("#list")).containsText("network/staging");
        assertThat(page).hasURL(Pattern.compile(".*filter=stag.*"));
        assertThat(page.locator("input[name=filter]")).isFocused();
        page.locator("input[name=filter]").fill("team=network");
        assertThat(page.locator("#list")).containsText("network/prod");
        assertThat(page.locator("#list tbody tr")).hasCount(1);
        browser.assertQuiet();
    }

    @Test
    void attributesOpenInPlaceAndResourcesAreFiltered() {
        Page page = browser.page();
        page.navigate("/ui/state/browser/network/prod");
        page.locator("details.item summary").last().click();
        assertThat(page.locator("details.item .attributes")).containsText("allocated_storage");
        assertThat(page.locator("details.item .attributes")).containsText("sensitive");
        assertThat(page.locator("body")).not().containsText(Documents.PASSWORD);
        Browser.keep(page, "state-open-light");
        Browser.assertAccessible(page);
        page.locator("input[name=filter]").fill("vpc");
        assertThat(page.locator("#instances details")).hasCount(1);
        browser.assertQuiet();
    }

    @Test
    void aCopyButtonCopies() {
        Page page = browser.page();
        page.navigate("/ui/state/browser/network/prod");
        page.locator("details.more summary").click();
        page.locator("button.copy").first().click();
        assertThat(page.locator("button.copy").first()).hasText("Copied");
        assertThat((String) page.evaluate("navigator.clipboard.readText()"))
                .startsWith("terraform {")
                .contains("/terraform/browser/network/prod");
        browser.assertQuiet();
    }

    @Test
    void markupIsShownAndNotRun() {
        Page page = browser.page();
        page.navigate("/ui/state/browser/hostile");
        page.locator("details.item summary").click();
        assertThat(page.locator("details.item .attributes")).containsText("<script>");
        assertThat(page).hasTitle("browser/hostile - Kolumn State");
        assertThat(page.locator("img")).hasCount(0);
        browser.assertQuiet();
    }

    @Test
    void aVersionIsRestoredByTheKeyboardAlone() {
        Documents.put(backend, "browser/keyboard", Documents.network(1, 100));
        Documents.put(backend, "browser/keyboard", Documents.network(2, 200));
        Page page = browser.page();
        page.navigate("/ui/history/browser/keyboard");
        page.keyboard().press("Tab");
        assertThat(page.locator("a.skip")).isFocused();
        page.keyboard().press("Enter");
        tabTo(page, "Restore… version 1");
        page.keyboard().press("Enter");
        page.waitForURL("**/ui/restore/**");
        tabTo(page, "confirm");
        page.keyboard().type("browser/keyboard");
        page.keyboard().press("Enter");
        assertThat(page.locator("[role=status]")).containsText("Restored.");
        assertThat(backend.current(StateName.of("browser/keyboard"))
                        .orElseThrow()
                        .number())
                .isEqualTo(3);
        browser.assertQuiet();
    }

    /** Presses Tab until something of this text or name has the focus, which must be visible. */
    private static void tabTo(Page page, String wanted) {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            Object focused =
                    page.evaluate("(document.activeElement.name || document.activeElement.textContent || '').trim()");
            if (wanted.equals(focused)) {
                assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                        .isNotEqualTo("none");
                return;
            }
        }
        throw new AssertionError("Tab never comes to '" + wanted + "' at " + page.url());
    }

    @Test
    void oneOfTenThousandStatesIsFoundByTyping() {
        for (int i = 0; i < 10_000; i++) {
            Documents.put(
                    backend,
                    "browser-many/team-%02d/app-%04d".formatted(i % 20, i),
                    "{\"version\": 4, \"serial\": 1, \"lineage\": \"l%d\"}".formatted(i));
        }
        Page page = browser.page();
        page.navigate("/ui/states?prefix=browser-many/");
        assertThat(page.locator("#list tbody tr")).hasCount(20);
        Browser.keep(page, "many-light");
        page.locator("#list a", new Page.LocatorOptions().setHasText("team-07/"))
                .click();
        page.locator("input[name=filter]").pressSequentially("9987");
        assertThat(page.locator("#list tbody tr")).hasCount(1);
        assertThat(page.locator("#list")).containsText("app-9987");
        assertThat(page.content().length()).isLessThan(60 * 1024);
        browser.assertQuiet();
    }

    @Test
    void aDocumentOfTwentyMegabytesIsShownInPart() {
        String large = Documents.large(40_000);
        assertThat(large.length()).isGreaterThan(20_000_000);
        Documents.put(backend, "browser-large/prod", large);
        Page page = browser.page();
        page.navigate("/ui/state/browser-large/prod");
        assertThat(page.locator("#instances details")).hasCount(100);
        assertThat(page.locator("#instances")).containsText("40000 instances");
        assertThat(page.content().length()).isLessThan(100_000);
        page.locator("input[name=filter]").fill("r39999");
        assertThat(page.locator("#instances details")).hasCount(1);
        page.locator("#instances details summary").click();
        assertThat(page.locator("#instances .attributes")).containsText("39999");
        browser.assertQuiet();
    }
}
