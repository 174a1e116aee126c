package io.kolumn.state.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.http.QueryParameters;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The changes of labels that a client sends. */
final class LabelsPatch {

    /** All labels that a state can have, in any characters. */
    static final int MAX_SIZE = 64 * 1024;

    private static final String FORM = "send {\"team\": \"network\", \"obsolete\": null}.";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private LabelsPatch() {}

    /** @throws Invalid if it is not an object of strings and nulls, or gives a key twice */
    static Map<String, @Nullable String> parse(byte[] body) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Invalid("The body is not valid JSON, or gives a key twice; " + FORM);
        }
        if (!json.isObject()) {
            throw new Invalid("The body is not a JSON object; " + FORM);
        }
        Map<String, @Nullable String> changes = new LinkedHashMap<>();
        json.properties().forEach(label -> {
            JsonNode value = label.getValue();
            if (!value.isTextual() && !value.isNull()) {
                throw new Invalid("The value of label '" + QueryParameters.shown(label.getKey())
                        + "' is neither a string nor null; " + FORM);
            }
            changes.put(label.getKey(), value.textValue());
        });
        return changes;
    }
}
