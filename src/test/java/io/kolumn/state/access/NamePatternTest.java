package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kolumn.state.StateName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {

    private static final Map<String, List<String>> CLAIMS = Map.of(
            "repository", List.of("acme/app"),
            "team", List.of("net", "web"),
            "star", List.of("*", "**", "a*"),
            "out", List.of("../x", "a/../b", "/", ""),
            "name", List.of("ada"));

    @ParameterizedTest
    @CsvSource({
        "prod, prod, true",
        "prod, prod/x, false",
        "prod, production, false",
        "team-a/**, team-a/net, true",
        "team-a/**, team-a/net/prod, true",
        "team-a/**, team-a, true",
        "team-a/**, team-ab, false",
        "team-a/**, team-ab/net, false",
        "team-a/*, team-a/net, true",
        "team-a/*, team-a/net/prod, false",
        "*, net, true",
        "*, net/prod, false",
        "**, net/prod/x, true",
        "**/prod, prod, true",
        "**/prod, a/b/prod, true",
        "**/prod, a/b/prod/c, false",
        "a/**/z, a/z, true",
        "a/**/z, a/b/c/z, true",
        "team-*, team-a, true",
        "team-*-x, team-a-x, true",
        "team-*-x, team-a, false",
        "{repository}/**, acme/app, false",
        "{+repository}, acme/app, true",
        "{+repository}/**, acme/app/prod, true",
        "{+repository}/**, acme/app2/prod, false",
        "{+repository}/**, acme, false",
        "{team}/*, net/prod, true",
        "{team}/*, web/prod, true",
        "{team}/*, db/prod, false",
        "x-{team}-y, x-web-y, true",
        "home/{name}/**, home/ada/a/b, true",
        "home/{name}/**, home/eve/a, false",
        "{star}/*, anything/prod, false",
        "{+star}/**, anything/prod, false",
        "{star}, a, false",
        "{out}/**, a/b, false",
        "{+out}/**, a/b, false",
        "p{out}, p, false",
        "p{missing}, p, false",
        "{+missing}/**, a, false",
        ".github, .github, true",
        "a/.x-*, a/.x-1, true",
        "a/*, a/.x, true",
        "live/**, live/.terragrunt-stack/vpc, true",
        ".live/**, live/vpc, false"
    })
    void matchesWhatItSaysAndNothingElse(String pattern, String name, boolean matches) {
        assertThat(NamePattern.parse(pattern).matches(StateName.of(name), CLAIMS))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "**, '', true, true",
        "**, team-a/, true, true",
        "team-a/**, team-a/, true, true",
        "team-a/**, team-a/net/, true, true",
        "team-a/**, team-a/ne, true, true",
        "team-a/**, team-a, false, true",
        "team-a/**, team, false, true",
        "team-a/**, '', false, true",
        "team-a/**, team-b/, false, false",
        "team-a/*, team-a/, false, true",
        "{team}/**, web/, true, true",
        "{team}/**, db/, false, true",
        "**/secret/**, a/, false, true",
        "**/secret/**, a/secret/, true, true",
        "team-a, team-a/, false, true"
    })
    void whatItSaysOfAllNamesThatStartSoIsCertain(String pattern, String beginning, boolean all, boolean some) {
        NamePattern parsed = NamePattern.parse(pattern);

        assertThat(parsed.matchesAllBelow(beginning, CLAIMS)).isEqualTo(all);
        assertThat(parsed.mayMatchBelow(beginning)).isEqualTo(some);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a//b",
                "a/",
                "/a",
                "a**",
                "**a",
                "a/***",
                "{team",
                "a/{+team}x",
                "x{+team}",
                "{}",
                "{a/b}",
                ".",
                "a/..",
                "a/../b",
                "-x",
                "a b",
                "ä",
                "{team}}",
                "a/{"
            })
    void aPatternThatCanBeNoNameIsAnError(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> NamePattern.parse(pattern));
    }
}
