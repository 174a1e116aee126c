package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a line of the list of states says beside its head. */
@QuarkusTest
class StatesPageTest {

    @TestHTTPResource
    URI server;

    @Inject
    StateBackend backend;

    private String get(String path) {
        return Wire.to(server).get(path).text();
    }

    /** The line of a state, from its link to the next line. */
    private String row(String list, String label) {
        Matcher row = Pattern.compile(">" + Pattern.quote(label) + "</a>(.*?)</tr>", Pattern.DOTALL)
                .matcher(get(list));
        assertThat(row.find()).as(label + " at " + list).isTrue();
        return row.group(1);
    }

    @Test
    void aStateHasTheNumberOfItsResourcesAsATreeAndByNames() {
        Documents.put(backend, "rows/network", Documents.network(1, 100));
        Documents.put(backend, "rows/nested/large", Documents.large(60));
        await().until(() -> row("/ui/states?prefix=rows/", "network").contains("<td class=\"number\">2</td>"));
        await().until(() ->
                row("/ui/states?prefix=rows/&view=flat", "nested/large").contains("<td class=\"number\">60</td>"));

        assertThat(get("/ui/states?prefix=rows/")).contains(">Resources</th>", "colspan=\"6\"");
        assertThat(row("/ui/states?prefix=rows/", "network")).doesNotContain("–", "quarantine");
    }

    @Test
    void aStateThatIsNotIndexedHasADashThatSaysWhy() {
        Documents.put(
                backend, "unindexed/three", "{\"version\": 3, \"serial\": 1, \"lineage\": \"l\", \"modules\": []}");

        await().until(() -> row("/ui/states?prefix=unindexed/", "three").contains("This state is not indexed: "));

        assertThat(row("/ui/states?prefix=unindexed/", "three")).contains(">–</td>");
    }

    @Test
    void documentsInQuarantineAreMarkedAndTheMarkLeadsThere() {
        StateName name = StateName.of("marked/lost");
        Documents.put(backend, name.value(), Documents.network(1, 1));
        Documents.put(backend, "marked/well", Documents.network(1, 1));
        backend.lock(name, LockInfo.of("lost", "ci@runner-9", "OperationTypeApply"), LockOptions.none());
        backend.forceUnlock(name, "");
        try {
            backend.put(
                    name,
                    StateDocument.parse(Documents.network(2, 2)),
                    WriteOptions.none().withLock("lost"));
        } catch (Conflict quarantined) {
            assertThat(backend.quarantine(name)).hasSize(1);
        }

        for (String list : new String[] {"/ui/states?prefix=marked/", "/ui/states?prefix=marked/&view=flat"}) {
            assertThat(row(list, "lost"))
                    .contains("href=\"/ui/history/marked/lost#quarantine\"", "1 in quarantine")
                    .contains("Compare with the current version, then restore or purge.");
            assertThat(row(list, "well")).doesNotContain("quarantine");
        }
        assertThat(get("/ui/history/marked/lost"))
                .contains(
                        "id=\"quarantine\"",
                        "Compare each with the current version.",
                        "purge it if nothing of it is needed");
    }
}
