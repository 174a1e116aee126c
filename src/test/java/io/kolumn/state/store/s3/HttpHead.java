package io.kolumn.state.store.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP message as it came, so that a signature over it stays right.
 *
 * @param first the request line or the status line
 * @param headers whole lines, in their order
 */
record HttpHead(String first, List<String> headers) {

    HttpHead {
        headers = List.copyOf(headers);
    }

    /** Reads one; null where the connection ended instead. */
    static @Nullable HttpHead read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        List<String> headers = new ArrayList<>();
        for (String line = line(in); ; line = line(in)) {
            if (line == null) {
                throw new IOException("The connection ended within a head");
            }
            if (line.isEmpty()) {
                return new HttpHead(first, headers);
            }
            headers.add(line);
        }
    }

    /** Without its end; null at the end of the connection. */
    static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    void write(OutputStream out) throws IOException {
        StringBuilder text = new StringBuilder(first).append("\r\n");
        headers.forEach(line -> text.append(line).append("\r\n"));
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The first of this name; null if there is none. */
    @Nullable
    String header(String name) {
        return headers.stream()
                .filter(line -> named(line, name))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse(null);
    }

    boolean says(String name, String value) {
        return value.equalsIgnoreCase(header(name));
    }

    HttpHead without(String name) {
        return new HttpHead(
                first, headers.stream().filter(line -> !named(line, name)).toList());
    }

    HttpHead with(String name, String value) {
        List<String> more = new ArrayList<>(without(name).headers());
        more.add(name + ": " + value);
        return new HttpHead(first, more);
    }

    private static boolean named(String line, String name) {
        return line.regionMatches(true, 0, name + ":", 0, name.length() + 1);
    }

    /** What Content-Length says; -1 where it says nothing. */
    long length() {
        String length = header("Content-Length");
        return length == null ? -1 : Long.parseLong(length);
    }

    /** Of a status line. */
    int status() {
        return Integer.parseInt(first.substring(9, 12));
    }

    /** The whole of a chunked body. */
    static byte[] dechunked(InputStream in) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (true) {
            String size = line(in);
            if (size == null) {
                throw new IOException("The connection ended within a chunked body");
            }
            int length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
            byte[] chunk = in.readNBytes(length);
            if (chunk.length < length) {
                throw new IOException("The connection ended within a chunk");
            }
            whole.write(chunk);
            line(in);
            if (length == 0) {
                return whole.toByteArray();
            }
        }
    }
}
