package io.kolumn.state.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.store.DocumentSource;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Documents that are values in a file of JSON: as base64, in one piece or several, compressed or not. */
final class EncodedDocument {

    private static final ObjectMapper TREES = new JsonMapper();

    private EncodedDocument() {}

    /**
     * The JSON of a file.
     *
     * @param by the command that writes such a file
     */
    static JsonNode json(Path file, String by) throws IOException {
        try {
            return TREES.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new Invalid(file + " is not JSON. Create it with " + by + ".");
        }
    }

    /**
     * The bytes of a value.
     *
     * @throws Invalid if it is not base64
     */
    static byte[] bytes(JsonNode value) {
        try {
            return Base64.getDecoder().decode(value.asText());
        } catch (IllegalArgumentException e) {
            throw new Invalid("It is not base64.");
        }
    }

    /** What these bytes are as JSON; a missing node if they are none. */
    static JsonNode tree(byte[] bytes) throws IOException {
        try {
            return TREES.readTree(bytes);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** Finds a document, or throws {@link Invalid}. */
    interface Finding {
        StateDocument document() throws IOException;
    }

    /** Gives a document, or says why there is none. */
    static void give(String name, String where, Finding finding, DocumentSource.Receiver receiver) {
        StateDocument document;
        try {
            document = finding.document();
        } catch (IOException e) {
            receiver.refused(name, where + " is incomplete or damaged: " + e.getMessage() + ".");
            return;
        } catch (Invalid e) {
            receiver.refused(name, where + " is not a state: " + e.getMessage());
            return;
        }
        receiver.found(name, where, document);
    }

    /** Of pieces that follow one another, and are compressed together or not at all. */
    static StateDocument of(List<byte[]> pieces) throws IOException {
        List<InputStream> streams =
                pieces.stream().<InputStream>map(ByteArrayInputStream::new).toList();
        try (InputStream in =
                new BufferedInputStream(new SequenceInputStream(Collections.enumeration(streams)), 64 * 1024)) {
            in.mark(1);
            boolean compressed = in.read() == 0x1f;
            in.reset();
            return StateDocument.read(compressed ? new GZIPInputStream(in, 64 * 1024) : in, -1, Long.MAX_VALUE);
        }
    }
}
