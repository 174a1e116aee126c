package io.kolumn.state.cli;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The document in an answer of a service, with the record that the headers tell of it. */
final class ServerDocument {

    private ServerDocument() {}

    /** @throws Unavailable if it was damaged on its way, or did not come whole */
    static VersionedDocument of(StateName name, HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
            StateDocument document = StateDocument.read(body, length, Long.MAX_VALUE);
            String checksum = header(answer, "State-Checksum");
            if (!document.sha256().equals(checksum)) {
                throw new Unavailable(
                        "The document of state '" + name + "' was damaged in transit: its sha-256 is "
                                + document.sha256() + ", not " + checksum + ".",
                        null);
            }
            return new VersionedDocument(record(answer, document), document);
        } catch (IOException e) {
            throw new Unavailable("The document of state '" + name + "' cannot be read: " + IoFault.text(e) + ".", e);
        }
    }

    /** Returns false if another version may have been current at the time that was asked for. */
    static boolean exact(HttpResponse<InputStream> answer) {
        return !header(answer, "State-Exact").equals("false");
    }

    private static String header(HttpResponse<InputStream> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static Instant time(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private static StateVersion record(HttpResponse<InputStream> answer, StateDocument document) {
        long number = answer.headers().firstValueAsLong("State-Version").orElse(0);
        return new StateVersion(
                number,
                "v" + number,
                document.format(),
                document.isEmpty(),
                document.serial(),
                document.lineage(),
                document.sha256(),
                document.size(),
                time(header(answer, "Last-Modified")),
                "",
                "",
                0);
    }
}
