package io.kolumn.state.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The exception behind an answer of {@code /v1} that is a problem (RFC 9457). */
final class ProblemDecoder {

    static final String URN = "urn:kolumn:state:";

    private ProblemDecoder() {}

    /** @param problem missing if the answer was none */
    static StateException of(int status, JsonNode problem, String server) {
        String detail =
                problem.path("detail").asText("The service at " + server + " answered with status " + status + ".");
        String type = problem.path("type").asText();
        String code = type.startsWith(URN) ? type.substring(URN.length()) : "";
        return switch (code) {
            case "not-found" -> new NotFound(name(problem), detail);
            case "locked" -> new Locked(name(problem), ServerJson.lock(problem.path("holder")));
            case "conflict" -> new Conflict(name(problem), reason(problem), null, detail);
            case "moved" -> moved(problem);
            case "invalid" -> new Invalid(detail);
            case "configuration" -> new Configuration(problems(problem));
            case "unavailable" -> new Unavailable(detail, null);
            case "forbidden" -> new Forbidden(problem.path("permission").asText(), detail);
            case "unauthenticated" -> new Forbidden("authenticate", detail);
            default -> plain(status, problem, detail, server);
        };
    }

    private static StateException plain(int status, JsonNode problem, String detail, String server) {
        if (status == 401 || status == 403) {
            return new Forbidden(
                    "authenticate",
                    "The service at " + server + (status == 401 ? " requires authentication" : " refuses this")
                            + " (status " + status + "); give --token or --user.");
        }
        if (problem.isMissingNode() && status < 500) {
            return new Unavailable(
                    detail + " Check that it is a Kolumn State service. Give the URL without an API path.", null);
        }
        return new Unavailable(detail, null);
    }

    private static Moved moved(JsonNode problem) {
        String to = problem.path("movedTo").textValue();
        Instant at = Instant.parse(problem.path("movedAt").asText());
        return new Moved(name(problem), to == null ? null : StateName.of(to), at);
    }

    private static StateName name(JsonNode problem) {
        return StateName.of(problem.path("state").asText());
    }

    private static Conflict.Reason reason(JsonNode problem) {
        String code = problem.path("reason").asText();
        return Arrays.stream(Conflict.Reason.values())
                .filter(reason -> reason.code().equals(code))
                .findFirst()
                .orElse(Conflict.Reason.PRECONDITION);
    }

    private static List<Problem> problems(JsonNode problem) {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode one : problem.path("problems")) {
            problems.add(new Problem(
                    one.path("key").asText(),
                    one.path("value").textValue(),
                    one.path("message").asText()));
        }
        return problems;
    }
}
