package io.kolumn.state.http;

import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Adds to the description of each operation the errors that any may answer, and to each error what its body is. Only what
 * reads the description off the code calls it: tests and dev mode.
 */
public final class DescribedErrors implements OASFilter {

    private static final Map<String, String> OF_ALL = Map.of(
            "400", "The request is not valid; the detail says what and where",
            "401", "Who calls is not known, or proved wrongly",
            "403", "Who calls may not do this",
            "406", "The answer is of none of the media types that the client accepts",
            "503", "The storage cannot answer now; Retry-After says when to try again");

    private static final Map<String, String> OF_THOSE_THAT_CHANGE = Map.of(
            "413", "The body is too large",
            "415", "The body is no application/json, or has a Content-Encoding");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.getPaths()
                .getPathItems()
                .forEach((path, item) ->
                        item.getOperations().forEach((method, operation) -> describe(path, method, operation)));
    }

    private static void describe(String path, HttpMethod method, Operation operation) {
        add(operation, OF_ALL);
        if (method != HttpMethod.GET && method != HttpMethod.HEAD) {
            add(operation, OF_THOSE_THAT_CHANGE);
        }
        if (method == HttpMethod.HEAD) {
            return;
        }
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (status.startsWith("4") || status.startsWith("5")) {
                giveBody(response, path.startsWith("/terraform") && status.equals("423"));
            }
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

    private static void giveBody(APIResponse response, boolean lockInfo) {
        if (response.getContent() != null) {
            return;
        }
        response.setContent(
                lockInfo
                        ? OASFactory.createContent()
                                .addMediaType(
                                        "application/json",
                                        OASFactory.createMediaType()
                                                .schema(OASFactory.createSchema()
                                                        .addType(SchemaType.OBJECT)))
                        : OASFactory.createContent()
                                .addMediaType(
                                        Problem.MEDIA_TYPE,
                                        OASFactory.createMediaType()
                                                .schema(OASFactory.createSchema()
                                                        .ref("Problem"))));
    }
}
