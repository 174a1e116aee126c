package io.kolumn.state.diff;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.diff.DocumentBytes.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes of an instance are sensitive: those that its document calls so ({@code sensitive_attributes} of
 * Terraform's version 4: an array of paths, each an array of {@code get_attr} and {@code index} steps), and those whose
 * names say so ({@link SecretNames}). What cannot be understood marks everything below the last step that can.
 */
final class SensitiveMarks {

    /** Nothing is, whatever its name. */
    static final SensitiveMarks NONE = new SensitiveMarks(null);

    private static final int MAX_DEPTH = 64;

    private static final SensitiveMarks NAMES = new SensitiveMarks("");
    private static final SensitiveMarks GUESSED = guess();

    /** Of the resource whose attributes these are; empty further inside, and null where names say nothing. */
    private final @Nullable String type;

    private final Map<String, SensitiveMarks> below = new HashMap<>();
    private boolean marked;
    private boolean guessed;

    private SensitiveMarks(@Nullable String type) {
        this.type = type;
    }

    static SensitiveMarks everything() {
        SensitiveMarks marks = new SensitiveMarks("");
        marks.marked = true;
        return marks;
    }

    private static SensitiveMarks guess() {
        SensitiveMarks marks = everything();
        marks.guessed = true;
        return marks;
    }

    /** What the names of the attributes of such a resource say. */
    static SensitiveMarks byName(String type) {
        return new SensitiveMarks(type);
    }

    /** Whether names say it too, so that what is inside must be looked at. */
    boolean names() {
        return type != null;
    }

    /** Whether nothing but a name says it. */
    boolean guessed() {
        return guessed;
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
        SensitiveMarks known = below.get(step);
        if (known != null && known.marked) {
            return known;
        }
        if (type != null && SecretNames.match(type, step)) {
            return GUESSED;
        }
        return known != null ? known : type == null ? NONE : NAMES;
    }

    /**
     * The marks of the value within {@code {"value": ..., "type": ...}}, as which Terraform writes an attribute of any type:
     * the paths of its marks do not know of that.
     */
    SensitiveMarks within() {
        return both(this, below.getOrDefault("value", NONE));
    }

    private static SensitiveMarks both(SensitiveMarks one, SensitiveMarks other) {
        if (!other.any()) {
            return one;
        }
        SensitiveMarks both = new SensitiveMarks(one.type == null ? other.type : one.type);
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

    /**
     * Adds the marks of {@code sensitive_values}, as {@code terraform show -json} has them: a value as the one it is about,
     * with true where that is sensitive.
     */
    void addValues(DocumentBytes bytes, Range values) throws IOException {
        addValues(bytes, values, 0);
    }

    private void addValues(DocumentBytes bytes, Range values, int depth) throws IOException {
        byte first = bytes.at(values.from());
        if ((first != '{' && first != '[') || depth > MAX_DEPTH) {
            marked |= first != 'f' && first != 'n';
            return;
        }
        int[] index = {0};
        bytes.visit(values, (name, value) -> {
            String step = first == '{' ? name : Integer.toString(index[0]++);
            SensitiveMarks inner = new SensitiveMarks("");
            inner.addValues(bytes, value, depth + 1);
            if (inner.any()) {
                below.merge(step, inner, SensitiveMarks::both);
            }
            return true;
        });
    }

    private void mark(List<String> path) {
        SensitiveMarks at = this;
        for (String step : path) {
            at = at.below.computeIfAbsent(step, unknown -> new SensitiveMarks(""));
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
