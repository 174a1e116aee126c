package io.kolumn.state.encryption.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.encryption.KeyProvider;
import io.kolumn.state.encryption.KeyProvider.Wrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of a file or of the configuration: what is a key, what it wraps, and that nobody sees it. */
class LocalKeysTest extends KeyProviderContract {

    private static final String ONE = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String TWO = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    private static final byte[] SECRET = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] BOUND = {9};

    @TempDir
    Path folder;

    private final LocalKeys keys = LocalKeys.of("one=" + ONE);

    @Override
    KeyProvider keys() {
        return keys;
    }

    private Path file(String text, int second) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), text);
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.parse("2026-11-25T00:00:00Z").plusSeconds(second)));
        return file;
    }

    @Test
    void theFirstKeyWrapsAndAllUnwrap() {
        LocalKeys before = LocalKeys.of("one=" + ONE);
        LocalKeys after = LocalKeys.of("# the new one\n\n  two = " + TWO + "\r\none=" + ONE + "\n");
        Wrapped byOne = before.wrap(SECRET, BOUND);
        Wrapped byTwo = after.wrap(SECRET, BOUND);

        assertThat(byOne.key()).isEqualTo("one");
        assertThat(byTwo.key()).isEqualTo("two");
        assertThat(after.unwrap(byOne, BOUND))
                .hasValueSatisfying(secret -> assertThat(secret).isEqualTo(SECRET));
        assertThat(after.unwrap(byTwo, BOUND))
                .hasValueSatisfying(secret -> assertThat(secret).isEqualTo(SECRET));
        assertThat(before.unwrap(byTwo, BOUND)).isEmpty();
    }

    @Test
    void keysBetweenCommasAreKeys() {
        assertThat(LocalKeys.of("two=" + TWO + ",one=" + ONE).active()).isEqualTo("two");
    }

    @Test
    void whateverWasAlteredIsRefused() {
        Wrapped wrapped = keys.wrap(SECRET, BOUND);

        for (int i = 0; i < wrapped.text().length(); i++) {
            char other = wrapped.text().charAt(i) == 'A' ? 'B' : 'A';
            String altered =
                    wrapped.text().substring(0, i) + other + wrapped.text().substring(i + 1);
            assertThatThrownBy(() -> keys.unwrap(new Wrapped("one", altered), BOUND))
                    .as("character %d", i)
                    .isInstanceOf(Unavailable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing",
                "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
                "one=AQEBAQEBAQE=",
                "one=not base64 at all",
                "one=",
                "=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
                "a b=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
                "one=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=,one=AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
            })
    void whatIsNoKeyIsRefusedWithoutBeingShown(String text) {
        Throwable refused = catchThrowable(() -> LocalKeys.of(text));

        assertThat(refused).isInstanceOf(Invalid.class).hasMessageNotContainingAny("AQEB", "AgIC", "not base64");
    }

    @Test
    void aFileThatChangesIsReadAgain() throws IOException {
        LocalKeys keys = LocalKeys.at(file("one=" + ONE, 1));
        Wrapped byOne = keys.wrap(SECRET, BOUND);
        file("two=" + TWO + "\none=" + ONE, 2);

        assertThat(keys.active()).isEqualTo("two");
        assertThat(keys.unwrap(byOne, BOUND)).isPresent();
        file("two=" + TWO, 3);
        assertThat(keys.unwrap(byOne, BOUND)).isEmpty();
    }

    @Test
    void aFileThatBecomesWrongOrGoesLeavesTheKeysOfBefore() throws IOException {
        LocalKeys keys = LocalKeys.at(file("one=" + ONE, 1));
        Path file = file("nonsense", 2);
        assertThat(keys.active()).isEqualTo("one");
        Files.delete(file);
        assertThat(keys.active()).isEqualTo("one");
        file("two=" + TWO, 3);
        assertThat(keys.active()).isEqualTo("two");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> LocalKeys.at(folder.resolve("none")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void noTextHoldsAKey() {
        LocalKeys keys = LocalKeys.of("one=" + ONE + ",two=" + TWO);

        assertThat(keys.toString()).isEqualTo("local keys [one, two]");
        assertThat(keys.wrap(SECRET, BOUND).toString()).doesNotContain("AQEB");
    }
}
