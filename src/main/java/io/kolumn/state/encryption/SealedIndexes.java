package io.kolumn.state.encryption;

import io.kolumn.state.IndexDocuments;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The documents of the inventory, encrypted by the key of their state as its documents are. That of a state whose current
 * version is plain stays plain, and is none from the first encrypted version on. What cannot be decrypted is no document: it
 * will be made again.
 *
 * <p>An encrypted one is {@code KSI}, the layout (1), the size and the sha-256 of the document, and an envelope.
 */
final class SealedIndexes implements IndexDocuments {

    private static final byte[] MAGIC = {'K', 'S', 'I', 1};
    private static final int SHA256 = 32;
    private static final int HEADER = MAGIC.length + Long.BYTES + SHA256;
    private static final String ID = "index";

    private final StateStore store;
    private final IndexDocuments documents;
    private final StateKeys keys;
    private final UnwrappedKeys unwrapped;
    private final Compression compression;

    SealedIndexes(
            StateStore store,
            IndexDocuments documents,
            StateKeys keys,
            UnwrappedKeys unwrapped,
            Compression compression) {
        this.store = store;
        this.documents = documents;
        this.keys = keys;
        this.unwrapped = unwrapped;
        this.compression = compression;
    }

    @Override
    public void put(StateName name, byte[] index) {
        StateHead head = store.head(name).orElse(null);
        if (head == null || !sealed(head)) {
            documents.put(name, index);
            return;
        }
        StateDocument document = StateDocument.sealed(List.of(index));
        StateKey key = keys.forWriting(name, head, head.lastVersion() + 1, false);
        StateDocument envelope =
                Envelope.seal(key, name, record(document.size(), document.sha256()), document, compression);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(document.size()).array());
        out.writeBytes(HexFormat.of().parseHex(document.sha256()));
        out.writeBytes(envelope.toBytes());
        documents.put(name, out.toByteArray());
    }

    private static boolean sealed(StateHead head) {
        return head.current() != null && head.current().sealed();
    }

    private static StateVersion record(long size, String sha256) {
        return new StateVersion(
                0, ID, StateDocument.Format.OTHER, false, null, null, sha256, size, Instant.EPOCH, "", "", 0);
    }

    @Override
    public Optional<byte[]> get(StateName name) {
        return documents.get(name).flatMap(kept -> opened(name, kept));
    }

    private Optional<byte[]> opened(StateName name, byte[] kept) {
        boolean plain = kept.length < HEADER || !Arrays.equals(kept, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        if (plain) {
            return store.head(name).filter(SealedIndexes::sealed).isPresent() ? Optional.empty() : Optional.of(kept);
        }
        long size = ByteBuffer.wrap(kept, MAGIC.length, Long.BYTES).getLong();
        String sha256 = HexFormat.of().formatHex(kept, MAGIC.length + Long.BYTES, HEADER);
        if (size < 0) {
            return Optional.empty();
        }
        StateDocument envelope = StateDocument.sealed(List.of(Arrays.copyOfRange(kept, HEADER, kept.length)));
        try {
            StateKey key = unwrapped.read(name, Envelope.keyOf(envelope), "The index of state '" + name + "'");
            return Optional.of(
                    Envelope.open(key, name, record(size, sha256), envelope).toBytes());
        } catch (Envelope.TamperedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(StateName name) {
        documents.delete(name);
    }
}
