package io.kolumn.state.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.Labels;
import io.kolumn.state.StateException.Invalid;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The JSON of labels: an object with a string for each key, in the order of the keys. */
public final class LabelsJson {

    private static final JsonFactory JSON = new JsonFactory();

    private LabelsJson() {}

    /** Writes the member {@code labels}, unless the labels are null. */
    public static void member(JsonGenerator json, @Nullable Labels labels) throws IOException {
        if (labels != null) {
            json.writeObjectFieldStart("labels");
            for (Map.Entry<String, String> label : labels.values().entrySet()) {
                json.writeStringField(label.getKey(), label.getValue());
            }
            json.writeEndObject();
        }
    }

    /** Returns the labels as a text. */
    public static String text(Labels labels) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, String> label : labels.values().entrySet()) {
                json.writeStringField(label.getKey(), label.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return text.toString();
    }

    /**
     * Returns the labels of a text.
     *
     * @throws IOException if it is not such JSON
     */
    public static Labels parse(String text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            return read(json);
        }
    }

    /**
     * Reads the object that the parser is at.
     *
     * @throws IOException if it is not an object of strings
     */
    static Labels read(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("labels are not an object");
        }
        SortedMap<String, String> values = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw new IOException("the value of label '" + key + "' is not a string");
            }
            values.put(key, json.getText());
        }
        try {
            return new Labels(values);
        } catch (Invalid e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
