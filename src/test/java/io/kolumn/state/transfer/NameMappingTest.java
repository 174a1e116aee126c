package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names for what others call as no state here can be called, and the way back. */
class NameMappingTest {

    private static final Pattern ESCAPE = Pattern.compile("_x([0-9A-F]*)_");

    /** What docs/migration.md says of how a name is read back. */
    private static String original(String mapped) {
        Matcher escape = ESCAPE.matcher(mapped);
        return escape.replaceAll(found -> found.group(1).isEmpty()
                ? ""
                : Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
    }

    @ParameterizedTest
    @CsvSource({
        "prod/net, prod/net",
        ".terragrunt-stack/vpc, .terragrunt-stack/vpc",
        "., _x2E_",
        "../x, _x2E_./x",
        "a//b, a/_x_/b",
        "my app, my_x20_app",
        "-rf, _x2D_rf",
        "käse/🧀, k_xE4_se/_x1F9C0_",
        "a_x20_b, a_x20_b",
        "a_x20_b c, a_x5F_x20_b_x20_c",
        "env:/prod, env_x3A_/prod"
    })
    void whatIsNoNameHasOneThatStandsForIt(String text, String name) {
        assertThat(NameMapping.of(text)).isEqualTo(name);
        assertThat(StateName.of(name).value()).isEqualTo(name);
    }

    @Property
    void everyTextHasANameAndIsReadBackFromIt(@ForAll("texts") String text) {
        String mapped = NameMapping.of(text);

        assertThat(StateName.of(mapped).value()).isEqualTo(mapped);
        if (isName(text)) {
            assertThat(mapped).isEqualTo(text);
        } else {
            assertThat(original(mapped)).isEqualTo(text);
        }
    }

    private static boolean isName(String text) {
        try {
            return StateName.of(text).value().equals(text);
        } catch (Invalid e) {
            return false;
        }
    }

    /** Short ones, whose names are not too long, of the characters that matter. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("aZ0F_x2E.-/ é\u0000+%")
                .withCharRange('\ud83c', '\udfff')
                .ofMaxLength(12);
    }
}
