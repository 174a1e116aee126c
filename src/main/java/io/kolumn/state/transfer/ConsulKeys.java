package io.kolumn.state.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.store.DocumentNames;
import io.kolumn.state.store.DocumentNames.Kind;
import io.kolumn.state.store.DocumentPlaces;
import io.kolumn.state.store.DocumentSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of Terraform's {@code consul} backend ({@code internal/backend/remote-state/consul} of its sources), as {@code consul kv
 * export} writes them. A state is the value of its path, compressed or not; one that is too large for a value is in pieces
 * below it, {@code <path>/tfstate.<md5>/<number>}, which the value names.
 */
public final class ConsulKeys {

    private static final Pattern PIECE = Pattern.compile("(?<path>.+)/tfstate\\.[0-9a-f]{32}/\\d+");

    private final Path file;
    private final Map<String, JsonNode> values = new TreeMap<>();

    public ConsulKeys(Path file) {
        this.file = file;
    }

    /** Gives every document, in the order of their names. */
    public void read(DocumentSource.Receiver receiver) throws IOException {
        JsonNode json = EncodedDocument.json(file, "consul kv export");
        if (!json.isArray()) {
            throw new Invalid(file + " is not a list of keys. Create it with consul kv export PREFIX.");
        }
        for (JsonNode entry : json) {
            String key = entry.path("key").asText();
            if (values.putIfAbsent(key, entry.path("value")) != null) {
                receiver.refused(key, key + " is in the file twice.");
            }
        }
        DocumentPlaces places = new DocumentPlaces(receiver);
        values.forEach((key, value) -> place(key, value, places, receiver));
        places.each((name, key) -> {
            JsonNode value = Objects.requireNonNull(values.get(key));
            EncodedDocument.give(name, key, () -> document(value), receiver);
        });
    }

    private void place(String key, JsonNode value, DocumentPlaces places, DocumentSource.Receiver receiver) {
        Matcher piece = PIECE.matcher(key);
        if (value.asText().isEmpty()) {
            places.add(new Kind.Other("has no value"), key);
        } else if (!piece.matches()) {
            places.add(DocumentNames.ofConsulKey(key.replaceFirst("/$", "")), key);
        } else if (values.containsKey(piece.group("path")) || values.containsKey(piece.group("path") + "/")) {
            places.add(new Kind.Other("is part of a large state, which is counted once"), key);
        } else {
            receiver.refused(key, key + " is part of a state, but " + piece.group("path") + " is not in the file.");
        }
    }

    private StateDocument document(JsonNode value) throws IOException {
        byte[] bytes = EncodedDocument.bytes(value);
        JsonNode head = EncodedDocument.tree(bytes);
        if (!head.path("current-hash").isTextual()) {
            return EncodedDocument.of(List.of(bytes));
        }
        List<byte[]> pieces = new ArrayList<>();
        for (JsonNode piece : head.path("chunks")) {
            JsonNode found = values.get(piece.asText());
            if (found == null) {
                throw new Invalid("Its part " + piece.asText() + " is not in the file.");
            }
            pieces.add(EncodedDocument.bytes(found));
        }
        StateDocument document = EncodedDocument.of(pieces);
        if (!md5(document).equals(head.path("current-hash").asText())) {
            throw new Invalid("Its parts do not match its checksum.");
        }
        return document;
    }

    private static String md5(StateDocument document) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            document.buffers().forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }
}
