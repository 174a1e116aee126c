package io.kolumn.state.http;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Stored;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Answers that are a document, or only what is known of one. */
public final class DocumentAnswer {

    /** Smaller documents are not worth compressing: they fit into the first packets as they are. */
    private static final int GZIP_FROM = 2048;

    private DocumentAnswer() {}

    /** The document, compressed if the client takes that. */
    public static RestResponse<StateDocument> of(Stored stored, HttpHeaders request) {
        boolean gzip = gzip(stored.version(), request);
        RestResponse.ResponseBuilder<StateDocument> answer =
                RestResponse.ResponseBuilder.ok(stored.document(), MediaType.APPLICATION_JSON_TYPE);
        describe(answer, stored.version(), gzip);
        if (!gzip) {
            answer.header(HttpHeaders.CONTENT_LENGTH, stored.version().size());
        }
        return answer.header(HttpHeaders.CONTENT_ENCODING, gzip ? "gzip" : "identity")
                .build();
    }

    /** As {@link #of}, without the document: an answer to HEAD. */
    public static RestResponse<Void> headOf(StateVersion version, HttpHeaders request) {
        boolean gzip = gzip(version, request);
        RestResponse.ResponseBuilder<Void> answer = RestResponse.ResponseBuilder.ok();
        describe(answer, version, gzip).type(MediaType.APPLICATION_JSON_TYPE);
        if (gzip) {
            answer.header(HttpHeaders.CONTENT_ENCODING, "gzip");
        } else {
            answer.header(HttpHeaders.CONTENT_LENGTH, version.size());
        }
        return answer.build();
    }

    /** The client has this version already. */
    public static <T> RestResponse<T> notModified(StateVersion version, HttpHeaders request) {
        RestResponse.ResponseBuilder<T> answer = RestResponse.ResponseBuilder.create(RestResponse.Status.NOT_MODIFIED);
        return describe(answer, version, gzip(version, request)).build();
    }

    /** Adds what is known of a version to an answer. */
    public static <T> RestResponse.ResponseBuilder<T> describe(
            RestResponse.ResponseBuilder<T> answer, StateVersion version, boolean gzip) {
        answer.header(HttpHeaders.ETAG, Tags.of(version, gzip))
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(
                        HttpHeaders.LAST_MODIFIED,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                version.created().atOffset(ZoneOffset.UTC)))
                .header("State-Version", version.number())
                .header("State-Checksum", version.sha256());
        if (version.serial() != null) {
            answer.header("State-Serial", version.serial());
        }
        if (version.lineage() != null && isHeaderText(version.lineage())) {
            answer.header("State-Lineage", version.lineage());
        }
        return answer;
    }

    /** A lineage is any text; one that no header can hold is left out. */
    private static boolean isHeaderText(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    private static boolean gzip(StateVersion version, HttpHeaders request) {
        return version.size() >= GZIP_FROM && acceptsGzip(request.getHeaderString(HttpHeaders.ACCEPT_ENCODING));
    }

    static boolean acceptsGzip(@Nullable String accepted) {
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = coding.strip().split(";", -1);
            if (parts[0].strip().equals("gzip")) {
                return parts.length == 1 || !parts[1].replace(" ", "").matches("q=0(\\.0*)?");
            }
        }
        return false;
    }
}
