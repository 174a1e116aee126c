package io.kolumn.state.diff;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of a document for people, with what is inside of it, and without anything sensitive.
 *
 * @param name of the member, or the index of the element; empty for a value that stands alone
 * @param kind what it is
 * @param text the value itself; null for an object or a list, and if it is sensitive or too long
 * @param size the number of members or elements, or of bytes of a text that is too long
 * @param inside members or elements as far as they are shown, which may be fewer than {@code size}
 */
public record MaskedValue(String name, Kind kind, @Nullable String text, int size, List<MaskedValue> inside) {

    /** What a value is, as far as it is shown. */
    public enum Kind {
        OBJECT,
        LIST,
        TEXT,
        NUMBER,
        BOOLEAN,
        NULL,
        /** Sensitive by a mark of the document or by its name; nothing of it is told. */
        SENSITIVE,
        /** Longer, deeper or more than is shown. */
        OMITTED
    }

    public MaskedValue {
        inside = List.copyOf(inside);
    }

    /** Returns the value without its content: what it holds may be long. */
    @Override
    public String toString() {
        return kind + " " + name;
    }
}
