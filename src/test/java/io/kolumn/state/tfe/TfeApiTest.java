package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API of {@code cloud} blocks over HTTP: holders, locks, versions, lists, and what is rejected. */
@QuarkusTest
class TfeApiTest {

    @TestHTTPResource
    URI server;

    private final String organization = "org-" + UUID.randomUUID();
    private TfeClient client;
    private Wire wire;

    @BeforeEach
    void connect() {
        client = TfeClient.discovered(server);
        wire = Wire.to(server);
    }

    @Test
    void discoveryNamesAFreshAddressForEachProcess() {
        Answer answer = wire.get("/.well-known/terraform.json");
        JsonNode services = answer.json();

        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        for (String service : new String[] {"tfe.v2", "tfe.v2.1", "tfe.v2.2", "state.v2"}) {
            assertThat(services.path(service).asText()).matches("/api/v2/p/[0-9a-f]{32}/");
        }
        assertThat(services.has("login.v1")).isFalse();
        assertThat(TfeClient.discovered(server).base()).isNotEqualTo(client.base());
    }

    @Test
    void everyAnswerHasTheHeadersThatTurnFeaturesOn() {
        String id = client.create(organization, "headers");

        for (Answer answer : new Answer[] {
            client.get("ping"),
            client.get("organizations/" + organization + "/entitlement-set"),
            client.get("workspaces/" + id + "/current-state-version"),
            client.write(id, state(1)),
            client.get("no-such-thing")
        }) {
            assertThat(answer.header("TFP-API-Version")).isEqualTo("2.6");
            assertThat(answer.header("X-Terraform-Snapshot-Interval")).isEqualTo("20");
        }
        assertThat(client.lock(id).header("Content-Type")).isEqualTo(JsonApi.MEDIA_TYPE);
        assertThat(client.get("no-such-thing").header("Content-Type")).isEqualTo(JsonApi.MEDIA_TYPE);
    }

    @Test
    void aWorkspaceIsMadeOnceAndFoundByNameAndId() {
        assertThat(client.get(workspace("app~prod")).status()).isEqualTo(404);

        Answer made = client.post(workspaces(), TfeClient.workspace("app~prod", ""));
        Answer again = client.post(workspaces(), TfeClient.workspace("app~prod", ""));
        JsonNode found = client.get(workspace("app~prod")).json().path("data");

        assertThat(made.status()).isEqualTo(201);
        assertThat(again.status()).as("after a lost answer").isEqualTo(201);
        assertThat(found.path("type").asText()).isEqualTo("workspaces");
        assertThat(found.at("/attributes/execution-mode").asText()).isEqualTo("local");
        assertThat(found.at("/attributes/terraform-version").asText()).isEqualTo("latest");
        assertThat(found.at("/attributes/permissions").has("can-force-delete")).isTrue();
        String id = found.path("id").asText();
        assertThat(client.get("workspaces/" + id).json().path("data")).isEqualTo(found);
        assertThat(wire.get("/v1/labels/" + organization + "/app/prod").status())
                .isEqualTo(200);
    }

    @Test
    void aNameIsTakenOnceThereIsAVersion() {
        String id = client.create(organization, "taken");
        client.write(id, state(1));

        Answer answer = client.post(workspaces(), TfeClient.workspace("taken", ""));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(detail(answer)).contains("already been taken");
    }

    @Test
    void aLockIsHeldByOneProcess() {
        String id = client.create(organization, "locked");
        TfeClient other = TfeClient.discovered(server);

        assertThat(client.lock(id).status()).isEqualTo(200);
        assertThat(client.lock(id).status()).as("after a lost answer").isEqualTo(200);
        assertThat(other.lock(id).status()).isEqualTo(409);
        assertThat(other.write(id, state(1)).status()).isEqualTo(409);
        Answer foreign = other.unlock(id);
        assertThat(foreign.status()).isEqualTo(409);
        assertThat(detail(foreign)).contains("is locked by User");
        assertThat(client.write(id, state(1)).status()).isEqualTo(201);
        assertThat(client.write(id, state(1)).status())
                .as("after a lost answer")
                .isEqualTo(201);
        assertThat(client.unlock(id).status()).isEqualTo(200);
        assertThat(client.unlock(id).status()).as("after a lost answer").isEqualTo(200);
        assertThat(other.unlock(id).status()).isEqualTo(409);
        assertThat(versions("locked")).hasSize(1);
    }

