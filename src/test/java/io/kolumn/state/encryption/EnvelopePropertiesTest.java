package io.kolumn.state.encryption;

import static io.kolumn.state.StateStoreContractTransitions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class EnvelopePropertiesTest {

    private static final StateName NAME = StateName.of("a/b");
    private static final StateKey KEY = new StateKey("00112233445566778899aabbccddeeff", "k", new byte[32]);

    /** Of any bytes, in any pieces: an envelope does not ask for JSON. */
    @Property(tries = 150)
    void anyBytesComeBack(
            @ForAll("sizes") int size,
            @ForAll @LongRange(min = 1, max = 1_000_000) long seed,
            @ForAll Compression compression)
            throws Envelope.TamperedException {
        Random random = new Random(seed);
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        if (seed % 2 == 0) {
            Arrays.fill(bytes, size / 3, size, (byte) 'x');
        }
        StateDocument document = StateDocument.sealed(pieces(bytes, random));
        StateVersion version = new StateVersion(
                1,
                "1",
                StateDocument.Format.OTHER,
                false,
                null,
                null,
                document.sha256(),
                document.size(),
                NOW,
                "",
                "",
                0);

        StateDocument envelope = Envelope.seal(KEY, NAME, version, document, compression);
        StateDocument kept = StateDocument.sealed(pieces(envelope.toBytes(), random));

        assertThat(kept).isEqualTo(envelope);
        assertThat(Envelope.open(KEY, NAME, version, kept).toBytes()).isEqualTo(bytes);
    }

    /** Around the limits of frames, and anything below them. */
    @Provide
    Arbitrary<Integer> sizes() {
        Arbitrary<Integer> around = Arbitraries.integers()
                .between(0, 34)
                .flatMap(frames -> Arbitraries.integers()
                        .between(-18, 18)
                        .map(more -> Math.max(0, frames * Envelope.FRAME + more)));
        return Arbitraries.oneOf(around, Arbitraries.integers().between(0, 40 * Envelope.FRAME));
    }

    private static List<byte[]> pieces(byte[] bytes, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
            pieces.add(Arrays.copyOfRange(bytes, at, at + length));
            at += length;
        }
        return pieces;
    }
}
