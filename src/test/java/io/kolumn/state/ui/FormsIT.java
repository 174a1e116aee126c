package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.TestFolder;
import io.kolumn.state.access.TestAccess;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forms that take something away, and the trail that tells of them. */
@PackagedTest(FormsIT.Audited.class)
class FormsIT extends SignedIn {

    private static final String ADMIN = "kst_0123456789abcdefghijklmnopqrstuvwxyz-forms-admin";
    private static final String READER = "kst_0123456789abcdefghijklmnopqrstuvwxyz-forms-reader";
    private static final Path AUDIT = TestFolder.named("forms").resolve("audit.jsonl");

    /** One who may do everything, one who may read, and a trail. */
    public static class Audited implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Files.createDirectories(AUDIT.getParent());
                Files.deleteIfExists(AUDIT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.ofEntries(
                    Map.entry("kolumn.state.token.admin.hash", TestAccess.hashOf(ADMIN)),
                    Map.entry("kolumn.state.token.reader.hash", TestAccess.hashOf(READER)),
                    Map.entry("kolumn.state.policy.all.subjects", "token:admin"),
                    Map.entry("kolumn.state.policy.all.states", "**"),
                    Map.entry("kolumn.state.policy.all.permissions", "purge"),
                    Map.entry("kolumn.state.policy.all.roles", "admin"),
                    Map.entry("kolumn.state.policy.part.subjects", "token:reader"),
                    Map.entry("kolumn.state.policy.part.states", "team-a/**"),
                    Map.entry("kolumn.state.policy.part.roles", "reader"),
                    Map.entry("kolumn.state.audit.file", AUDIT.toString()),
                    Map.entry("kolumn.state.access.max-delay", "10ms"));
        }
    }

    private String admin = "";

    @Override
    String writer() {
        return ADMIN;
    }

    @BeforeEach
    void begin() {
        admin = session(ADMIN);
    }

    private Answer get(String path) {
        return get(path, admin);
    }

    private Answer post(String path, String cookie, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return post(path, cookie, body);
    }

    private Answer change(String path, Map<String, String> fields) {
        Map<String, String> all = new HashMap<>(fields);
        all.put("form", proof(get(path)));
        return post(path, admin, all);
    }

    @Test
    void aStateIsDeletedWhileItIsTheVersionThatWasShown() {
        put("team-a/delete", 1);
        String path = "/ui/delete/team-a/delete";
        assertThat(get("/ui/state/team-a/delete").text()).contains(path);
        assertThat(get(path).text())
                .contains("Delete this state?", "name=\"current\" value=\"1\"", "Real resources stay");

        assertThat(change(path, Map.of("current", "1", "confirm", "delete")).status())
                .as("mistyped")
                .isEqualTo(400);
        put("team-a/delete", 2);
        Answer late = change(path, Map.of("current", "1", "confirm", "team-a/delete"));
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.text()).contains("it is at version 2", "Nothing was deleted.", "value=\"2\"");
        assertThat(post(path, admin, Map.of("form", "x", "current", "2", "confirm", "team-a/delete"))
                        .status())
                .as("forged")
                .isEqualTo(403);

        Answer done = change(path, Map.of("current", "2", "confirm", "team-a/delete"));

        assertThat(done.status()).isEqualTo(303);
        assertThat(get(String.valueOf(done.header("Location"))).text()).contains("Deleted. The history is kept");
        assertThat(get(path).status()).isEqualTo(404);
    }

    @Test
    void aVersionAndAWholeDeletedStateArePurged() {
        put("team-a/purge", 1);
        put("team-a/purge", 2);
        String version = "/ui/purge/team-a/purge?version=1";
        String whole = "/ui/purge/team-a/purge";
        assertThat(get("/ui/history/team-a/purge").text()).contains(version);
        assertThat(get(version).text()).contains("Purge version 1?", "cannot be undone");
        assertThat(get(whole).status()).as("it is not deleted").isEqualTo(409);
        Answer current = change(
                "/ui/purge/team-a/purge?version=2", Map.of("current", "2", "confirm", "team-a/purge", "reason", "x"));
        assertThat(current.status()).isEqualTo(409);

        Answer tooLong =
                change(version, Map.of("current", "2", "confirm", "team-a/purge", "reason", "<b>".repeat(200)));
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.text()).contains("at most 500 characters").doesNotContain("<b><b>");
        Answer done =
                change(version, Map.of("current", "2", "confirm", "team-a/purge", "reason", "a password was in it"));
        assertThat(get(String.valueOf(done.header("Location"))).text())
                .contains("Purged. It is gone for good.")
                .doesNotContain("?version=1\"");
        assertThat(get("/ui/audit?event=purge&state=team-a/purge").text())
                .contains("a password was in it", "token/admin");

        assertThat(change("/ui/delete/team-a/purge", Map.of("current", "2", "confirm", "team-a/purge"))
                        .status())
                .isEqualTo(303);
        assertThat(get("/ui/state/team-a/purge").text()).contains("Purge it for good");
        String form = proof(get(whole));
        put("team-a/purge", 3);
        Answer revived = post(whole, admin, Map.of("form", form, "current", "0", "confirm", "team-a/purge"));
        assertThat(revived.status()).as("somebody wrote it again").isEqualTo(409);
        assertThat(get("/ui/history/team-a/purge").text()).contains("Version 3");
        assertThat(change("/ui/delete/team-a/purge", Map.of("current", "3", "confirm", "team-a/purge"))
                        .status())
                .isEqualTo(303);
        assertThat(change(whole, Map.of("current", "0", "confirm", "team-a/purge"))
                        .status())
                .isEqualTo(303);
        assertThat(get("/ui/history/team-a/purge").text()).contains("No version is kept.");
    }

    @Test
    void labelsAreChangedWhileTheyAreTheOnesThatWereShown() {
        put("team-a/labels", 1);
        String path = "/ui/labels/team-a/labels";
        assertThat(change(path, Map.of("seen", "", "labels", "team = network\n\nenv=prod\n"))
                        .status())
                .isEqualTo(303);
        assertThat(get("/ui/state/team-a/labels").text()).contains("env=prod", "team=network");

        Answer late = change(path, Map.of("seen", "", "labels", "owner=ada"));
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.text()).contains("The labels are now: env=prod, team=network", "owner=ada</textarea>");
        Answer wrong = change(path, Map.of("seen", "env=prod\nteam=network", "labels", "<i>"));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text()).contains("&lt;i&gt;", "key=value").doesNotContain("<i>");
        assertThat(change(path, Map.of("seen", "env=prod\r\nteam=network", "labels", "env=stage\r\n"))
                        .status())
                .isEqualTo(303);
        assertThat(get("/ui/state/team-a/labels").text()).contains("env=stage").doesNotContain("team=network");
    }

    @Test
    void aReaderHasNoFormAndNoTrail() {
        put("team-a/none", 1);
        put("team-a/none", 2);
        put("team-b/none", 1);
        String reader = session(READER);
        assertThat(get("/ui/state/team-a/none", reader).text()
                        + get("/ui/history/team-a/none", reader).text())
                .doesNotContain("/ui/delete", "/ui/labels", "/ui/purge", "/ui/audit");
        for (String form : new String[] {"delete", "labels", "purge"}) {
            assertThat(get("/ui/" + form + "/team-a/none", reader).status()).isEqualTo(403);
            assertThat(get("/ui/" + form + "/team-b/none", reader).status()).isEqualTo(404);
        }
        String proof = proof(get("/ui", reader));
        assertThat(post(
                                "/ui/delete/team-a/none",
                                reader,
                                Map.of("form", proof, "current", "2", "confirm", "team-a/none"))
                        .status())
                .isEqualTo(403);
        assertThat(get("/ui/audit", reader).status()).isEqualTo(403);
    }

    @Test
    void theTrailIsFilteredPagedAndVerified() {
        for (int i = 1; i <= 60; i++) {
            put("team-a/trail", i);
        }
        String all = get("/ui/audit?state=team-a/trail&who=token/admin&event=put&outcome=ok")
                .text();
        assertThat(all).contains("team-a/trail", "Older 50", "/ui/history/team-a/trail");
        Matcher next = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"").matcher(all);
        assertThat(next.find()).isTrue();
        assertThat(get(next.group(1).replace("&amp;", "&")).text()).contains("team-a/trail", "Newest");
        assertThat(get("/ui/audit?state=team-a/trail&who=nobody").text()).contains("No such line");
        assertThat(get("/ui/audit?state=team-a/trail&until=2020-01-01T00:00").text())
                .contains("No such line");
        assertThat(get("/ui/audit?state=team-a/trail&from=2020-01-01T00:00").text())
                .contains("Older 50");
        assertThat(get("/ui/audit?from=yesterday").status()).isEqualTo(400);
        assertThat(get("/ui/audit?before=x").status()).isEqualTo(400);
        assertThat(get("/ui/audit?verify=true").text()).contains("unbroken.");
        assertThat(get("/ui/audit?who=%3Cscript%3E").text()).doesNotContain("<script>");
        assertThat(get("/ui/storage").text()).contains("Inventory", "index");
    }
}
