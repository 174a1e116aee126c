package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateException.Invalid;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StateNamePropertiesTest {

    private static final String SEGMENT = "(?!\\.{1,2}(/|$))[A-Za-z0-9_.][A-Za-z0-9._-]*";
    private static final Pattern SEGMENTS = Pattern.compile(SEGMENT + "(/" + SEGMENT + ")*");

    @Property
    void anyTextIsANameOrClearlyNone(@ForAll String text) {
        acceptedExactlyIfItIsAName(text);
    }

    @Property
    void textsThatAreAlmostNamesAreNamesOrClearlyNone(@ForAll("almostNames") String text) {
        acceptedExactlyIfItIsAName(text);
    }

    /** Short ones of the characters that matter, and long ones around the limit. */
    @Provide
    Arbitrary<String> almostNames() {
        Arbitrary<String> small =
                Arbitraries.strings().withChars("aZ0_.-/%+ \u0000é").ofMaxLength(8);
        Arbitrary<String> large = Arbitraries.strings()
                .withChars("ab/")
                .ofMinLength(250)
                .ofMaxLength(260)
                .map(text -> text.replaceAll("//+", "/a").replaceAll("^/", "a"));
        return Arbitraries.oneOf(small, large);
    }

    private static void acceptedExactlyIfItIsAName(String text) {
        boolean valid = text.length() <= 255 && SEGMENTS.matcher(text).matches();
        try {
            assertThat(StateName.of(text).value()).isEqualTo(text);
            assertThat(valid).as("accepted: '%s'", text).isTrue();
        } catch (Invalid refusal) {
            assertThat(valid).as("refused: '%s'", text).isFalse();
            assertThat(refusal).message().matches("[ -~]+");
        }
    }
}
