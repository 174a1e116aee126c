package io.kolumn.state;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** One valid document of any size: the medium fixture with its resources again and again. */
final class LargeDocument {

    private static final String FIXTURE = "/fixtures/terraform-v4-medium.tfstate";
    private static final String BEFORE = "\"resources\": [";
    private static final String BEHIND = "\n  ],\n  \"check_results\"";

    private LargeDocument() {}

    /** At least so many bytes, and less than a fixture more. */
    static byte[] of(int size) {
        String fixture = new String(fixture(), StandardCharsets.UTF_8);
        int start = fixture.indexOf(BEFORE) + BEFORE.length();
        int end = fixture.lastIndexOf(BEHIND);
        byte[] resources = fixture.substring(start, end).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream document = new ByteArrayOutputStream(size + 2 * resources.length);
        document.writeBytes(fixture.substring(0, start).getBytes(StandardCharsets.UTF_8));
        document.writeBytes(resources);
        while (document.size() < size) {
            document.write(',');
            document.writeBytes(resources);
        }
        document.writeBytes(fixture.substring(end).getBytes(StandardCharsets.UTF_8));
        return document.toByteArray();
    }

    private static byte[] fixture() {
        try (InputStream in = LargeDocument.class.getResourceAsStream(FIXTURE)) {
            return Objects.requireNonNull(in, FIXTURE).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
