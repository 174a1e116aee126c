package io.kolumn.state.encryption.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.encryption.KeyProvider;
import io.kolumn.state.encryption.KeyProvider.Wrapped;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What {@link KeyProvider} promises, of every provider alike. */
abstract class KeyProviderContract {

    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BOUND = {0, 3, 'k', 'e', 'y', 0, 3, 'a', '/', 'b'};

    /** Of the test that runs, and freed by it. */
    abstract KeyProvider keys();

    @Test
    void theActiveKeyWrapsAndUnwraps() {
        Wrapped wrapped = keys().wrap(SECRET, BOUND);

        assertThat(wrapped.key()).isEqualTo(keys().active());
        assertThat(keys().unwrap(wrapped, BOUND))
                .hasValueSatisfying(secret -> assertThat(secret).isEqualTo(SECRET));
    }

    @Test
    void theSameIsWrappedDifferentlyEachTime() {
        assertThat(keys().wrap(SECRET, BOUND)).isNotEqualTo(keys().wrap(SECRET, BOUND));
    }

    @Test
    void whatIsBoundToOneThingIsRefusedForAnother() {
        Wrapped wrapped = keys().wrap(SECRET, BOUND);
        byte[] other = BOUND.clone();
        other[other.length - 1]++;

        assertThatThrownBy(() -> keys().unwrap(wrapped, other)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> keys().unwrap(wrapped, new byte[0])).isInstanceOf(Unavailable.class);
    }

    @Test
    void whatWasAlteredIsRefused() {
        Wrapped wrapped = keys().wrap(SECRET, BOUND);
        StringBuilder altered = new StringBuilder(wrapped.text());
        int at = altered.length() - 8;
        altered.setCharAt(at, altered.charAt(at) == 'A' ? 'B' : 'A');

        assertThatThrownBy(() -> keys().unwrap(new Wrapped(wrapped.key(), altered.toString()), BOUND))
                .isInstanceOf(Unavailable.class);
    }

    @Test
    void aKeyOfAnotherProviderIsNotKnown() {
        String text = keys().wrap(SECRET, BOUND).text();

        for (String key : new String[] {
            "a-name-of-nothing",
            "nothing:v1",
            "arn:aws:kms:eu-central-1:999999999999:key/00000000-0000-0000-0000-000000000000"
        }) {
            assertThat(keys().unwrap(new Wrapped(key, text), BOUND)).as(key).isEmpty();
        }
    }

    @Test
    void noTextHoldsWhatWasWrapped() {
        Wrapped wrapped = keys().wrap(SECRET, BOUND);

        assertThat(wrapped + " " + keys() + " " + keys().active())
                .doesNotContain("0123456789abcdef", Base64.getEncoder().encodeToString(SECRET));
    }
}
