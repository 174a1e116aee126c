package io.kolumn.state.ui;

import io.kolumn.state.StateException.Invalid;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What a form sent. */
final class Form {

    /** The most bytes of a form: a token may be long, everything else is short. */
    static final int MAX_SIZE = 64 * 1024;

    static final String TYPE = "application/x-www-form-urlencoded";

    private final Map<String, String> fields = new HashMap<>();

    private Form() {}

    /** @throws Invalid if it is not encoded as a form */
    static Form parse(byte[] body) {
        Form form = new Form();
        for (String part : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                form.fields.put(plain(part.substring(0, equals)), plain(part.substring(equals + 1)));
            }
        }
        return form;
    }

    /** Returns the value of a field, or an empty text if there is none. */
    String get(String name) {
        return fields.getOrDefault(name, "");
    }

    private static String plain(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Invalid("The form is not encoded as " + TYPE + ".");
        }
    }
}
