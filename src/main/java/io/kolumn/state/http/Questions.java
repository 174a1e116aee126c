package io.kolumn.state.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.config.Nearest;
import io.kolumn.state.http.ApiDescription.Question;
import io.kolumn.state.http.ApiDescription.Route;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a query of {@code /v1} asks is answered or refused, and never passed over: a parameter that the route does not take,
 * that is given twice, or that is empty where that means nothing. The protocols of others are not looked at, since their
 * clients send what they like. {@code OPTIONS} is answered here as well, with the methods that there are.
 */
@Singleton
final class Questions {

    /** Behind the door: whoever may not come in learns nothing. */
    private static final int PRIORITY = 80;

    /** What people ask for with good reason, and get elsewhere. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "DELETE /v1/states/{name} version",
            "DELETE /v1/states/{name} deletes the current document and keeps its history. Omit 'version' to"
                    + " do that. DELETE /v1/versions/{name}?version=N purges a version for good. Nothing was deleted.",
            "DELETE /v1/states/{name} purge",
            "DELETE /v1/states/{name} deletes the current document and keeps its history. To purge a deleted"
                    + " state, use DELETE /v1/versions/{name}?all=true. Nothing was deleted.");

    private final Instance<ObjectMapper> json;

    Questions(Instance<ObjectMapper> json) {
        this.json = json;
    }

    void register(@Observes Filters filters) {
        filters.register(this::look, PRIORITY);
    }

    private void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean options = request.method().equals(HttpMethod.OPTIONS);
        String query = request.query();
        if (!options && (query == null || !ours(request.path()))) {
            context.next();
            return;
        }
        Optional<Route> route = ApiDescription.route(request.path());
        if (route.isEmpty()) {
            context.next();
        } else if (options) {
            context.response()
                    .setStatusCode(204)
                    .putHeader("Allow", route.get().allowed())
                    .end();
        } else {
            String problem = problem(route.get(), request.method(), query == null ? "" : query);
            if (problem == null) {
                context.next();
            } else {
                ProblemAnswer.send(context, Problem.invalid(400, problem), json.get());
            }
        }
    }

    private static boolean ours(@Nullable String path) {
        return path != null && path.startsWith("/v1/");
    }

    /** Null if nothing is wrong; what is wrong with a value is for whoever reads it. */
    static @Nullable String problem(Route route, HttpMethod method, String query) {
        Map<String, Question> known = route.questions(method);
        if (known == null) {
            return null;
        }
        Set<String> seen = new HashSet<>();
        for (String part : query.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = plain(equals < 0 ? part : part.substring(0, equals));
            Question question = known.get(name);
            if (question == null) {
                return unknown(method + " " + route.template(), name, known.keySet());
            }
            if (!seen.add(name)) {
                return "The parameter '" + name + "' is given twice. Give it once.";
            }
            if (equals == part.length() - 1 && !question.mayBeEmpty()) {
                return "The parameter '" + name + "' is empty. Give it a value, or omit it.";
            }
        }
        return null;
    }

    private static String unknown(String operation, String name, Set<String> known) {
        String elsewhere = ELSEWHERE.get(operation + " " + name);
        if (elsewhere != null) {
            return elsewhere;
        }
        Optional<String> nearest = Nearest.of(name, known);
        return operation + " has no parameter '" + QueryParameters.shown(name) + "'"
                + nearest.map(near -> "; did you mean '" + near + "'? It takes ")
                        .orElse("; it takes ")
                + (known.isEmpty() ? "none" : String.join(", ", known)) + ".";
    }

    private static String plain(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }
}
