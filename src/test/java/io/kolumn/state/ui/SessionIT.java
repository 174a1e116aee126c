package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.access.TestAccess;
import io.kolumn.state.events.SseClient;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions of the pages, where callers prove who they are. */
@PackagedTest(SessionIT.Proven.class)
class SessionIT extends SignedIn {

    static final String ADMIN = "kst_0123456789abcdefghijklmnopqrstuvwxyz-pages-admin";
    static final String READER = "kst_0123456789abcdefghijklmnopqrstuvwxyz-pages-reader";

    /** One who may do everything, and one who may read a part. */
    public static class Proven implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.ofEntries(
                    Map.entry("kolumn.state.token.admin.hash", TestAccess.hashOf(ADMIN)),
                    Map.entry("kolumn.state.token.reader.hash", TestAccess.hashOf(READER)),
                    Map.entry("kolumn.state.policy.all.subjects", "token:admin"),
                    Map.entry("kolumn.state.policy.all.states", "**"),
                    Map.entry("kolumn.state.policy.all.roles", "admin"),
                    Map.entry("kolumn.state.policy.part.subjects", "token:reader"),
                    Map.entry("kolumn.state.policy.part.states", "team-a/**"),
                    Map.entry("kolumn.state.policy.part.roles", "reader"),
                    Map.entry("kolumn.state.access.max-delay", "10ms"));
        }
    }

    @Override
    String writer() {
        return ADMIN;
    }

    @Test
    void nobodyIsLedToThePageThatLeadsBack() {
        Answer led = Wire.to(server).get("/ui/state/team-a/x?version=1");
        assertThat(led.status()).isEqualTo(303);
        assertThat(led.header("WWW-Authenticate")).isNull();
        assertThat(led.header("Location")).isEqualTo("/ui/sign-in?next=%2Fui%2Fstate%2Fteam-a%2Fx%3Fversion%3D1");
        Answer part = Wire.to(server)
                .request("GET", "/ui/states")
                .header("HX-Request", "true")
                .header("HX-Current-URL", "https://state.example.org/ui/states?prefix=a/")
                .send();
        assertThat(part.status()).isEqualTo(401);
        assertThat(part.header("HX-Redirect")).isEqualTo("/ui/sign-in?next=%2Fui%2Fstates%3Fprefix%3Da%2F");
    }

    @Test
    void aSessionReadsTheStreamOfThePages() {
        try (SseClient stream =
                SseClient.open(server.resolve("/ui/events?prefix=team-a/"), Map.of("Cookie", session(READER)))) {
            put("team-b/unseen", 1);
            put("team-a/followed", 1);
            await().until(() -> stream.messages().stream()
                    .anyMatch(message -> message.brief().equals("version.written team-a/followed")));
            assertThat(stream.messages()).noneMatch(message -> message.brief().contains("unseen"));
        }
        Answer guest = Wire.to(server).get("/ui/events");
        assertThat(guest.status()).isEqualTo(303);
        assertThat(guest.header("Location")).startsWith("/ui/sign-in");
    }

    @Test
    void aSessionIsASealedCookieOfThePagesAlone() {
        Answer begun = signIn(ADMIN, "/ui/locks");
        assertThat(begun.status()).isEqualTo(303);
        assertThat(begun.header("Location")).isEqualTo("/ui/locks");
        assertThat(begun.header("Set-Cookie"))
                .contains("HttpOnly", "SameSite=Strict", "Path=/ui", "Max-Age=28800")
                .doesNotContain(ADMIN);
        assertThat(get("/ui/locks", cookie(begun)).text()).contains("token/admin", "Sign out");
        assertThat(get("/v1/states", cookie(begun)).status()).isEqualTo(401);
        assertThat(signIn(ADMIN, "https://evil.example/ui").header("Location")).isEqualTo("/ui");
        assertThat(signIn(ADMIN, "//evil.example/ui").header("Location")).isEqualTo("/ui");
    }

    @Test
    void onlyResourcesOfStatesThatTheCallerReadsAreFound() {
        put("team-a/found", 1);
        put("team-b/hidden", 1);
        String admin = session(ADMIN);
        await().until(() -> {
            String all = get("/ui/find?q=aws_vpc", admin).text();
            return all.contains("team-a/found") && all.contains("team-b/hidden");
        });

        assertThat(get("/ui/find?q=aws_vpc", session(READER)).text())
                .contains("team-a/found")
                .doesNotContain("team-b/hidden");
    }

    @Test
    void overTlsTheCookieIsForTlsAlone() {
        String form = proof(Wire.to(server).get("/ui/sign-in"));
        Answer begun = Wire.to(server)
                .request("POST", "/ui/sign-in")
                .header("Content-Type", Form.TYPE)
                .header("X-Forwarded-Proto", "https")
                .body(("form=" + form + "&secret=" + ADMIN).getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(begun.header("Set-Cookie")).endsWith("; Secure");
    }

    @Test
    void aWrongTokenAndAnEndedSessionLeadBack() {
        Answer wrong = signIn("kst_wrong", "/ui/locks");
        Answer led = get("/ui/locks", cookie(wrong));
        assertThat(led.header("Location")).isEqualTo("/ui/sign-in?next=%2Fui%2Flocks&why=refused");
        Answer page = get(led.header("Location"), cookie(wrong));
        assertThat(page.text()).contains("not valid here");
        assertThat(page.header("Set-Cookie")).contains("Max-Age=0");
        Answer ended = post("/ui/restore/team-a/x?version=3", "kolumn-session=AAAA", "confirm=x");
        assertThat(ended.status()).isEqualTo(303);
        assertThat(ended.header("Location"))
                .isEqualTo("/ui/sign-in?next=%2Fui%2Frestore%2Fteam-a%2Fx%3Fversion%3D3&why=ended");
        assertThat(get(ended.header("Location"), "x=y").text()).contains("session has ended");
    }

    @Test
    void aSignInWithoutItsProofIsNone() {
        assertThat(post("/ui/sign-in", "x=y", "form=x&secret=" + ADMIN).header("Set-Cookie"))
                .isNull();
        String form = proof(Wire.to(server).get("/ui/sign-in"));
        Answer both = post("/ui/sign-in", "x=y", "form=" + form);
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.text()).contains("Give a token, or a user with password.");
    }

    @Test
    void aReaderSeesItsPartAndNoActions() {
        put("team-a/session", 1);
        put("team-a/session", 2);
        put("team-b/session", 1);
        String reader = session(READER);

        assertThat(get("/ui/states?view=flat", reader).text())
                .contains("team-a/session", "Only states that you can read are listed")
                .doesNotContain("team-b");
        assertThat(get("/ui/state/team-b/session", reader).status()).isEqualTo(404);
        assertThat(get("/ui/history/team-b/session", reader).status()).isEqualTo(404);
        assertThat(get("/ui/restore/team-b/session?version=1", reader).status()).isEqualTo(404);
        assertThat(get("/ui/history/team-a/session", reader).text())
                .contains("Version 2")
                .doesNotContain("Restore");
        assertThat(get("/ui/restore/team-a/session?version=1", reader).status()).isEqualTo(403);
        assertThat(get("/ui/storage", reader).status()).isEqualTo(403);
        assertThat(get("/ui", reader).text()).doesNotContain("/ui/storage");
        assertThat(get("/ui/history/team-a/session", session(ADMIN)).text()).contains("Restore");
    }

    @Test
    void aFormOfAnotherCallerIsRefused() {
        put("team-a/mixed", 1);
        put("team-a/mixed", 2);
        String admin = session(ADMIN);
        String mine = proof(get("/ui/restore/team-a/mixed?version=1", admin));
        String others = proof(get("/ui", session(READER)));
        String fields = "&current=2&confirm=team-a%2Fmixed";
        assertThat(post("/ui/restore/team-a/mixed?version=1", admin, "form=" + others + fields)
                        .status())
                .isEqualTo(403);
        assertThat(post("/ui/restore/team-a/mixed?version=1", admin, "form=" + mine + fields)
                        .status())
                .isEqualTo(303);
    }

    @Test
    void signingOutTakesTheCookieAway() {
        String admin = session(ADMIN);
        Answer out = post("/ui/sign-out", admin, "form=" + proof(get("/ui", admin)));
        assertThat(out.status()).isEqualTo(303);
        assertThat(out.header("Set-Cookie")).contains("kolumn-session=;", "Max-Age=0");
    }
}
