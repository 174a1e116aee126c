package io.kolumn.state.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.StateException.Invalid;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a client wants back: one of the two. */
@Schema(name = "RestoreRequest")
record RestoreRequest(
        @Nullable @Schema(description = "Number of a version", examples = "7")
        Long version,

        @Nullable @Schema(description = "Id of a quarantined document")
        String quarantined) {

    static final int MAX_SIZE = 4096;

    private static final String FORM = "send {\"version\": 7} or {\"quarantined\": \"<id>\"}.";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @throws Invalid if it is not one of the two */
    static RestoreRequest parse(byte[] body) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Invalid("The body is not valid JSON; " + FORM);
        }
        JsonNode version = json.path("version");
        JsonNode quarantined = json.path("quarantined");
        boolean numbered = version.isIntegralNumber() && version.canConvertToLong();
        if (json.size() != 1 || !(numbered || quarantined.isTextual())) {
            throw new Invalid("The body does not name a version or document to restore; " + FORM);
        }
        return new RestoreRequest(
                numbered ? version.longValue() : null, quarantined.isTextual() ? quarantined.textValue() : null);
    }
}
