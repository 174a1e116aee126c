package io.kolumn.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** State documents to test with. */
public final class Documents {

    static final String LINEAGE = "22baec5a-b199-3700-0f9f-6a2186d2ad2b";

    private Documents() {}

    /** A Terraform state of the usual lineage that holds something. */
    public static StateDocument serial(long serial) {
        return of(serial, LINEAGE, "");
    }

    /** As {@link #serial}, with other bytes for another {@code content}. */
    public static StateDocument serial(long serial, String content) {
        return of(serial, LINEAGE, content);
    }

    /** A Terraform state that holds something, with a serial and a lineage where these are given. */
    public static StateDocument of(@Nullable Long serial, @Nullable String lineage, String content) {
        return StateDocument.parse("{\"version\": 4" + members(serial, lineage)
                + ", \"outputs\": {\"content\": {\"value\": \"" + content
                + "\", \"type\": \"string\"}}, \"resources\": []}");
    }

    /** What {@code terraform destroy} leaves. */
    public static StateDocument empty(long serial, String lineage) {
        return StateDocument.parse(
                "{\"version\": 4" + members(serial, lineage) + ", \"outputs\": {}, \"resources\": []}");
    }

    private static String members(@Nullable Long serial, @Nullable String lineage) {
        return (serial == null ? "" : ", \"serial\": " + serial)
                + (lineage == null ? "" : ", \"lineage\": \"" + lineage + "\"");
    }

    public static byte[] fixture(String name) {
        try (InputStream in = Documents.class.getResourceAsStream("/fixtures/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
