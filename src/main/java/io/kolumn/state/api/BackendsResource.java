package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.kolumn.state.store.StoreProvider;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code /v1/backends}: the types of storage that can be chosen, and their keys. */
@Path("/v1/backends")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Backends")
final class BackendsResource {

    private static final int MAX_SIZE = 64 * 1024;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final BackendFactory factory;
    private final RequestBodies bodies;
    private final CallerSource guard;

    BackendsResource(BackendFactory factory, RequestBodies bodies, CallerSource guard) {
        this.factory = factory;
        this.bodies = bodies;
        this.guard = guard;
    }

    /** All types as JSON. */
    @Schema(requiredProperties = {"backends"})
    record BackendTypes(List<BackendType> backends) {}

    /** A type of storage as JSON. */
    @Schema(requiredProperties = {"type", "aliases", "text", "keys"})
    record BackendType(String type, Set<String> aliases, String text, List<Key> keys) {
        static BackendType of(StoreProvider provider) {
            return new BackendType(
                    provider.type(),
                    provider.aliases(),
                    provider.text(),
                    BackendFactory.keys(provider).stream().map(Key::of).toList());
        }
    }

    /** A key of a type as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(requiredProperties = {"name", "type", "required", "secret", "text"})
    record Key(
            String name,
            String type,
            @Nullable String defaultValue,
            boolean required,
            boolean secret,
            @Nullable List<String> choices,
            String text) {
        static Key of(ConfigKey key) {
            return new Key(
                    key.name(),
                    key.type().name().toLowerCase(Locale.ROOT),
                    key.defaultValue(),
                    key.required(),
                    key.secret(),
                    key.choices().isEmpty() ? null : key.choices(),
                    key.text());
        }
    }

    /** That a configuration is right. */
    @Schema(requiredProperties = {"valid"})
    record Validated(boolean valid) {}

    @GET
    @Operation(operationId = "listBackendTypes", summary = "The types of storage, each with its keys")
    public BackendTypes types() {
        return new BackendTypes(factory.types().stream().map(BackendType::of).toList());
    }

    @POST
    @Path("/{type}/validate")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "validateBackend",
            summary = "Check a configuration",
            description =
                    "Checks the whole configuration without opening a storage. It may read files of the service, so"
                            + " it requires the permission admin on all states.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT, additionalProperties = Schema.True.class),
                            examples = @ExampleObject(name = "local", value = """
            {"path": "data/kolumn.klstate", "backup_count": 20}""")))
    @APIResponse(responseCode = "200", description = "The configuration is valid")
    @APIResponse(responseCode = "422", description = "All problems of the configuration")
    public Validated validate(@RestPath String type, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        Administrators.only(guard);
        List<Problem> problems = factory.validate(type, config(bodies.small(body, headers, MAX_SIZE)));
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        return new Validated(true);
    }

    private static Map<String, String> config(byte[] body) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Invalid("The body is not valid JSON; send {\"key\": value, …}.");
        }
        if (!json.isObject()) {
            throw new Invalid("The body is not a JSON object; send {\"key\": value, …}.");
        }
        Map<String, String> config = new LinkedHashMap<>();
        json.properties().forEach(member -> {
            if (member.getValue().isContainerNode()) {
                throw new Invalid("'" + QueryParameters.shown(member.getKey()) + "' is not a single value.");
            }
            config.put(member.getKey(), member.getValue().asText());
        });
        return config;
    }
}
