package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One process of a client of this API, as {@code go-tfe} asks. */
public final class TfeClient {

    private final Wire wire;
    private final String base;
    private final @Nullable String token;

    private TfeClient(Wire wire, String base, @Nullable String token) {
        this.wire = wire;
        this.base = base;
        this.token = token;
    }

    /** A process that asks for its address. */
    public static TfeClient discovered(URI server) {
        return discovered(server, null);
    }

    public static TfeClient discovered(URI server, @Nullable String token) {
        Wire wire = Wire.to(server);
        JsonNode services = wire.get("/.well-known/terraform.json").json();
        return new TfeClient(wire, services.path("tfe.v2").asText(), token);
    }

    /** A tool that knows the API without discovery. */
    public static TfeClient tool(URI server) {
        return new TfeClient(Wire.to(server), "/api/v2/", null);
    }

    /** The same process, which reaches another replica. */
    TfeClient at(URI other) {
        return new TfeClient(Wire.to(other), base, token);
    }

    String base() {
        return base;
    }

    public Answer get(String path) {
        return send("GET", path, null);
    }

    public Answer post(String path, @Nullable String body) {
        return send("POST", path, body);
    }

    Answer send(String method, String path, @Nullable String body) {
        Wire.Request request = wire.request(method, base + path)
                .header("Accept", JsonApi.MEDIA_TYPE)
                .header("Terraform-Version", "1.11.4");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!method.equals("GET")) {
            request.header("Content-Type", JsonApi.MEDIA_TYPE)
                    .body((body == null ? "" : body).getBytes(StandardCharsets.UTF_8));
        }
        return request.send();
    }

    /** Makes a workspace and returns its id. */
    public String create(String organization, String workspace) {
        return post("organizations/" + organization + "/workspaces", workspace(workspace, ""))
                .json()
                .at("/data/id")
                .asText();
    }

    static String workspace(String name, String relationships) {
        return "{\"data\":{\"type\":\"workspaces\",\"attributes\":{\"name\":\"" + name + "\"},\"relationships\":{"
                + relationships + "}}}";
    }

    public Answer lock(String id) {
        return post(
                "workspaces/" + id + "/actions/lock",
                "{\"data\":{\"type\":\"\",\"attributes\":{\"reason\":\"Locked by Terraform\"}}}");
    }

    public Answer unlock(String id) {
        return post("workspaces/" + id + "/actions/unlock", null);
    }

    public Answer write(String id, String state) {
        return write(id, state, false);
    }

    public Answer write(String id, String state, boolean force) {
        return post("workspaces/" + id + "/state-versions", upload(state, force));
    }

    static String upload(String state, boolean force) {
        return "{\"data\":{\"type\":\"state-versions\",\"attributes\":{\"force\":" + force + ",\"state\":\""
                + Base64.getEncoder().encodeToString(state.getBytes(StandardCharsets.UTF_8))
                + "\",\"json-state\":\"aGlkZGVu\"}}}";
    }
}
