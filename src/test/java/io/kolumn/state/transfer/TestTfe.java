package io.kolumn.state.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What HCP Terraform answers, of the part that an import asks for: organizations, workspaces and state versions page by page,
 * newest versions first, users, and documents on a second host that wants no token.
 */
public final class TestTfe implements AutoCloseable {

    public static final String TOKEN = "tfe-s3cr3t";

    private static final int PAGE = 2;

    /** A request as it came. */
    public record Asked(String method, String host, String path, String authorization) {}

    /** A version with its document. */
    private static final class Version {
        final String id;
        final String created;
        final long serial;
        final String status;
        byte[] document;
        int stale;

        Version(String id, String created, long serial, String status, String document) {
            this.id = id;
            this.created = created;
            this.serial = serial;
            this.status = status;
            this.document = document.getBytes(StandardCharsets.UTF_8);
        }
    }

    private record Answer(int status, Map<String, String> headers) {}

    private final HttpServer api;
    private final HttpServer files;
    private final Map<String, Map<String, List<Version>>> organizations = new LinkedHashMap<>();
    private final Map<String, Boolean> locked = new HashMap<>();
    private final Deque<Answer> faults = new ArrayDeque<>();
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    private boolean bindings;
    private int versions;

    public TestTfe() {
        try {
            api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            files = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        api.createContext("/", exchange -> answer(exchange, "api"));
        files.createContext("/", exchange -> answer(exchange, "files"));
        api.start();
        files.start();
    }

    public String address() {
        return "http://127.0.0.1:" + api.getAddress().getPort();
    }

    /** What came so far. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    public void forget() {
        asked.clear();
    }

    public TestTfe organization(String name) {
        organizations.putIfAbsent(name, new LinkedHashMap<>());
        return this;
    }

    public TestTfe workspace(String organization, String name) {
        organization(organization);
        of(organization).putIfAbsent(name, new ArrayList<>());
        return this;
    }

    /** Adds a version; a minute later than the one before. */
    public String version(String organization, String workspace, long serial, String document) {
        return version(organization, workspace, serial, "finalized", document);
    }

    public String version(String organization, String workspace, long serial, String status, String document) {
        workspace(organization, workspace);
        String id = "sv-" + ++versions;
        String created = "2024-05-01T%02d:%02d:00.123Z".formatted(versions / 60, versions % 60);
        of(organization).get(workspace).add(new Version(id, created, serial, status, document));
        return id;
    }

    public TestTfe lock(String organization, String workspace) {
        locked.put(organization + "/" + workspace, true);
        return this;
    }

    /** As releases in which tags have values. */
    public void newer() {
        bindings = true;
    }

    /** From now on the document of a version is not kept. */
    public void lose(String id) {
        all().filter(version -> version.id.equals(id)).forEach(version -> version.document = new byte[0]);
    }

    /** From now on the version is unknown. */
    public void expire(String id) {
        organizations
                .values()
                .forEach(workspaces -> workspaces.values().forEach(list -> list.removeIf(one -> one.id.equals(id))));
    }

    /** The address of the document in the next list does not count any more when it is asked for. */
    public void stale(String id) {
        all().filter(version -> version.id.equals(id)).forEach(version -> version.stale = 1);
    }

    /** The next request is answered so; the ones behind it as usual. */
    public TestTfe fault(int status, Map<String, String> headers) {
        faults.add(new Answer(status, headers));
        return this;
    }

    private Stream<Version> all() {
        return organizations.values().stream()
                .flatMap(of -> of.values().stream())
                .flatMap(List::stream);
    }

    private Map<String, List<Version>> of(String organization) {
        return Objects.requireNonNull(organizations.get(organization));
    }

    private synchronized void answer(HttpExchange exchange, String host) throws IOException {
        String path = exchange.getRequestURI().toString();
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        asked.add(new Asked(exchange.getRequestMethod(), host, path, authorization));
        Answer fault = host.equals("api") ? faults.poll() : null;
        if (fault != null) {
            fault.headers().forEach(exchange.getResponseHeaders()::set);
            send(exchange, fault.status(), new byte[0]);
        } else if (host.equals("files")) {
            document(exchange);
        } else if (!authorization.equals("Bearer " + TOKEN)) {
            send(exchange, 401, json(Map.of("errors", List.of(Map.of("status", "401", "title", "unauthorized")))));
        } else {
            Object body = body(exchange);
            byte[] none = json(Map.of("errors", List.of(Map.of("status", "404", "title", "not found"))));
            if (body != null) {
                send(exchange, 200, json(body));
            } else if (exchange.getRequestURI().getPath().startsWith("/hosted/")) {
                exchange.getResponseHeaders().set("Location", files(path.substring("/hosted/".length())));
                send(exchange, 302, new byte[0]);
            } else {
                send(exchange, 404, none);
            }
        }
    }

    private String files(String name) {
        return "http://127.0.0.1:" + files.getAddress().getPort() + "/object/" + name;
    }

    /** Signed addresses want no token, and refuse one, as a store of objects does. */
    private void document(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getPath().replaceAll(".*/", "");
        Version found =
                all().filter(version -> version.id.equals(id)).findFirst().orElse(null);
        boolean stale = "stale=1".equals(exchange.getRequestURI().getQuery());
        if (exchange.getRequestHeaders().containsKey("Authorization") || stale) {
            send(exchange, stale ? 403 : 400, new byte[0]);
        } else if (found == null || found.document.length == 0) {
            send(exchange, 404, new byte[0]);
        } else {
            send(exchange, 200, found.document);
        }
    }

    private Object body(HttpExchange exchange) {
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String path = exchange.getRequestURI().getPath();
        String[] parts = path.split("/");
        if (path.equals("/api/v2/organizations")) {
            return page(
                    organizations.keySet().stream()
                            .map(TestTfe::organizationJson)
                            .toList(),
                    query);
        }
        if (path.matches("/api/v2/organizations/[^/]+/workspaces") && organizations.containsKey(parts[4])) {
            String search = query.getOrDefault("search[name]", "");
            return page(
                    of(parts[4]).keySet().stream()
                            .filter(name -> name.contains(search))
                            .map(name -> workspaceJson(parts[4], name))
                            .toList(),
                    query);
        }
        if (path.equals("/api/v2/state-versions")) {
            List<Version> list = of(query.get("filter[organization][name]")).get(query.get("filter[workspace][name]"));
            return page(list.reversed().stream().map(this::versionJson).toList(), query);
        }
        if (path.startsWith("/api/v2/state-versions/")) {
            return all().filter(version -> version.id.equals(parts[4]))
                    .findFirst()
                    .map(version -> Map.of("data", versionJson(version)))
                    .orElse(null);
        }
        if (path.matches("/api/v2/workspaces/[^/]+/tag-bindings") && bindings) {
            return Map.of(
                    "data",
                    List.of(
                            Map.of("type", "tag-bindings", "attributes", Map.of("key", "tier", "value", "gold")),
                            Map.of("type", "tag-bindings", "attributes", Map.of("key", "!", "value", "no label"))));
        }
        return path.equals("/api/v2/users/user-1")
                ? Map.of("data", Map.of("id", "user-1", "type", "users", "attributes", Map.of("username", "ada")))
                : null;
    }

    private static Map<String, Object> organizationJson(String name) {
        return Map.of("id", name, "type", "organizations", "attributes", Map.of("name", name));
    }

    private Map<String, Object> workspaceJson(String organization, String name) {
        String place = organization + "/" + name;
        return Map.of(
                "id",
                "ws-" + place.replaceAll("[^A-Za-z0-9]", ""),
                "type",
                "workspaces",
                "attributes",
                Map.of("name", name, "locked", locked.containsKey(place), "tag-names", List.of("team")));
    }

    private Map<String, Object> versionJson(Version version) {
        String address = version.stale-- > 0 ? files(version.id + "?stale=1") : address() + "/hosted/" + version.id;
        return Map.of(
                "id",
                version.id,
                "type",
                "state-versions",
                "attributes",
                Map.of(
                        "created-at", version.created,
                        "serial", version.serial,
                        "size", version.document.length,
                        "status", version.status,
                        "hosted-state-download-url", address),
                "relationships",
                Map.of("created-by", Map.of("data", Map.of("id", "user-1", "type", "users"))));
    }

    private static Map<String, Object> page(List<?> all, Map<String, String> query) {
        int number = Integer.parseInt(query.getOrDefault("page[number]", "1"));
        int pages = Math.max(1, (all.size() + PAGE - 1) / PAGE);
        List<?> part = all.subList(Math.min(all.size(), (number - 1) * PAGE), Math.min(all.size(), number * PAGE));
        Map<String, Object> pagination = new HashMap<>();
        pagination.put("current-page", number);
        pagination.put("next-page", number < pages ? number + 1 : null);
        pagination.put("total-pages", pages);
        pagination.put("total-count", all.size());
        return Map.of("data", part, "meta", Map.of("pagination", pagination));
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String part : raw.split("&")) {
                String[] pair = part.split("=", 2);
                query.put(decoded(pair[0]), decoded(pair[1]));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static byte[] json(Object value) {
        try {
            return new JsonMapper().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        api.stop(0);
        files.stop(0);
    }
}
