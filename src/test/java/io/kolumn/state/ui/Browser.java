package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import io.kolumn.state.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The machine's own Chromium, and what its pages complain of and ask for. */
final class Browser implements AutoCloseable {

    private static final String PROGRAM = "chromium";
    private static final Path SCREENSHOTS = Path.of("target", "pages");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;
    private final URI server;
    private final List<String> complaints = new ArrayList<>();
    private final Set<String> others = new HashSet<>();

    private Browser(Playwright playwright, com.microsoft.playwright.Browser browser, URI server) {
        this.playwright = playwright;
        this.browser = browser;
        this.server = server;
    }

    static boolean installed() {
        return Tool.installed(PROGRAM);
    }

    static Browser at(URI server) {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Path program = Arrays.stream(System.getenv("PATH").split(":", -1))
                .map(place -> Path.of(place, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
        return new Browser(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(program)
                                .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage"))),
                server);
    }

    Page page(int width, int height, ColorScheme scheme) {
        BrowserContext context = browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setPermissions(List.of("clipboard-read", "clipboard-write"))
                .setBaseURL(server.toString()));
        Page page = context.newPage();
        page.setDefaultTimeout(20_000);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(page.url() + " says " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + " fails with " + error));
        page.onDialog(dialog -> {
            complaints.add(page.url() + " opens a dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onRequest(request -> {
            URI asked = URI.create(request.url());
            if (!server.getAuthority().equals(asked.getAuthority()) && !others.contains(asked.getAuthority())) {
                complaints.add(page.url() + " asks " + request.url());
            }
        });
        return page;
    }

    /** Lets pages lead to another site, such as that of an issuer. */
    void leave(String root) {
        others.add(URI.create(root).getAuthority());
    }

    Page page() {
        return page(1280, 900, ColorScheme.LIGHT);
    }

    /** No page has complained of anything, failed, or asked another host. */
    void assertQuiet() {
        assertThat(complaints).isEmpty();
    }

    /** No fault of access that axe calls serious or critical. */
    static void assertAccessible(Page page) {
        page.evaluate(axe());
        Object faults = page.evaluate("""
                async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
                  .filter(fault => ["serious", "critical"].includes(fault.impact))
                  .map(fault => fault.id + ": " + fault.nodes.map(node => node.html + " " + node.failureSummary).join(" | "))
                """);
        assertThat((List<?>) faults).as("serious faults at %s", page.url()).isEmpty();
    }

    /** Nothing is wider than the window but what scrolls by itself. */
    static void assertFits(Page page) {
        assertThat(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))
                .as("how much wider than the window %s is", page.url())
                .isEqualTo(0);
    }

    static void keep(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    private static String axe() {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            assertThat(in).as("axe on the class path").isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