    @Test
    void aWriteOfAProcessThatLostItsLockIsRejectedAndKept() {
        String id = client.create(organization, "lost");
        client.lock(id);
        client.write(id, state(1));
        assertThat(client.post("workspaces/" + id + "/actions/force-unlock", null)
                        .status())
                .isEqualTo(200);

        Answer answer = client.write(id, state(2));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(detail(answer)).contains("was lost").contains("--quarantined");
        assertThat(versions("lost")).hasSize(1);
        assertThat(client.post("workspaces/" + id + "/actions/force-unlock", null)
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aWriteWithoutAnyLockIsAllowedWhileNobodyHoldsOne() {
        String id = client.create(organization, "unlocked");

        assertThat(client.write(id, state(1)).status()).isEqualTo(201);
        assertThat(wire.request("LOCK", "/terraform/" + organization + "/unlocked")
                        .json(lockInfo("http-1"))
                        .send()
                        .status())
                .isEqualTo(200);

        assertThat(client.lock(id).status()).isEqualTo(409);
        assertThat(detail(client.write(id, state(2)))).contains("ada@build-7");
        JsonNode seen = client.get("workspaces/" + id).json().path("data");
        assertThat(seen.at("/attributes/locked").asBoolean()).isTrue();
        assertThat(seen.at("/relationships/locked-by/data/type").asText()).isEqualTo("users");
        assertThat(detail(client.unlock(id))).contains("ada@build-7");
    }

    @Test
    void aToolWithoutDiscoveryHoldsLocksAsItsSubject() {
        String id = client.create(organization, "tool");
        TfeClient tool = TfeClient.tool(server);

        assertThat(tool.post("workspaces/" + id + "/actions/lock", "{\"reason\":\"maintenance\"}")
                        .status())
                .isEqualTo(200);
        assertThat(tool.lock(id).status()).as("a second one").isEqualTo(409);
        assertThat(client.lock(id).status()).isEqualTo(409);
        assertThat(client.get("workspaces/" + id)
                        .json()
                        .at("/data/attributes/locked-reason")
                        .asText())
                .isEqualTo("maintenance");
        assertThat(TfeClient.tool(server).write(id, state(1)).status()).isEqualTo(201);
        assertThat(tool.unlock(id).status()).isEqualTo(200);
        assertThat(tool.unlock(id).status()).isEqualTo(409);
    }

    @Test
    void theClientSendsTheStateInsideOfTheRequestAfterTheFirstRefusal() {
        String id = client.create(organization, "inline");

        Answer first = client.post(
                "workspaces/" + id + "/state-versions",
                "{\"data\":{\"type\":\"state-versions\",\"attributes\":{\"serial\":1,\"md5\":\"x\"}}}");

        assertThat(first.status()).isEqualTo(422);
        assertThat(detail(first)).isEqualTo("param is missing or the value is empty: state");
    }

    @Test
    void anOlderSerialIsRefusedWithBothSerials() {
        String id = client.create(organization, "serials");
        client.write(id, state(7));

        Answer older = client.write(id, state(5));

        assertThat(older.status()).isEqualTo(409);
        assertThat(detail(older)).contains("serial 7").contains("older serial 5");
        assertThat(client.write(id, state(5), true).status()).as("forced").isEqualTo(201);
    }

    @Test
    void versionsAreReadByTheirIds() {
        String id = client.create(organization, "read");
        assertThat(client.get("workspaces/" + id + "/current-state-version").status())
                .isEqualTo(404);
        client.write(id, state(1));
        client.write(id, state(2));

        JsonNode current =
                client.get("workspaces/" + id + "/current-state-version").json().path("data");
        String download = current.at("/attributes/hosted-state-download-url").asText();
        JsonNode list = client.get("workspaces/" + id + "/state-versions?page%5Bsize%5D=1")
                .json();

        assertThat(current.at("/attributes/serial").asLong()).isEqualTo(2);
        assertThat(current.at("/attributes/status").asText()).isEqualTo("finalized");
        assertThat(wire.get(download).text()).isEqualTo(state(2));
        assertThat(list.path("data")).hasSize(1);
        assertThat(list.at("/meta/pagination/total-pages").asInt()).isEqualTo(2);
        assertThat(list.at("/meta/pagination/next-page").asInt()).isEqualTo(2);
        JsonNode second = client.get("state-versions?filter%5Borganization%5D%5Bname%5D=" + organization
                        + "&filter%5Bworkspace%5D%5Bname%5D=read&page%5Bsize%5D=1&page%5Bnumber%5D=2")
                .json();
        String older = second.at("/data/0/id").asText();
        assertThat(second.at("/meta/pagination/next-page").isNull()).isTrue();
        assertThat(client.get("state-versions/" + older)
                        .json()
                        .at("/data/attributes/serial")
                        .asLong())
                .isEqualTo(1);
        assertThat(client.get("state-versions/" + older + "/download").text()).isEqualTo(state(1));
    }

    @Test
    void allOutputsComeAtOnceAndSensitiveOnesByTheirIds() {
        StringBuilder outputs =
                new StringBuilder("\"secret\":{\"value\":\"s3cr3t\",\"type\":\"string\",\"sensitive\":true}");
        for (int i = 0; i < 40; i++) {
            outputs.append(",\"o")
                    .append(i)
                    .append("\":{\"value\":{\"n\":12345678901234567890},\"type\":[\"object\",{\"n\":\"number\"}]}");
        }
        String id = client.create(organization, "outputs");
        assertThat(client.get("workspaces/" + id + "/current-state-version-outputs")
                        .json()
                        .path("data"))
                .isEmpty();
        client.write(
                id, "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{" + outputs + "},\"resources\":[]}");

        Answer answer = client.get("workspaces/" + id + "/current-state-version-outputs");
        JsonNode list = answer.json().path("data");

        assertThat(list).hasSize(41);
        assertThat(answer.text()).doesNotContain("s3cr3t").contains("12345678901234567890");
        assertThat(list.at("/1/attributes/type").asText()).isEqualTo("object");
        assertThat(list.at("/1/attributes/detailed-type/0").asText()).isEqualTo("object");
        assertThat(list.at("/0/attributes/value").isNull()).isTrue();
        JsonNode secret =
                client.get("state-version-outputs/" + list.at("/0/id").asText()).json();
        assertThat(secret.at("/data/attributes/value").asText()).isEqualTo("s3cr3t");
        JsonNode provider =
                client.get(workspace("outputs") + "?include=outputs").json();
        assertThat(provider.path("included")).hasSize(41);
        assertThat(provider.at("/data/relationships/outputs/data/0/id")).isEqualTo(list.at("/0/id"));
    }

    @Test
    void outputsOfAnEncryptedStateAreLeftToTheClient() {
        String id = client.create(organization, "encrypted");
        client.write(
                id,
                "{\"serial\":1,\"lineage\":\"l\",\"meta\":{},\"encrypted_data\":\"AAAA\",\"encryption_version\":\"v0\"}");

        JsonNode list = client.get("workspaces/" + id + "/current-state-version-outputs")
                .json()
                .path("data");

        assertThat(list).hasSize(1);
        assertThat(list.at("/0/attributes").has("detailed-type")).isFalse();
        assertThat(client.post("workspaces/" + id + "/actions/safe-delete", null)
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aWorkspaceWithResourcesIsDeletedByForceAlone() {
        String id = client.create(organization, "deleted");
        client.write(
                id,
                "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{},\"resources\":[{\"mode\":\"managed\"}]}");
        String path = workspace("deleted");

        Answer refused = client.post(path + "/actions/safe-delete", null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(detail(refused)).contains("still managing resources");
        client.lock(id);
        assertThat(detail(client.post(path + "/actions/safe-delete", null))).contains("locked");
        assertThat(client.send("DELETE", path, null).status()).isEqualTo(409);
        client.unlock(id);
        assertThat(client.send("DELETE", path, null).status()).isEqualTo(204);
        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(client.post("workspaces/" + id + "/actions/safe-delete", null)
                        .status())
                .isEqualTo(204);
    }

    @Test
    void anEmptyWorkspaceIsRemoved() {
        client.create(organization, "empty");

        assertThat(client.post(workspace("empty") + "/actions/safe-delete", null)
                        .status())
                .isEqualTo(204);

        assertThat(client.get(workspace("empty")).status()).isEqualTo(404);
        assertThat(client.get(workspaces()).json().path("data")).isEmpty();
    }

    @Test
    void listsArePagedAndFiltered() {
        for (int i = 0; i < 25; i++) {
            client.create(organization, "app~w" + (char) ('a' + i));
        }
        client.post(workspaces(), TfeClient.workspace("net", tags("layer", "net") + "," + project("plumbing")));

        JsonNode first = client.get(workspaces() + "?page%5Bsize%5D=10").json();
        JsonNode last = client.get(workspaces() + "?page%5Bsize%5D=10&page%5Bnumber%5D=3")
                .json();

        assertThat(first.path("data")).hasSize(10);
        assertThat(first.at("/meta/pagination/next-page").asInt()).isEqualTo(2);
        assertThat(first.at("/meta/pagination/total-pages").asInt()).isGreaterThan(1);
        assertThat(last.path("data")).hasSize(6);
        assertThat(last.at("/meta/pagination/total-pages").asInt()).isEqualTo(3);
        assertThat(last.at("/meta/pagination/next-page").isNull()).isTrue();
        assertThat(names("?search%5Bname%5D=app~wb")).containsExactly("app~wb");
        assertThat(names("?search%5Bwildcard-name%5D=*~wc")).containsExactly("app~wc");
        assertThat(names("?search%5Btags%5D=layer&TagBindings=%7B+k+v%7D")).containsExactly("net");
        assertThat(names("?filter%5Btagged%5D%5B0%5D%5Bkey%5D=layer&filter%5Btagged%5D%5B0%5D%5Bvalue%5D=net"))
                .containsExactly("net");
        assertThat(names("?filter%5Btagged%5D%5B0%5D%5Bkey%5D=layer&filter%5Btagged%5D%5B0%5D%5Bvalue%5D=app"))
                .isEmpty();
        assertThat(names("?search%5Bexclude-tags%5D=layer")).hasSize(25);
        assertThat(names("?filter%5Bproject%5D%5Bid%5D=" + ProjectsResource.id(organization, "plumbing")))
                .containsExactly("net");
        assertThat(client.get("organizations/" + organization + "/projects")
                        .json()
                        .at("/data/0/attributes/name")
                        .asText())
                .isEqualTo("plumbing");
    }

    @Test
    void tagsAreOneSetInBothForms() {
        String id = client.create(organization, "tagged");

        Answer bound = client.send(
                "PATCH",
                "workspaces/" + id + "/tag-bindings",
                "{\"data\":[{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"env\",\"value\":\"prod\"}}]}");
        Answer named = client.post(
                "workspaces/" + id + "/relationships/tags",
                "{\"data\":[{\"type\":\"tags\",\"attributes\":{\"name\":\"plain\"}},{\"type\":\"tags\",\"attributes\":{\"name\":\"env\"}}]}");

        assertThat(bound.status()).isEqualTo(200);
        assertThat(named.status()).isEqualTo(204);
        JsonNode view = client.get("workspaces/" + id).json().at("/data/attributes/tag-names");
        assertThat(view.toString()).isEqualTo("[\"env\",\"plain\"]");
        JsonNode bindings =
                client.get("workspaces/" + id + "/tag-bindings").json().path("data");
        assertThat(bindings.at("/0/attributes/value").asText()).as("kept").isEqualTo("prod");
        assertThat(client.send(
                                "DELETE",
                                "workspaces/" + id + "/relationships/tags",
                                "{\"data\":[{\"type\":\"tags\",\"attributes\":{\"name\":\"plain\"}}]}")
                        .status())
                .isEqualTo(204);
        assertThat(wire.get("/v1/labels/" + organization + "/tagged").text())
                .contains("prod")
                .doesNotContain("plain");
        assertThat(client.send(
                                "PATCH",
                                "workspaces/" + id + "/tag-bindings",
                                "{\"data\":[{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"tfe:project\"}}]}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void aStateOfAnotherProtocolIsAWorkspace() {
        wire.request("POST", "/terraform/" + organization + "/a/b")
                .json(state(3))
                .send();

        JsonNode view = client.get(workspace("a~b")).json().path("data");

        assertThat(view.at("/attributes/name").asText()).isEqualTo("a~b");
        assertThat(client.get("workspaces/" + view.path("id").asText() + "/current-state-version")
                        .json()
                        .at("/data/attributes/serial")
                        .asLong())
                .isEqualTo(3);
        JsonNode whole = client.get("organizations/@/workspaces/" + organization + "~a~b")
                .json()
                .path("data");
        assertThat(whole.at("/attributes/name").asText()).isEqualTo(organization + "~a~b");
        assertThat(client.get("organizations/%40/workspaces/" + organization + "~a~b")
                        .status())
                .isEqualTo(200);
        assertThat(client.get("organizations").text()).contains(organization);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH | {\"data\":{\"type\":\"workspaces\",\"attributes\":{\"terraform-version\":\"1.11.4\"}}} | 200",
                "PATCH | {\"data\":{\"type\":\"workspaces\",\"attributes\":{\"execution-mode\":\"remote\"}}} | 422",
                "PATCH | {\"data\":{\"type\":\"workspaces\",\"attributes\":{\"name\":\"other\"}}} | 422",
                "PATCH | {\"data\":{\"type\":\"workspaces\",\"attributes\":{\"vcs-repo\":{\"identifier\":\"a/b\"}}}} | 422",
                "PATCH | {\"data\":{\"type\":\"projects\"}} | 422",
                "PATCH | [] | 400",
                "PATCH | {{ | 400",
            })
    void aChangeOfAWorkspaceIsTakenOrRefused(String method, String body, int status) {
        client.create(organization, "changed");

        Answer answer = client.send(method, workspace("changed"), body);

        assertThat(answer.status()).isEqualTo(status);
        if (status >= 400) {
            assertThat(detail(answer)).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, runs, 422",
        "GET, runs/run-1, 404",
        "POST, workspaces/ID/runs, 422",
        "POST, workspaces/ID/configuration-versions, 422",
        "GET, workspaces/ID/vars, 200",
        "POST, workspaces/ID/vars, 422",
        "GET, workspaces/ID/all-vars, 200",
        "GET, workspaces/ID/varsets, 200",
        "GET, vars, 200",
        "POST, vars, 422",
        "GET, workspaces/ID/relationships/remote-state-consumers, 200",
        "POST, workspaces/ID/relationships/remote-state-consumers, 422",
        "PATCH, workspaces/ID/state-versions, 422",
        "GET, organizations/ORG/varsets, 200",
        "POST, state-versions/sv-x/actions/soft_delete_backing_data, 422",
        "POST, organizations, 403",
        "GET, organizations/ORG/projects, 200",
        "GET, organizations/a%7Eb, 404",
        "GET, organizations/ORG/teams, 404",
        "GET, workspaces/ws-nothing, 404",
        "GET, organizations/ORG/workspaces?page%5Bsize%5D=0, 422",
        "GET, organizations/ORG/workspaces?page%5Bsize%5D=101, 422",
        "GET, organizations/ORG/workspaces?page%5Bnumber%5D=x, 422",
        "GET, account/details, 200",
        "GET, users/user-YWRh, 200",
        "GET, users/ada, 404"
    })
    void whatIsNotOfferedSaysSo(String method, String path, int status) {
        String id = client.create(organization, "unserved");

        Answer answer = client.send(
                method, path.replace("ID", id).replace("ORG", organization), method.equals("GET") ? null : "{}");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo(JsonApi.MEDIA_TYPE);
        if (status >= 400) {
            assertThat(answer.json().at("/errors/0/title").asText()).isNotBlank();
        }
    }

    @Test
    void aBodyAboveTheLimitIsRefused() {
        String id = client.create(organization, "large");
        String body =
                "{\"data\":{\"type\":\"workspaces\",\"attributes\":{\"description\":\"" + "x".repeat(300_000) + "\"}}}";

        Answer answer = client.send("PATCH", "workspaces/" + id, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(detail(answer)).contains("bytes");
    }

    private String workspaces() {
        return "organizations/" + organization + "/workspaces";
    }

    private String workspace(String name) {
        return workspaces() + "/" + name;
    }

    private JsonNode versions(String name) {
        return wire.get("/v1/versions/" + organization + "/" + name).json().path("versions");
    }

    private Iterable<String> names(String query) {
        return client.get(workspaces() + query)
                .json()
                .path("data")
                .valueStream()
                .map(view -> view.at("/attributes/name").asText())
                .toList();
    }

    private static String tags(String key, String value) {
        return "\"tag-bindings\":{\"data\":[{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"" + key
                + "\",\"value\":\"" + value + "\"}}]}";
    }

    private String project(String name) {
        return "\"project\":{\"data\":{\"type\":\"projects\",\"id\":\"" + ProjectsResource.id(organization, name)
                + "\"}}";
    }

    private static String detail(Answer answer) {
        return answer.json().at("/errors/0/detail").asText();
    }
}
