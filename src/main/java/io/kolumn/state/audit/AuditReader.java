package io.kolumn.state.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a trail for people, the newest line first, while it is written. The work for one page is bounded. */
public final class AuditReader {

    /** Bytes that are looked at for one page. */
    static final long MOST_BYTES = 16L << 20;

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * A line of a trail.
     *
     * @param number of the line, from 1
     * @param members what it says, in its order, without number and hash
     */
    public record Line(long number, Map<String, String> members) {

        /** Returns a member, or an empty text if there is none. */
        public String get(String member) {
            return members.getOrDefault(member, "");
        }
    }

    /**
     * Where a page ends.
     *
     * @param first the number of the first line of the file, which names the file whatever becomes of its name
     * @param offset in bytes; what is before it comes next
     */
    public record Position(long first, long offset) {

        /**
         * Returns the position with this text.
         *
         * @throws IllegalArgumentException if it is none
         */
        public static Position parse(String text) {
            if (!text.matches("\\d{1,18}-\\d{1,18}")) {
                throw new IllegalArgumentException("Not a position: " + text);
            }
            int dash = text.indexOf('-');
            return new Position(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
        }

        @Override
        public String toString() {
            return first + "-" + offset;
        }
    }

    /**
     * Lines of a trail, newest first.
     *
     * @param next where the page ends; null if nothing is before it
     * @param full whether the page has as many lines as were asked for; if not, only so much was looked at
     */
    public record Page(List<Line> lines, @Nullable Position next, boolean full) {
        public Page {
            lines = List.copyOf(lines);
        }
    }

    /** The files of a trail, and their size in bytes together. */
    public record Size(int files, long bytes) {}

    private final Path path;

    /**
     * Creates a reader, which looks at nothing yet.
     *
     * @param path the newest file of the trail
     */
    public AuditReader(Path path) {
        this.path = path;
    }

    /** Returns how large the trail is. */
    public Size size() throws IOException {
        long bytes = 0;
        int count = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
            count++;
        }
        return new Size(count, bytes);
    }

    /**
     * Returns lines that are wanted.
     *
     * @param before where an earlier page ended; null for the newest
     * @throws IOException if the trail cannot be read
     */
    public Page read(Predicate<Line> wanted, @Nullable Position before, int limit) throws IOException {
        List<Line> lines = new ArrayList<>();
        long looked = 0;
        List<Path> files = files().reversed();
        for (int at = 0; at < files.size(); at++) {
            try (RandomAccessFile file = new RandomAccessFile(files.get(at).toFile(), "r")) {
                long first = firstNumber(file);
                if (before != null && first > before.first()) {
                    continue;
                }
                long end = before != null && first == before.first()
                        ? Math.min(before.offset(), file.length())
                        : file.length();
                LinesBackward back = new LinesBackward(file, end);
                for (byte[] text = back.next(); text != null; text = back.next()) {
                    Line line = parse(text);
                    if (line != null && wanted.test(line)) {
                        lines.add(line);
                    }
                    looked += text.length + 1L;
                    boolean full = lines.size() == limit;
                    if (full || looked > MOST_BYTES) {
                        boolean last = back.offset() == 0 && at == files.size() - 1;
                        return new Page(lines, last ? null : new Position(first, back.offset()), full);
                    }
                }
            } catch (NoSuchFileException e) {
                // it was just given another name, by which the next request finds it
            }
        }
        return new Page(lines, null, true);
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(AuditTrails.rotated(path));
        if (Files.exists(path)) {
            files.add(path);
        }
        return files;
    }

    private static long firstNumber(RandomAccessFile file) throws IOException {
        byte[] start = new byte[64];
        int read = file.read(start);
        String text = read <= 0 ? "" : new String(start, 0, read, StandardCharsets.UTF_8);
        String digits = text.startsWith("{\"n\":") ? text.substring(5).replaceFirst("(?s)\\D.*", "") : "";
        return digits.isEmpty() || digits.length() > 18 ? 0 : Long.parseLong(digits);
    }

    /** Null for what is not a record, such as the line that a killed service left unfinished. */
    private static @Nullable Line parse(byte[] text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            long number = 0;
            Map<String, String> members = new LinkedHashMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                if (member.equals("n")) {
                    number = json.getValueAsLong();
                } else if (!member.equals("previous") && json.currentToken().isScalarValue()) {
                    members.put(member, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            return number > 0 && json.currentToken() == JsonToken.END_OBJECT ? new Line(number, members) : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
