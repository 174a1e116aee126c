package io.kolumn.state.http;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** Answers that are a document, or only what is known of one. */
public final class DocumentAnswer {

    private DocumentAnswer() {}

    /** The document, compressed if the client takes that. */
    public static RestResponse<StateDocument> of(VersionedDocument stored, HttpHeaders request) {
        RestResponse.ResponseBuilder<StateDocument> answer =
                RestResponse.ResponseBuilder.ok(stored.document(), MediaType.APPLICATION_JSON_TYPE);
        return coded(answer, stored.version(), request).build();
    }

    /** As {@link #of}, without the document: an answer to HEAD. */
    public static RestResponse<Void> headOf(StateVersion version, HttpHeaders request) {
        RestResponse.ResponseBuilder<Void> answer =
                RestResponse.ResponseBuilder.<Void>ok().type(MediaType.APPLICATION_JSON_TYPE);
        return coded(answer, version, request).build();
    }

    private static <T> RestResponse.ResponseBuilder<T> coded(
            RestResponse.ResponseBuilder<T> answer, StateVersion version, HttpHeaders request) {
        ContentCoding coding = coding(version, request);
        describe(answer, version, coding);
        return switch (coding) {
            case IDENTITY -> answer.header(HttpHeaders.CONTENT_LENGTH, version.size());
            case GZIP -> answer.header(HttpHeaders.CONTENT_ENCODING, coding.token());
        };
    }

    /** The client has this version already. */
    public static <T> RestResponse<T> notModified(StateVersion version, HttpHeaders request) {
        RestResponse.ResponseBuilder<T> answer = RestResponse.ResponseBuilder.create(RestResponse.Status.NOT_MODIFIED);
        return describe(answer, version, coding(version, request)).build();
    }

    /** Adds what is known of a version to an answer; its tag is that of the document in this coding. */
    public static <T> RestResponse.ResponseBuilder<T> describe(
            RestResponse.ResponseBuilder<T> answer, StateVersion version, ContentCoding coding) {
        answer.header(HttpHeaders.ETAG, EntityTags.of(version, coding))
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.LAST_MODIFIED, HttpDate.of(version.created()))
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
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static ContentCoding coding(StateVersion version, HttpHeaders request) {
        return ContentCoding.of(request.getHeaderString(HttpHeaders.ACCEPT_ENCODING), version.size());
    }
}
