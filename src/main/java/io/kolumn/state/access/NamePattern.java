package io.kolumn.state.access;

import io.kolumn.state.StateName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A pattern of names of states. Within a segment {@code *} is anything; a segment {@code **} is any number of segments,
 * none too; <code>{claim}</code> is the value of a claim where that is part of one segment; a segment
 * <code>{+claim}</code> is a value that may have several. A claim's value is compared letter by letter and never read as
 * a pattern; a value that is empty or missing matches nothing.
 */
final class NamePattern {

    private static final String LETTERS = "[A-Za-z0-9._-]";

    private sealed interface Segment {}

    private record AnySegments() implements Segment {}

    private record WholeClaim(String claim) implements Segment {}

    private record Parts(List<Part> parts) implements Segment {}

    private sealed interface Part {}

    private record Text(String text) implements Part {}

    private record Anything() implements Part {}

    private record Claim(String claim) implements Part {}

    private final String text;
    private final String prefix;
    private final List<Segment> segments;

    private NamePattern(String text, List<Segment> segments) {
        this.text = text;
        this.segments = segments;
        int end = 0;
        while (end < text.length() && text.charAt(end) != '*' && text.charAt(end) != '{') {
            end++;
        }
        int slash = text.startsWith("**", end) && end > 0 ? end - 1 : end;
        this.prefix = text.substring(0, slash);
    }

    /** @throws IllegalArgumentException if it is none; the message says what is wrong with it */
    static NamePattern parse(String text) {
        if (text.length() > 2 * StateName.MAX_LENGTH) {
            throw new IllegalArgumentException("is longer than any state name");
        }
        List<Segment> segments = new ArrayList<>();
        for (String segment : text.split("/", -1)) {
            segments.add(segment(segment));
        }
        return new NamePattern(text, List.copyOf(segments));
    }

    private static Segment segment(String segment) {
        if (segment.isEmpty()) {
            throw new IllegalArgumentException("has an empty segment");
        }
        if (segment.equals("**")) {
            return new AnySegments();
        }
        if (segment.startsWith("{+") && segment.endsWith("}") && segment.indexOf('}') == segment.length() - 1) {
            return new WholeClaim(claim(segment.substring(2, segment.length() - 1)));
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw new IllegalArgumentException("has a segment '" + segment + "', which cannot occur in a state name");
        }
        List<Part> parts = new ArrayList<>();
        for (int at = 0; at < segment.length(); ) {
            at = part(segment, at, parts);
        }
        return new Parts(List.copyOf(parts));
    }

    /** Returns where the next part begins. */
    private static int part(String segment, int at, List<Part> parts) {
        char c = segment.charAt(at);
        if (c == '*') {
            if (segment.startsWith("**", at)) {
                throw new IllegalArgumentException("has '**' next to other characters; it must be a whole segment");
            }
            parts.add(new Anything());
            return at + 1;
        }
        if (c == '{') {
            int end = segment.indexOf('}', at);
            if (end < 0) {
                throw new IllegalArgumentException("has a '{' without a '}' in the same segment");
            }
            if (segment.charAt(at + 1) == '+') {
                throw new IllegalArgumentException(
                        "has a '{+claim}' next to other characters; it must be a whole segment");
            }
            parts.add(new Claim(claim(segment.substring(at + 1, end))));
            return end + 1;
        }
        int end = at;
        while (end < segment.length() && segment.charAt(end) != '*' && segment.charAt(end) != '{') {
            end++;
        }
        String literal = segment.substring(at, end);
        if (!literal.matches(LETTERS + "+") || (at == 0 && literal.charAt(0) == '-')) {
            throw new IllegalArgumentException("has '" + literal + "', which cannot occur in a state name");
        }
        parts.add(new Text(literal));
        return end;
    }

    private static String claim(String name) {
        if (!name.matches("[A-Za-z0-9_.:-]+")) {
            throw new IllegalArgumentException("has '{" + name + "}', which is not a name of a claim");
        }
        return name;
    }

    boolean matches(StateName name, Map<String, List<String>> claims) {
        return name.value().startsWith(prefix)
                && segments(0, List.of(name.value().split("/")), 0, claims);
    }

    /** Whether it matches every name that starts so; false where that is not certain. */
    boolean matchesAllBelow(String beginning, Map<String, List<String>> claims) {
        int slash = beginning.lastIndexOf('/');
        return everything()
                || (slash > 0
                        && segments.getLast() instanceof AnySegments
                        && segments(0, List.of(beginning.substring(0, slash).split("/")), 0, claims));
    }

    /** Whether it may match a name that starts so; true where that is not certain. */
    boolean mayMatchBelow(String beginning) {
        return beginning.startsWith(prefix) || prefix.startsWith(beginning);
    }

    private boolean segments(int at, List<String> name, int from, Map<String, List<String>> claims) {
        if (at == segments.size()) {
            return from == name.size();
        }
        return switch (segments.get(at)) {
            case AnySegments any -> {
                for (int rest = from; rest <= name.size(); rest++) {
                    if (segments(at + 1, name, rest, claims)) {
                        yield true;
                    }
                }
                yield false;
            }
            case WholeClaim whole -> {
                for (String value : claims.getOrDefault(whole.claim(), List.of())) {
                    List<String> wanted = List.of(value.split("/", -1));
                    int to = from + wanted.size();
                    if (to <= name.size()
                            && name.subList(from, to).equals(wanted)
                            && segments(at + 1, name, to, claims)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Parts parts ->
                from < name.size()
                        && parts(parts.parts(), 0, name.get(from), 0, claims)
                        && segments(at + 1, name, from + 1, claims);
        };
    }

    private static boolean parts(List<Part> parts, int at, String segment, int from, Map<String, List<String>> claims) {
        if (at == parts.size()) {
            return from == segment.length();
        }
        return switch (parts.get(at)) {
            case Text literal -> follows(parts, at, segment, from, literal.text(), claims);
            case Anything anything -> {
                for (int rest = from; rest <= segment.length(); rest++) {
                    if (parts(parts, at + 1, segment, rest, claims)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Claim claim ->
                claims.getOrDefault(claim.claim(), List.of()).stream()
                        .anyMatch(value -> !value.isEmpty() && follows(parts, at, segment, from, value, claims));
        };
    }

    private static boolean follows(
            List<Part> parts, int at, String segment, int from, String text, Map<String, List<String>> claims) {
        return segment.startsWith(text, from) && parts(parts, at + 1, segment, from + text.length(), claims);
    }

    /** The claims that it puts into names. */
    boolean hasClaims() {
        return text.indexOf('{') >= 0;
    }

    /** Whether it matches every name, so that what it gives is given for the service as a whole. */
    boolean everything() {
        return text.equals("**");
    }

    @Override
    public String toString() {
        return text;
    }
}
