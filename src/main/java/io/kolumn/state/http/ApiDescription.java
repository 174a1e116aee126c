package io.kolumn.state.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The description of the API, a file of the package: what each route takes. A test compares it with what is read off the
 * code, so that what is described is what there is.
 */
public final class ApiDescription {

    private static final String FILE = "/META-INF/kolumn-state-openapi.json";

    /** Methods that OpenAPI has no words for. */
    private static final Map<String, List<String>> UNDESCRIBED =
            Map.of("/terraform/{name}", List.of("LOCK", "UNLOCK"), "/terraform-unlock/{name}", List.of("UNLOCK"));

    private static final Pattern ENCODED_SLASH = Pattern.compile("%2F", Pattern.CASE_INSENSITIVE);

    /** Read when it is first needed: most requests need nothing of it. */
    private static final class Read {
        private static final List<Route> ROUTES = routes();
    }

    private ApiDescription() {}

    /**
     * A path with what it takes.
     *
     * @param template as the description has it, such as {@code /v1/states/{name}}
     * @param form of the paths that are meant
     * @param operations by their methods, in capitals
     */
    record Route(String template, Pattern form, Map<String, Map<String, Question>> operations) {

        /** The parameters that a method takes by their names; null if there is no such method. */
        @Nullable
        Map<String, Question> questions(HttpMethod method) {
            Map<String, Question> described = operations.get(method.name());
            return described == null && method.equals(HttpMethod.HEAD) ? operations.get("GET") : described;
        }

        /** All methods that there are, as {@code Allow} names them. */
        String allowed() {
            TreeSet<String> methods = new TreeSet<>(operations.keySet());
            methods.addAll(UNDESCRIBED.getOrDefault(template, List.of()));
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            methods.add("OPTIONS");
            return String.join(", ", methods);
        }
    }

    /** A parameter of the query; {@code mayBeEmpty} if an empty value means none. */
    record Question(boolean mayBeEmpty) {}

    /** The file. */
    public static byte[] bytes() {
        try (InputStream in = ApiDescription.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("The package lacks " + FILE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The route of a path as a request has it; empty if nothing is there. */
    static Optional<Route> route(@Nullable String path) {
        String plain = path == null ? "" : decoded(path);
        return Read.ROUTES.stream()
                .filter(route -> route.form().matcher(plain).matches())
                .findFirst();
    }

    /** As {@link Route#template()}; empty if nothing is there. */
    public static Optional<String> template(@Nullable String path) {
        return route(path).map(Route::template);
    }

    /** With its slashes as they are meant; everything else is left. */
    public static String decoded(String path) {
        return path.indexOf('%') < 0 ? path : ENCODED_SLASH.matcher(path).replaceAll("/");
    }

    private static List<Route> routes() {
        try {
            List<Route> routes = new ArrayList<>();
            for (Map.Entry<String, JsonNode> path :
                    new JsonMapper().readTree(bytes()).path("paths").properties()) {
                routes.add(route(path.getKey(), path.getValue()));
            }
            return List.copyOf(routes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Route route(String template, JsonNode path) {
        Map<String, Map<String, Question>> operations = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : path.properties()) {
            if (member.getValue().isObject()) {
                operations.put(member.getKey().toUpperCase(Locale.ROOT), questions(member.getValue()));
            }
        }
        String form = template.replace("{name}", ".+").replaceAll("\\{[a-z]+}", "[^/]+");
        return new Route(template, Pattern.compile(form), operations);
    }

    private static Map<String, Question> questions(JsonNode operation) {
        Map<String, Question> questions = new LinkedHashMap<>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("query")) {
                boolean mayBeEmpty = parameter.path("allowEmptyValue").asBoolean();
                questions.put(parameter.path("name").asText(), new Question(mayBeEmpty));
            }
        }
        return questions;
    }
}
