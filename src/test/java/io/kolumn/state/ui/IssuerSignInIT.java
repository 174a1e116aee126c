package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.access.OpenIdIssuer;
import io.kolumn.state.http.LogLines;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.PackagedTest;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sign-in at the pages by an issuer, as it comes over the wire. */
@PackagedTest(IssuerProfile.class)
class IssuerSignInIT {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String NEXT = "/ui/state/team-a/x?version=1";

    private static OpenIdIssuer acme;

    PackagedService service;

    @TestHTTPResource
    URI server;

    @BeforeAll
    static void start() {
        acme = OpenIdIssuer.start();
    }

    @AfterAll
    static void stop() {
        acme.close();
    }

    @BeforeEach
    void configure() {
        acme.reset();
        IssuerProfile.write(acme.lines());
        await().until(() -> get("/ui/sign-in", "").body().contains("Sign in with Acme &lt;b&gt;"));
    }

    private HttpResponse<String> get(String path, String cookie) {
        return send(HttpRequest.newBuilder(server.resolve(path)).header("Cookie", cookie.isEmpty() ? "x=y" : cookie));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String location(HttpResponse<?> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }

    private static String setCookie(HttpResponse<?> answer, String name) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith(name + "="))
                .findFirst()
                .orElse("");
    }

    private static String pair(String setCookie) {
        return setCookie.replaceFirst(";.*", "");
    }

    /** A browser that was sent to the issuer, and logged in there. */
    private record Back(String cookie, String path) {}

    private Back back(String next) {
        HttpResponse<String> begun =
                get("/ui/sign-in/issuer?name=acme&next=" + URLEncoder.encode(next, StandardCharsets.UTF_8), "");
        assertThat(begun.statusCode()).isEqualTo(303);
        assertThat(location(begun)).startsWith(acme.root() + "/realms/acme/protocol/openid-connect/auth?");
        String cookie = setCookie(begun, "kolumn-sign-in");
        assertThat(cookie).contains("; Path=/ui/sign-in; Max-Age=600; HttpOnly; SameSite=Lax");
        String back = location(send(HttpRequest.newBuilder(URI.create(location(begun)))
                .POST(HttpRequest.BodyPublishers.ofString("username=ada"))));
        assertThat(back).startsWith(server.resolve("/ui/sign-in/callback?").toString());
        return new Back(pair(cookie), back.substring(back.indexOf("/ui/")));
    }

    @Test
    void aPersonSignsInAndLandsWhereTheyWanted() {
        Back back = back(NEXT);

        HttpResponse<String> landed = get(back.path(), back.cookie());

        assertThat(landed.statusCode()).isEqualTo(200);
        assertThat(landed.body())
                .contains("<meta http-equiv=\"refresh\" content=\"0; url=/ui/state/team-a/x?version=1\">");
        assertThat(landed.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(landed.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(setCookie(landed, "kolumn-sign-in")).contains("Max-Age=0");
        String session = setCookie(landed, "kolumn-session");
        assertThat(session).contains("HttpOnly", "SameSite=Strict", "Path=/ui;").doesNotContain("eyJ");
        assertThat(Integer.parseInt(session.replaceFirst(".*Max-Age=(\\d+).*", "$1")))
                .as("the session ends with the token, give or take the skew of clocks")
                .isBetween(200, 331);
        assertThat(get("/ui/states", pair(session)).body()).contains("acme/ada", "Sign out");
    }

    @Test
    void theSignInPageShowsTheIssuerAsText() {
        assertThat(get("/ui/sign-in?next=/ui/locks", "").body())
                .contains("Sign in with Acme &lt;b&gt;SSO&lt;/b&gt;")
                .contains("/ui/sign-in/issuer?name=acme&amp;next=%2Fui%2Flocks");
    }

    @Test
    void anotherStateAnotherBrowserAndASecondTimeAreRefused() {
        Back back = back(NEXT);
        for (HttpResponse<String> refused : List.of(
                get(back.path(), ""),
                get(back.path(), back(NEXT).cookie()),
                get(back.path().replace("state=", "state=x"), back.cookie()),
                get(back.path().replaceFirst("state=[^&]+&", ""), back.cookie()),
                get(back.path(), "kolumn-sign-in=AAAA"))) {
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("This sign-in has ended, or began elsewhere.");
            assertThat(setCookie(refused, "kolumn-session")).isEmpty();
        }
        assertThat(get(back.path(), back.cookie()).statusCode()).isEqualTo(200);

        HttpResponse<String> replayed = get(back.path(), back.cookie());

        assertThat(replayed.statusCode()).isEqualTo(400);
        assertThat(replayed.body()).contains("finished before, or took too long");
        assertThat(setCookie(replayed, "kolumn-session")).isEmpty();
    }

    @Test
    void aSessionCookieIsNoSignInAndTheOtherWayRound() {
        Back back = back(NEXT);
        String session = pair(setCookie(get(back.path(), back.cookie()), "kolumn-session"));
        Back second = back(NEXT);
        assertThat(get(second.path(), session.replace("kolumn-session", "kolumn-sign-in"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/ui/states", second.cookie().replace("kolumn-sign-in", "kolumn-session"))
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void nobodyIsLedElsewhere() {
        for (String next : List.of("https://evil.example/ui", "//evil.example/ui", "/ui/sign-in/callback", "/v1/x")) {
            Back back = back(next);
            assertThat(get(back.path(), back.cookie()).body()).contains("content=\"0; url=/ui\"");
        }
    }

    @Test
    void aRefusalOfTheIssuerIsAPage() {
        acme.denying(true);
        Back back = back(NEXT);

        HttpResponse<String> refused = get(back.path(), back.cookie());

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body())
                .contains("You were not let in by Acme &lt;b&gt;SSO&lt;/b&gt;, or did not want to be.")
                .contains("next=%2Fui%2Fstate%2Fteam-a%2Fx%3Fversion%3D1")
                .doesNotContain("said no");
        Back other = back(NEXT);
        assertThat(get(other.path().replace("access_denied", "%3Cscript%3E"), other.cookie())
                        .body())
                .contains("refused the sign-in.")
                .doesNotContain("<script>");
    }

    @Test
    void anIssuerThatIsAwayAndOneThatIsUnknownArePages() {
        Back back = back(NEXT);
        acme.away(true);
        HttpResponse<String> away = get(back.path(), back.cookie());
        assertThat(away.statusCode()).isEqualTo(503);
        assertThat(away.body()).contains("cannot be asked now. Try again in a moment.");
        HttpResponse<String> unknown = get("/ui/sign-in/issuer?name=%3Cb%3E&next=/ui", "");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).doesNotContain("<b>");
        assertThat(get("/ui/sign-in/nothing", "").statusCode()).isIn(303, 404);
    }

    @Test
    void aTokenThatProvesNothingHereIsRefusedAndAudited() throws IOException {
        IssuerProfile.write(acme.lines("issuer.acme.sign-in-token=access", "issuer.acme.display-name=Acme 2"));
        await().until(() -> get("/ui/sign-in", "").body().contains("Sign in with Acme 2"));
        Back back = back(NEXT);

        HttpResponse<String> refused = get(back.path(), back.cookie());

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("What Acme 2 says of you is not valid here.");
        assertThat(setCookie(refused, "kolumn-session")).isEmpty();
        assertThat(Files.readString(IssuerProfile.AUDIT))
                .contains("/ui/sign-in/callback", "for the audience")
                .doesNotContain("code=");
    }

    @Test
    void aTokenThatNoCookieHoldsIsSaidToBeTooLong() {
        List<String> groups =
                IntStream.range(0, 200).mapToObj(i -> "/group-of-people-" + i).toList();
        acme.idToken(claims -> claims.setStringListClaim("groups", groups));
        Back back = back(NEXT);

        HttpResponse<String> refused = get(back.path(), back.cookie());

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("too long for a session in a browser");
        assertThat(setCookie(refused, "kolumn-session")).isEmpty();
    }

    @Test
    void theSessionEndsWithItsToken() {
        acme.end(Instant.now().minusSeconds(27)); // and so within the skew of clocks, for three seconds more
        Back back = back(NEXT);
        String session = setCookie(get(back.path(), back.cookie()), "kolumn-session");
        assertThat(session).containsPattern("Max-Age=[0-3];");
        await().until(() ->
                location(get("/ui/locks", pair(session))).equals("/ui/sign-in?next=%2Fui%2Flocks&why=ended"));
    }

    @Test
    void noLogLineHoldsASecret() {
        Back back = back(NEXT);
        acme.answer(tokens -> tokens.remove("id_token"));
        List<String> lines = LogLines.of(service, "", () -> {
            get(back.path(), back.cookie());
            get("/ui/sign-in/issuer?name=acme", "");
        });
        Matcher code = Pattern.compile("code=([^&]+)").matcher(back.path());
        assertThat(code.find()).isTrue();
        assertThat(lines).isNotEmpty().noneMatch(line -> line.contains(code.group(1)) || line.contains("eyJ"));
    }

    @Test
    void signingOutOffersToSignOutOfTheIssuer() {
        Back back = back(NEXT);
        String session = pair(setCookie(get(back.path(), back.cookie()), "kolumn-session"));
        Matcher proof = Pattern.compile("name=\"form\" value=\"([^\"]+)\"")
                .matcher(get("/ui", session).body());
        assertThat(proof.find()).isTrue();

        HttpResponse<String> out = send(HttpRequest.newBuilder(server.resolve("/ui/sign-out"))
                .header("Cookie", session)
                .header("Content-Type", Form.TYPE)
                .POST(HttpRequest.BodyPublishers.ofString("form=" + proof.group(1))));

        assertThat(location(out)).isEqualTo("/ui/sign-in?out=acme");
        assertThat(setCookie(out, "kolumn-session")).contains("Max-Age=0");
        assertThat(get(location(out), "").body())
                .contains("You are signed out here.", "/protocol/openid-connect/logout?client_id=kolumn-state");
        acme.discovery(document -> document.remove("end_session_endpoint"));
        IssuerProfile.write(acme.lines("issuer.acme.display-name=Acme 3"));
        await().until(() -> get("/ui/sign-in", "").body().contains("Sign in with Acme 3"));
        assertThat(get("/ui/sign-in?out=acme", "").body()).doesNotContain("/logout");
        assertThat(get("/ui/sign-in?out=nobody", "").statusCode()).isEqualTo(200);
    }
}
