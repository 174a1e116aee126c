package io.kolumn.state.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The format of errors, which the path decides: RFC 9457, JSON:API for clients of {@code cloud} blocks, or a page for people. */
public enum ErrorFormat {
    PROBLEM(Problem.MEDIA_TYPE),
    JSON_API("application/vnd.api+json"),
    PAGE("text/html;charset=UTF-8");

    /** Everything below speaks the API of HCP Terraform. */
    public static final String JSON_API_ROOT = "/api/v2";

    /** Everything below is a page for people. */
    public static final String PAGES_ROOT = "/ui";

    private final String mediaType;

    ErrorFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Returns the format of errors at a path. */
    public static ErrorFormat of(@Nullable String path) {
        return within(path, JSON_API_ROOT) ? JSON_API : within(path, PAGES_ROOT) ? PAGE : PROBLEM;
    }

    private static boolean within(@Nullable String path, String root) {
        return path != null && (path.equals(root) || path.startsWith(root + "/"));
    }

    public String mediaType() {
        return mediaType;
    }

    /**
     * Returns the status of the answer. Clients of JSON:API retry a held lock only after 409, and take 412 and 423 for
     * errors without a remedy.
     */
    public int status(Problem problem) {
        boolean conflict = problem.status() == 412 || problem.status() == 423;
        return this == JSON_API && conflict ? 409 : problem.status();
    }

    /** Returns the body of the answer. */
    public String body(Problem problem, ObjectMapper json) {
        if (this == PAGE) {
            return ErrorPage.of(problem);
        }
        try {
            return json.writeValueAsString(this == PROBLEM ? problem : errors(problem));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An error is always JSON", e);
        }
    }

    /** Clients show nothing but title and detail, so a quarantined document is named there. */
    private static String detail(Problem problem) {
        Object id = problem.members().get("quarantined");
        return id == null
                ? problem.detail()
                : problem.detail() + " The rejected document is kept as '" + id
                        + "'. To write it: kolumn-state restore "
                        + problem.members().getOrDefault("state", "NAME") + " --quarantined " + id + ".";
    }

    private Map<String, Object> errors(Problem problem) {
        Map<String, Object> error = new TreeMap<>(
                Map.of("status", String.valueOf(status(problem)), "title", problem.title(), "detail", detail(problem)));
        if (!problem.members().isEmpty()) {
            error.put("meta", problem.members());
        }
        return Map.of("errors", List.of(error));
    }
}
