package io.kolumn.state.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads audit trails: finds their files, and verifies that no line of them was altered, removed or put in. */
public final class AuditTrails {

    private static final int LARGEST_LINE = 1 << 20;

    /**
     * What a trail was found to be.
     *
     * @param records how many lines are right
     * @param first the number of the first line; more than 1 where older files were removed
     * @param last the number of the last line
     * @param hash of the last line. Whoever keeps number and hash elsewhere can tell later whether the end was cut off.
     * @param torn how many lines were not finished since the service was killed, each told of by the line behind it or
     *     the last of all
     * @param problems what is wrong, each with its file and line
     */
    public record Verified(long records, long first, long last, String hash, int torn, List<String> problems) {

        public Verified {
            problems = List.copyOf(problems);
        }

        public boolean intact() {
            return problems.isEmpty();
        }
    }

    /** The end of a file of a trail. */
    record End(long number, String hash) {}

    private AuditTrails() {}

    /** Verifies the trail whose newest file is at {@code path}, with the older ones beside it. */
    public static Verified verify(Path path) throws IOException {
        Verifier verifier = new Verifier();
        for (Path file : rotated(path)) {
            verifier.read(file);
        }
        if (Files.exists(path)) {
            verifier.read(path);
        } else {
            verifier.problems.add(path + ": there is no such file");
        }
        return verifier.verified();
    }

    /** As {@link #verify(Path)}; also whether the line of this number is there and has this hash, as it once was seen. */
    public static Verified verify(Path path, long number, String hash) throws IOException {
        Verifier verifier = new Verifier();
        verifier.wanted = number;
        List<Path> files = new ArrayList<>(rotated(path));
        files.add(path);
        for (Path file : files) {
            verifier.read(file);
        }
        if (!hash.equalsIgnoreCase(verifier.found)) {
            verifier.problems.add(path + ": line " + number + " is "
                    + (verifier.found == null ? "not there" : "another") + " than the one of hash " + hash);
        }
        return verifier.verified();
    }

    /** Older files of a trail, in its order. */
    static List<Path> rotated(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Pattern name =
                Pattern.compile(Pattern.quote(stem(absolute) + "-") + "\\d{12}" + Pattern.quote(ending(absolute)));
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            name.matcher(String.valueOf(file.getFileName())).matches())
                    .sorted()
                    .toList();
        }
    }

    static Path rotatedName(Path path, long first) {
        return path.resolveSibling(stem(path) + String.format(Locale.ROOT, "-%012d", first) + ending(path));
    }

    private static String stem(Path path) {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 1 ? name : name.substring(0, dot);
    }

    private static String ending(Path path) {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 1 ? "" : name.substring(dot);
    }

    static End endOf(Path file) throws IOException {
        Verifier verifier = new Verifier();
        verifier.read(file);
        return new End(verifier.number, verifier.hash);
    }

    private static final class Verifier {
        private final List<String> problems = new ArrayList<>();
        private long records;
        private long first;
        private long number;
        private String hash = AuditRecord.NONE;
        private int torn;
        private @Nullable String unfinished;
        private String unfinishedAt = "";
        private long wanted;
        private @Nullable String found;

        void read(Path file) throws IOException {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                long at = 0;
                for (Line line = next(in); line != null; line = next(in)) {
                    at++;
                    line(line, file + ", line " + at);
                }
            }
        }

        private void line(Line line, String where) {
            AuditRecord record;
            try {
                record = AuditRecord.parse(line.bytes());
            } catch (IOException e) {
                complain();
                unfinished = AuditRecord.hash(line.bytes());
                unfinishedAt = where;
                return;
            }
            if (!line.ended()) {
                complain();
                unfinished = AuditRecord.hash(line.bytes());
                unfinishedAt = where;
                return;
            }
            follow(record, where);
            if (record.gap() != null) {
                problems.add(where + ": " + record.gap());
            }
            records++;
            number = record.number();
            hash = AuditRecord.hash(line.bytes());
            if (number == wanted) {
                found = hash;
            }
        }

        private void follow(AuditRecord record, String where) {
            if (unfinished != null && unfinished.equals(record.torn())) {
                torn++;
                unfinished = null;
            }
            complain();
            if (first == 0) {
                first = record.number();
                if (first == 1 && !record.previous().equals(AuditRecord.NONE)) {
                    problems.add(where + ": it is the first line, but refers to an earlier one");
                }
            } else if (record.number() != number + 1) {
                problems.add(where + ": it has number " + record.number() + " after number " + number
                        + "; lines are missing or were moved");
            } else if (!record.previous().equals(hash)) {
                problems.add(where + ": it does not match the previous line; one of them was altered");
            }
        }

        private void complain() {
            if (unfinished != null) {
                problems.add(unfinishedAt + ": it is not a record");
                unfinished = null;
            }
        }

        /** An unfinished line at the very end is what a killed service leaves, and no problem. */
        Verified verified() {
            if (unfinished != null) {
                torn++;
            }
            return new Verified(records, first, number, hash, torn, problems);
        }
    }

    /** A line without its end, and whether it had one. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Line(byte[] bytes, boolean ended) {}

    private static @Nullable Line next(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return new Line(line.toByteArray(), true);
            }
            line.write(next);
            if (line.size() > LARGEST_LINE) {
                throw new IOException("a line of more than " + LARGEST_LINE + " bytes");
            }
        }
        return line.size() == 0 ? null : new Line(line.toByteArray(), false);
    }
}
