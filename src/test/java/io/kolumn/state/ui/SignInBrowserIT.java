package io.kolumn.state.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.kolumn.state.access.OpenIdIssuer;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Sign-in in a real browser, whose rules of cookies decide whether it works. The issuer is another site: 127.0.0.1. */
@PackagedTest(IssuerProfile.class)
@Tag("browser")
@EnabledIf(value = "installed", disabledReason = "chromium is not on the PATH")
class SignInBrowserIT {

    @TestHTTPResource
    URI server;

    private OpenIdIssuer acme;
    private Browser browser;

    static boolean installed() {
        return Browser.installed();
    }

    @BeforeEach
    void open() {
        acme = OpenIdIssuer.start();
        IssuerProfile.write(
                acme.lines("issuer.acme.display-name=Acme " + acme.root().replaceAll("\\D+", "")));
        await().until(() ->
                Wire.to(server).get("/ui/sign-in").text().contains(acme.root().replaceAll("\\D+", "")));
        for (String name : new String[] {"team-a/network", "team-b/network"}) {
            assertThat(Wire.to(server)
                            .request("PUT", "/v1/states/" + name)
                            .header("Authorization", "Bearer " + IssuerProfile.ADMIN)
                            .json(Documents.network(1, 1))
                            .send()
                            .status())
                    .isIn(200, 201, 204, 409);
        }
        browser = Browser.at(URI.create("http://localhost:" + server.getPort()));
        browser.leave(acme.root());
    }

    @AfterEach
    void close() {
        browser.close();
        acme.close();
    }

    private void signInByIssuer(Page page) {
        page.locator("a.button", new Page.LocatorOptions().setHasText("Sign in with Acme"))
                .click();
        page.locator("input[name=username]").fill("ada");
        page.locator("button").click();
    }

    @Test
    void aPersonSignsInByTheIssuerAndComesBackToThePage() {
        Page page = browser.page();
        page.navigate("/ui/history/team-a/network");
        assertThat(page).hasURL(Pattern.compile(".*/ui/sign-in\\?next=.*"));
        Browser.keep(page, "sign-in-issuer-light");
        Browser.assertAccessible(page);

        signInByIssuer(page);

        assertThat(page).hasURL(Pattern.compile(".*/ui/history/team-a/network$"));
        assertThat(page.locator(".who")).containsText("acme/ada");
        assertThat(page.locator("main")).containsText("Version 1");
        page.navigate("/ui/states?view=flat");
        assertThat(page.locator("#list")).containsText("team-a/network");
        assertThat(page.locator("#list")).not().containsText("team-b");
        page.locator(".who button").click();
        assertThat(page.locator("[role=status]")).containsText("You are signed out here.");
        Browser.keep(page, "signed-out-light");
        page.locator("[role=status] a").click();
        assertThat(page.locator("h1")).hasText("Signed out of Acme");
        page.navigate("/ui/states");
        assertThat(page).hasURL(Pattern.compile(".*/ui/sign-in.*"));
        browser.assertQuiet();
    }

    @Test
    void aLinkFromAnotherSiteFindsTheSession() {
        Page page = browser.page();
        page.navigate("/ui/locks");
        signInByIssuer(page);
        assertThat(page).hasURL(Pattern.compile(".*/ui/locks$"));
        page.navigate(acme.root() + "/realms/acme/protocol/openid-connect/logout");

        page.evaluate(
                "address => { location.href = address }",
                "http://localhost:" + server.getPort() + "/ui/history/team-a/network?before=9");

        assertThat(page).hasURL(Pattern.compile(".*/ui/history/team-a/network\\?before=9$"));
        assertThat(page.locator(".who")).containsText("acme/ada");
        browser.assertQuiet();
    }

    @Test
    void aTokenIsTypedAndAWrongOneIsSaidToBe() {
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.DARK, ColorScheme.LIGHT}) {
            Page page = scheme == ColorScheme.DARK ? browser.page(1280, 900, scheme) : browser.page(360, 740, scheme);
            page.navigate("/app/settings/tokens");
            assertThat(page.locator("main")).containsText("The client asks for a token.");
            Browser.keep(page, scheme == ColorScheme.DARK ? "tokens-asked-dark" : "tokens-asked-narrow");
            Browser.assertAccessible(page);
            Browser.assertFits(page);
            page.navigate("/ui/audit");
            page.locator("input[name=secret]").fill("kst_wrong");
            page.keyboard().press("Enter");
            assertThat(page.locator("[role=alert].bad")).containsText("not valid here");
            Browser.keep(page, scheme == ColorScheme.DARK ? "sign-in-dark" : "sign-in-narrow");
            Browser.assertAccessible(page);
            Browser.assertFits(page);
            page.locator("input[name=secret]").fill(IssuerProfile.ADMIN);
            page.keyboard().press("Enter");
            assertThat(page).hasURL(Pattern.compile(".*/ui/audit$"));
            assertThat(page.locator("table.audit")).containsText("team-a/network");
            Browser.keep(page, scheme == ColorScheme.DARK ? "audit-dark" : "audit-narrow");
            Browser.assertAccessible(page);
            Browser.assertFits(page);
        }
        Page page = browser.page();
        page.navigate("/ui/sign-in?next=/ui/audit%3Fverify=true");
        page.locator("input[name=secret]").fill(IssuerProfile.ADMIN);
        page.keyboard().press("Enter");
        assertThat(page.locator("[aria-label=Verification]")).containsText("unbroken");
        page.locator("table.audit details summary").first().click();
        Browser.keep(page, "audit-light");
        Browser.assertAccessible(page);
        browser.assertQuiet();
    }
}
