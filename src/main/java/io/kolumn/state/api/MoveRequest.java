package io.kolumn.state.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which state is to have which other name. */
@Schema(
        name = "MoveRequest",
        requiredProperties = {"from", "to"})
record MoveRequest(
        @Schema(implementation = String.class, description = "Current name", examples = "team-a/demo")
        StateName from,

        @Schema(implementation = String.class, description = "New name", examples = "team-b/demo")
        StateName to,

        @Schema(description = "Whether to copy instead of rename; false if missing")
        boolean copy) {

    static final int MAX_SIZE = 4096;

    private static final String FORM =
            "send {\"from\": \"<name>\", \"to\": \"<name>\"}, with \"copy\": true for a copy.";
    private static final Set<String> MEMBERS = Set.of("from", "to", "copy");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @throws Invalid if it is none */
    static MoveRequest parse(byte[] body) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Invalid("The body is not valid JSON; " + FORM);
        }
        boolean known = json.properties().stream().allMatch(member -> MEMBERS.contains(member.getKey()));
        JsonNode copy = json.path("copy");
        if (!known || !(copy.isMissingNode() || copy.isBoolean())) {
            throw new Invalid("The body does not name a state to move; " + FORM);
        }
        return new MoveRequest(name(json, "from"), name(json, "to"), copy.asBoolean());
    }

    private static StateName name(JsonNode json, String member) {
        @Nullable String text = json.path(member).textValue();
        if (text == null) {
            throw new Invalid("The body has no '" + member + "'; " + FORM);
        }
        return StateName.of(text);
    }
}
