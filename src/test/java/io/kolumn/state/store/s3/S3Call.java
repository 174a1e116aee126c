package io.kolumn.state.store.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A request to S3 with its bucket in the path, as tests tell them apart.
 *
 * @param path as it was sent, without the query
 * @param query as it was sent, without the question mark; empty if there is none
 */
public record S3Call(String method, String path, String query, HttpHead head) {

    /** What of a bucket it asks for. */
    public enum Kind {
        /** The head of a state. */
        HEADS,
        /** A version of a state. */
        VERSIONS,
        /** The quarantine. */
        ASIDE,
        /** What proves the promises of the store. */
        PROBE,
        /** A page of keys. */
        LIST,
        /** The bucket itself. */
        BUCKET,
        /** Any other object. */
        OTHER
    }

    private static final Map<String, Kind> KINDS = Map.of(
            "heads", Kind.HEADS,
            "versions", Kind.VERSIONS,
            "aside", Kind.ASIDE,
            "probe", Kind.PROBE,
            "proof.json", Kind.PROBE,
            "verdict.json", Kind.PROBE);

    static S3Call of(HttpHead head) {
        String[] parts = head.first().split(" ", 3);
        int question = parts[1].indexOf('?');
        return question < 0
                ? new S3Call(parts[0], parts[1], "", head)
                : new S3Call(parts[0], parts[1].substring(0, question), parts[1].substring(question + 1), head);
    }

    public String bucket() {
        return path.split("/", 3)[1];
    }

    /** The object's key; empty for a call of the bucket. */
    public String key() {
        String[] parts = path.split("/", 3);
        return parts.length < 3 ? "" : URLDecoder.decode(parts[2].replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    public Kind kind() {
        if (key().isEmpty()) {
            return method.equals("GET") && (query.contains("list-type") || query.contains("prefix="))
                    ? Kind.LIST
                    : Kind.BUCKET;
        }
        // The rest of a key is a state's name, which may hold the same words.
        for (String segment : List.of(key().split("/"))) {
            Kind kind = KINDS.get(segment);
            if (kind != null) {
                return kind;
            }
        }
        return Kind.OTHER;
    }

    /** Whether it is written only on a condition. */
    public boolean conditional() {
        return head.header("If-None-Match") != null || head.header("If-Match") != null;
    }

    S3Call with(HttpHead other) {
        return new S3Call(method, path, query, other);
    }

    /** All calls of this method and kind. */
    public static Predicate<S3Call> any(String method, Kind kind) {
        return call -> call.method().equals(method) && call.kind() == kind;
    }
}
