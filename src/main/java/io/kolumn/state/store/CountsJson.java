package io.kolumn.state.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The JSON of counts: an object with a number for each name. */
public final class CountsJson {

    private static final JsonFactory JSON = new JsonFactory();

    private CountsJson() {}

    /** Returns the counts as a text. */
    public static String text(Map<String, Integer> counts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, Integer> count : new TreeMap<>(counts).entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return text.toString();
    }

    /** Returns the counts of a text; none if it is not such JSON. */
    public static Map<String, Integer> parse(String text) {
        Map<String, Integer> counts = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                counts.put(json.currentName(), json.nextIntValue(0));
            }
            return counts;
        } catch (IOException damaged) {
            return Map.of();
        }
    }
}
