package io.kolumn.state.http;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Adds to the description of each operation the errors that any may answer, and to each answer what its body and its headers
 * are. Only what reads the description off the code calls it: tests and dev mode.
 */
public final class DescribedAnswers implements OASFilter {

    private static final Map<String, String> OF_ALL = Map.of(
            "400", "Invalid request; the detail names the problem",
            "401", "Credentials are missing or not valid",
            "403", "The caller lacks the permission",
            "406", "The client accepts none of the media types of the answer",
            "421", "The service is not served under the requested host name",
            "429", "Too many passwords of one user, or from one address, are waiting to be verified",
            "503", "The storage is unavailable; Retry-After gives the delay before the next attempt");

    private static final Map<String, String> OF_THOSE_WITH_A_BODY = Map.of(
            "408", "The body was stalled for too long",
            "415", "The body is not application/json, or has a Content-Encoding");

    private static final Map<String, String> OF_THOSE_WITH_A_DOCUMENT = Map.of("413", "The document is too large");

    private static final Map<String, String> OF_THOSE_OF_A_STATE =
            Map.of("409", "The state was moved to another name: movedTo, if the caller may read it there");

    /** Whose answers say of which version they are. */
    private static final Set<String> DOCUMENTS =
            Set.of("/v1/states/{name}", "/v1/restores/{name}", "/terraform/{name}");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        DescribedParts.addTo(api);
        api.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations().forEach((method, operation) -> {
                    DescribedParts.addTo(path, method, operation);
                    describe(path, method, operation);
                }));
    }

    private static void describe(String path, HttpMethod method, Operation operation) {
        add(operation, OF_ALL);
        if (operation.getRequestBody() != null || (path.startsWith("/terraform") && method != HttpMethod.GET)) {
            add(operation, OF_THOSE_WITH_A_BODY);
        }
        if (path.endsWith("/{name}") && !path.startsWith("/v1/records/") && !path.startsWith("/v1/moves/")) {
            add(operation, OF_THOSE_OF_A_STATE);
        }
        if (DescribedParts.takesDocument(operation)) {
            add(operation, OF_THOSE_WITH_A_DOCUMENT);
        }
        Map<String, APIResponse> responses = operation.getResponses().getAPIResponses();
        shareBody(responses);
        responses.forEach((status, response) -> {
            boolean error = status.startsWith("4") || status.startsWith("5");
            if (error && method != HttpMethod.HEAD) {
                giveBody(response, path.startsWith("/terraform") && status.equals("423"));
            }
            headers(path, method, status).forEach(response::addHeader);
        });
    }

    private static void add(Operation operation, Map<String, String> errors) {
        new TreeMap<>(errors).forEach((status, description) -> {
            if (!operation.getResponses().hasAPIResponse(status)) {
                operation
                        .getResponses()
                        .addAPIResponse(status, OASFactory.createAPIResponse().description(description));
            }
        });
    }

    /** What was created is told like what was replaced. */
    private static void shareBody(Map<String, APIResponse> responses) {
        APIResponse done = responses.get("200");
        APIResponse created = responses.get("201");
        if (done != null && created != null && created.getContent() == null) {
            created.setContent(done.getContent());
        }
    }

    private static void giveBody(APIResponse response, boolean lockInfo) {
        if (response.getContent() == null) {
            response.setContent(
                    lockInfo
                            ? content("application/json", DescribedParts.LOCK_INFO)
                            : content(Problem.MEDIA_TYPE, "Problem"));
        }
    }

    static Content content(String mediaType, String schema) {
        return OASFactory.createContent()
                .addMediaType(
                        mediaType,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(schema)));
    }

    private static Map<String, Header> headers(String path, HttpMethod method, String status) {
        Map<String, Header> headers = new TreeMap<>();
        headers.put("X-Request-Id", header(SchemaType.STRING, "Id of the request in the log and in the audit trail"));
        if (status.equals("401")) {
            headers.put("WWW-Authenticate", header(SchemaType.STRING, "How to authenticate"));
        } else if (status.equals("503") || status.equals("429")) {
            headers.put("Retry-After", header(SchemaType.INTEGER, "Seconds after which to try again"));
        } else if (status.equals("423") && path.startsWith("/terraform")) {
            headers.put("State-Quarantined", header(SchemaType.STRING, "Id of the quarantined document"));
            headers.put(
                    "State-Not-Quarantined",
                    header(SchemaType.STRING, "Why the document was not quarantined: never-held, full, failed"));
        }
        boolean tells = path.startsWith("/v1/") ? method != HttpMethod.DELETE : method == HttpMethod.GET;
        if (DOCUMENTS.contains(path) && tells && List.of("200", "201", "304").contains(status)) {
            addVersion(headers);
            if (path.equals("/v1/states/{name}") && method != HttpMethod.PUT) {
                headers.put(
                        "State-Exact",
                        header(
                                SchemaType.BOOLEAN,
                                "False if a version that was current then may be gone; only with 'at'"));
            }
        }
        return headers;
    }

    private static void addVersion(Map<String, Header> headers) {
        headers.put("ETag", header(SchemaType.STRING, "The version in quotes, for If-Match and If-None-Match"));
        headers.put("Last-Modified", header(SchemaType.STRING, "When the version was written"));
        headers.put("State-Version", header(SchemaType.INTEGER, "Number of the version; 0 for a quarantined document"));
        headers.put("State-Serial", header(SchemaType.INTEGER, "Missing if the document has none"));
        headers.put("State-Lineage", header(SchemaType.STRING, "Missing if the document has none"));
        headers.put("State-Checksum", header(SchemaType.STRING, "sha-256 of the document's bytes, in hex"));
    }

    private static Header header(SchemaType type, String description) {
        Schema schema = OASFactory.createSchema().addType(type);
        return OASFactory.createHeader()
                .description(description)
                .schema(type == SchemaType.INTEGER ? schema.format("int64") : schema);
    }
}
