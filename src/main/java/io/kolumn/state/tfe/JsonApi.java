package io.kolumn.state.tfe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.http.QueryParameters;
import java.io.IOException;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** Resources and documents of JSON:API ({@code https://jsonapi.org/format/}), and the answers that carry them. */
final class JsonApi {

    /** The type of bodies; {@code application/json} is taken as well. */
    static final String MEDIA_TYPE = "application/vnd.api+json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonApi() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static ObjectNode resource(String type, String id, ObjectNode attributes) {
        ObjectNode resource = object().put("id", id).put("type", type);
        resource.set("attributes", attributes);
        return resource;
    }

    /** Returns a relationship to one resource. */
    static ObjectNode one(String type, String id) {
        return object().set("data", object().put("id", id).put("type", type));
    }

    static ObjectNode document(JsonNode data) {
        return object().set("data", data);
    }

    /** Returns an answer with one resource or a list of them. */
    static RestResponse<String> ok(JsonNode data) {
        return answer(200, document(data));
    }

    static RestResponse<String> created(JsonNode data) {
        return answer(201, document(data));
    }

    static RestResponse<String> answer(int status, ObjectNode document) {
        return RestResponse.ResponseBuilder.<String>create(RestResponse.Status.fromStatusCode(status))
                .entity(document.toString())
                .type(MEDIA_TYPE)
                .build();
    }

    static RestResponse<String> noContent() {
        return RestResponse.noContent();
    }

    /** Returns a list that is whole, as one page. */
    static RestResponse<String> whole(List<ObjectNode> resources) {
        return page(new Page(1, Math.max(1, resources.size()), true), resources, (long) resources.size());
    }

    /** Returns one page of a list; {@code total} is -1 where nobody has counted. */
    static RestResponse<String> page(Page page, List<ObjectNode> resources, long total) {
        ArrayNode data = array().addAll(resources);
        ObjectNode document = document(data);
        document.set("meta", object().set("pagination", page.toJson(total)));
        return answer(200, document);
    }

    /**
     * Parses a body.
     *
     * @return the object, empty if there is no body
     * @throws Refusal with 400 if it is not a JSON object
     */
    static ObjectNode parse(byte[] body) {
        if (body.length == 0) {
            return object();
        }
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new Refusal(400, "Invalid JSON", "The body is not valid JSON.");
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
        throw new Refusal(400, "Invalid JSON:API", "The body is not a JSON object with 'data'.");
    }

    /**
     * Returns the one resource of a body.
     *
     * @throws Refusal with 422 if there is none, or its type is another one
     */
    static JsonNode resource(byte[] body, String type) {
        JsonNode data = parse(body).path("data");
        if (!data.isObject()) {
            throw Refusal.unprocessable("The body has no 'data' with a resource of the type '" + type + "'.");
        }
        check(data, type);
        return data;
    }

    /**
     * Returns the resources of a body.
     *
     * @throws Refusal with 422 if it holds no list, or another type
     */
    static List<JsonNode> resources(byte[] body, String type) {
        JsonNode data = parse(body).path("data");
        if (!data.isArray()) {
            throw Refusal.unprocessable("The body has no 'data' with a list of resources of the type '" + type + "'.");
        }
        data.forEach(resource -> check(resource, type));
        return List.copyOf(data.valueStream().toList());
    }

    private static void check(JsonNode resource, String type) {
        JsonNode given = resource.path("type");
        if (!given.asText().equals(type)) {
            throw Refusal.unprocessable(
                    "The resource is of the type '" + shown(given) + "'; expected is '" + type + "'.");
        }
    }

    /** Returns text of a client, short enough to show. */
    static String shown(JsonNode text) {
        return QueryParameters.shown(text.asText());
    }
}
