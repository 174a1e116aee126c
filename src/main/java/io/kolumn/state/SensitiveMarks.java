package io.kolumn.state;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.DocumentBytes.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which attributes of an instance its document calls sensitive ({@code sensitive_attributes} of Terraform's version 4: an
 * array of paths, each an array of {@code get_attr} and {@code index} steps). What cannot be understood marks everything
 * below the last step that can.
 */
final class SensitiveMarks {

    static final SensitiveMarks NONE = new SensitiveMarks();

    private final Map<String, SensitiveMarks> below = new HashMap<>();
    private boolean marked;

    private SensitiveMarks() {}

    static SensitiveMarks everything() {
        SensitiveMarks marks = new SensitiveMarks();
        marks.marked = true;
        return marks;
    }

    /** Whether this very value is sensitive, with all that is in it. */
    boolean marked() {
        return marked;
    }

    /** Whether this value or anything in it is sensitive. */
    boolean any() {
        return marked || !below.isEmpty();
    }

    SensitiveMarks at(String step) {
        return below.getOrDefault(step, NONE);
    }

    /**
     * The marks of the value within {@code {"value": ..., "type": ...}}, as which Terraform writes an attribute of any type:
     * the paths of its marks do not know of that.
     */
    SensitiveMarks within() {
        return both(this, at("value"));
    }

    private static SensitiveMarks both(SensitiveMarks one, SensitiveMarks other) {
        if (!other.any()) {
            return one;
        }
        SensitiveMarks both = new SensitiveMarks();
        both.marked = one.marked || other.marked;
        both.below.putAll(one.below);
        other.below.forEach((step, marks) -> both.below.merge(step, marks, SensitiveMarks::both));
        return both;
    }

    /** Adds the marks of a document. */
    void add(DocumentBytes bytes, Range paths) throws IOException {
        byte first = bytes.at(paths.from());
        if (first == 'n') {
            return;
        }
        if (first != '[') {
            marked = true;
            return;
        }
        bytes.visit(paths, (name, path) -> {
            mark(steps(bytes, path));
            return true;
        });
    }

    static SensitiveMarks empty() {
        return new SensitiveMarks();
    }

    private void mark(List<String> path) {
        SensitiveMarks at = this;
        for (String step : path) {
            at = at.below.computeIfAbsent(step, unknown -> new SensitiveMarks());
        }
        at.marked = true;
    }

    /** The steps of a path, up to the first one that is of no known kind. */
    private static List<String> steps(DocumentBytes bytes, Range path) throws IOException {
        List<String> steps = new ArrayList<>();
        if (bytes.at(path.from()) != '[') {
            return steps;
        }
        bytes.visit(path, (name, step) -> {
            String key = bytes.at(step.from()) == '{' ? key(bytes, step) : "";
            if (!key.isEmpty()) {
                steps.add(key);
            }
            return !key.isEmpty();
        });
        return steps;
    }

    /** {@code {"type": "get_attr", "value": "name"}} or {@code {"type": "index", "value": {"value": 0, "type": "number"}}}. */
    private static String key(DocumentBytes bytes, Range step) throws IOException {
        String[] key = {""};
        bytes.visit(step, (name, value) -> {
            if (name.equals("value")) {
                boolean wrapped = bytes.at(value.from()) == '{';
                key[0] = wrapped ? key(bytes, value) : scalar(bytes, value);
            }
            return true;
        });
        return key[0];
    }

    private static String scalar(DocumentBytes bytes, Range value) throws IOException {
        try (JsonParser json = bytes.parser(value)) {
            JsonToken token = json.nextToken();
            return token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT ? json.getText() : "";
        }
    }
}
