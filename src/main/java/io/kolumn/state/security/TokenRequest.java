package io.kolumn.state.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.http.QueryParameters;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which personal token is wanted. */
@Schema(name = "TokenRequest", requiredProperties = "name")
record TokenRequest(
        @Schema(description = "What it is for, 1 to 100 characters", examples = "laptop")
        String name,

        @Schema(
                implementation = String.class,
                description = "Its life, such as 30d or PT12H; kolumn.state.access.personal-tokens-max-age if missing",
                examples = "30d")
        @Nullable
        Duration expires) {

    static final int MAX_SIZE = 4096;

    private static final String FORM = "send {\"name\": \"laptop\", \"expires\": \"30d\"}.";
    private static final Set<String> MEMBERS = Set.of("name", "expires");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @throws Invalid if it is none */
    static TokenRequest parse(byte[] body) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Invalid("The body is not valid JSON; " + FORM);
        }
        boolean known = json.properties().stream()
                .allMatch(member ->
                        MEMBERS.contains(member.getKey()) && member.getValue().isTextual());
        @Nullable String name = json.path("name").textValue();
        if (!known || name == null) {
            throw new Invalid("The body does not describe a token; " + FORM);
        }
        return new TokenRequest(
                name, QueryParameters.duration("expires", json.path("expires").textValue()));
    }
}
