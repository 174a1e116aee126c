package io.kolumn.state.encryption;

import static io.kolumn.state.StateStoreContractTransitions.NOW;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.encryption.Envelope.TamperedException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an encrypted document opens with, and what it does not. */
class EnvelopeTest {

    private static final StateName NAME = StateName.of("team-a/network/prod");
    private static final String ID = "00112233445566778899aabbccddeeff";
    private static final StateKey KEY = new StateKey(ID, "2026-11", new byte[32]);
    private static final int SEALED_FRAME = Envelope.FRAME + 16;

    private static StateVersion recordOf(StateDocument document) {
        return record(7, "0a1b2c", document, NOW);
    }

    private static StateDocument seal(StateDocument document, Compression compression) {
        return Envelope.seal(KEY, NAME, recordOf(document), document, compression);
    }

    private static StateDocument open(StateDocument document, byte[] envelope) throws TamperedException {
        return Envelope.open(KEY, NAME, recordOf(document), StateDocument.sealed(List.of(envelope)));
    }

    /** A document of so many bytes. */
    private static StateDocument sized(int size) {
        String frame = "{\"version\":4,\"pad\":\"\"}";
        StringBuilder pad = new StringBuilder();
        Random random = new Random(size);
        while (pad.length() < size - frame.length()) {
            pad.append((char) ('a' + random.nextInt(26)));
        }
        return StateDocument.parse("{\"version\":4,\"pad\":\"" + pad + "\"}");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void everyByteThatIsFlippedIsRefused(Compression compression) {
        StateDocument document = document(1);
        byte[] envelope = seal(document, compression).toBytes();
        assertThatCode(() -> open(document, envelope)).doesNotThrowAnyException();

        for (int i = 0; i < envelope.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] altered = envelope.clone();
                altered[i] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> open(document, altered))
                        .as("bit %d of byte %d", bit, i)
                        .isInstanceOf(TamperedException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void everyTruncationIsRefused(Compression compression) {
        StateDocument document = document(1);
        byte[] envelope = seal(document, compression).toBytes();

        for (int length = 0; length < envelope.length; length++) {
            byte[] cut = Arrays.copyOf(envelope, length);
            assertThatThrownBy(() -> open(document, cut)).as("%d bytes", length).isInstanceOf(TamperedException.class);
        }
    }

    @Test
    void framesThatAreMissingRepeatedOrInAnotherOrderAreRefused() {
        StateDocument document = sized(3 * Envelope.FRAME + 100);
        byte[] envelope = seal(document, Compression.NONE).toBytes();

        for (int[] order :
                new int[][] {{0, 1, 2}, {0, 1}, {1, 2, 3}, {0, 2, 1, 3}, {0, 1, 2, 3, 3}, {0, 0, 1, 2, 3}, {}}) {
            byte[] altered = frames(envelope, order);
            assertThatThrownBy(() -> open(document, altered))
                    .as("%s", Arrays.toString(order))
                    .isInstanceOf(TamperedException.class);
        }
        assertThatCode(() -> open(document, frames(envelope, 0, 1, 2, 3))).doesNotThrowAnyException();
    }

    private static byte[] frames(byte[] envelope, int... order) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(envelope, 0, Envelope.HEADER);
        for (int frame : order) {
            int from = Envelope.HEADER + frame * SEALED_FRAME;
            out.write(envelope, from, Math.min(SEALED_FRAME, envelope.length - from));
        }
        return out.toByteArray();
    }

    @Test
    void framesOfAnotherVersionAreRefused() throws TamperedException {
        StateDocument document = sized(Envelope.FRAME + 100);
        StateVersion other = record(8, "0a1b2c", document, NOW);
        byte[] mine = seal(document, Compression.NONE).toBytes();
        byte[] theirs =
                Envelope.seal(KEY, NAME, other, document, Compression.NONE).toBytes();
        System.arraycopy(theirs, Envelope.HEADER, mine, Envelope.HEADER, SEALED_FRAME);

        assertThatThrownBy(() -> open(document, mine)).isInstanceOf(TamperedException.class);
        assertThat(Envelope.open(KEY, NAME, other, StateDocument.sealed(List.of(theirs))))
                .isEqualTo(document);
    }

    @Test
    void anEnvelopeOpensForNothingButWhatItIsBoundTo() {
        StateDocument document = document(1);
        StateDocument envelope = seal(document, Compression.NONE);
        StateVersion right = recordOf(document);

        assertRefused(KEY, StateName.of("team-a/network/prod2"), right, envelope);
        assertRefused(KEY, NAME, record(8, right.id(), document, NOW), envelope);
        assertRefused(KEY, NAME, record(0, right.id(), document, NOW), envelope);
        assertRefused(KEY, NAME, record(7, "0a1b2d", document, NOW), envelope);
        assertRefused(KEY, NAME, facts(right, 2L, right.lineage(), right.empty(), right.format()), envelope);
        assertRefused(KEY, NAME, facts(right, null, right.lineage(), right.empty(), right.format()), envelope);
        assertRefused(KEY, NAME, facts(right, right.serial(), "another", right.empty(), right.format()), envelope);
        assertRefused(KEY, NAME, facts(right, right.serial(), right.lineage(), true, right.format()), envelope);
        assertRefused(
                KEY, NAME, facts(right, right.serial(), right.lineage(), false, StateDocument.Format.OTHER), envelope);
        byte[] otherSecret = new byte[32];
        otherSecret[31] = 1;
        assertRefused(new StateKey(ID, "2026-11", otherSecret), NAME, right, envelope);
        assertThatCode(() -> Envelope.open(KEY, NAME, right, envelope)).doesNotThrowAnyException();
    }

    private static StateVersion facts(
            StateVersion of, Long serial, String lineage, boolean empty, StateDocument.Format format) {
        return new StateVersion(
                of.number(),
                of.id(),
                format,
                empty,
                serial,
                lineage,
                of.sha256(),
                of.size(),
                of.created(),
                of.author(),
                of.operation(),
                of.fence());
    }

    private static void assertRefused(StateKey key, StateName name, StateVersion version, StateDocument envelope) {
        assertThatThrownBy(() -> Envelope.open(key, name, version, envelope)).isInstanceOf(TamperedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void sizesAroundAFrameComeBack(int more) throws TamperedException {
        for (int frames = 1; frames <= 18; frames++) {
            StateDocument document = sized(frames * Envelope.FRAME + more);
            for (Compression compression : Compression.values()) {
                StateDocument opened =
                        open(document, seal(document, compression).toBytes());

                assertThat(opened.toBytes()).isEqualTo(document.toBytes());
                assertThat(opened.sha256()).isEqualTo(document.sha256());
                assertThat(opened.format()).isEqualTo(document.format());
            }
        }
    }

    @Test
    void aDocumentIsTheSameEnvelopeWheneverItIsMade() {
        StateDocument document = document(1);

        assertThat(seal(document, Compression.NONE)).isEqualTo(seal(document, Compression.NONE));
        assertThat(seal(document, Compression.GZIP)).isEqualTo(seal(document, Compression.GZIP));
        assertThat(seal(document, Compression.NONE)).isNotEqualTo(seal(document, Compression.GZIP));
    }

    @Test
    void compressionMakesRepetitionsSmall() {
        StateDocument document = StateDocument.parse("{\"version\":4,\"pad\":\"" + "abc".repeat(100_000) + "\"}");

        assertThat(seal(document, Compression.GZIP).size()).isLessThan(document.size() / 50);
        assertThat(seal(document, Compression.NONE).size()).isEqualTo(document.size() + 21 + 19 * 16);
    }

    @Test
    void theKeyIsInNoText() {
        assertThat(KEY.toString()).doesNotContain("0000000000").contains(ID);
    }
}
