package io.kolumn.state.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LockInfoJson;
import io.kolumn.state.StateException.Invalid;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a client says of itself when it takes a lock; everything but {@code who} may be missing. */
@Schema(name = "LockRequest")
record LockRequest(
        @Nullable @Schema(description = "Made by the service if missing")
        String id,

        @Nullable String path,
        @Schema(required = true, examples = "ada@build-7") String who,
        @Nullable String version,

        @Nullable @Schema(description = "RFC 3339; now if missing")
        String created,

        @Nullable @Schema(description = "Terraform's Info") String reason,

        @Nullable
        @Schema(description = "What the holder does; 'plan' for reading alone, anything else, and nothing, writes")
        String operation) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @throws Invalid if it is not a JSON object, a member is not a string, or {@code who} is missing */
    static LockInfo parse(byte[] body) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Invalid("The body is not valid JSON; send {\"who\": \"…\", …}.");
        }
        if (!json.isObject()) {
            throw new Invalid("The body is not a JSON object; send {\"who\": \"…\", …}.");
        }
        for (String parameter : List.of("ttl", "wait")) {
            if (json.has(parameter)) {
                throw new Invalid(
                        "'" + parameter + "' is not a member of a lock: give it in the query (?" + parameter + "=…).");
            }
        }
        String who = text(json, "who");
        if (who.isBlank()) {
            throw new Invalid("The lock's 'who' is missing: say who takes it.");
        }
        return new LockInfo(
                text(json, "id"),
                text(json, "operation"),
                text(json, "reason"),
                who,
                text(json, "version"),
                LockInfoJson.time(text(json, "created"), "created"),
                text(json, "path"),
                null);
    }

    private static String text(JsonNode json, String member) {
        JsonNode value = json.get(member);
        if (value == null || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw new Invalid("The lock's '" + member + "' is not a string.");
        }
        return value.textValue();
    }
}
