package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateException.Configuration.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules about somebody who is not there. */
class UnknownSubjectsTest {

    private static List<Problem> named(String who, Map<String, String> more) {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "kolumn.state.user.ada.hash", "x",
                "kolumn.state.user.ada.groups", "net",
                "kolumn.state.token.ci.hash", "y",
                "kolumn.state.policy.rule.subjects", who,
                "kolumn.state.policy.rule.states", "**",
                "kolumn.state.policy.rule.roles", "reader"));
        properties.putAll(more);
        return new UnknownSubjects(AccessConfig.of(properties, new ArrayList<>())).named();
    }

    @ParameterizedTest
    @CsvSource({
        "user:nobody, the configuration has no such name",
        "user:adda, did you mean 'ada'?",
        "token:build, the configuration has no such name",
        "token:ic, did you mean 'ci'?",
        "group:people, the configuration has no such name",
        "user:x*, the configuration has no such name"
    })
    void whoeverIsNotThereIsNamedWithTheKeyOfTheRule(String who, String hint) {
        assertThat(named(who, Map.of())).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("kolumn.state.policy.rule.subjects");
            assertThat(problem.value()).isEqualTo(who);
            assertThat(problem.message()).startsWith("names no one").contains(hint);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user:ada
            user:a*
            token:ci
            group:net
            authenticated
            anonymous
            certificate
            """)
    void whoeverIsThereIsNoMatter(String who) {
        assertThat(named(who, Map.of())).isEmpty();
    }

    /** What groups an issuer's tokens have nobody knows before they come. */
    @Test
    void groupsOfAnIssuerAreNotKnown() {
        assertThat(named(
                        "group:people, user:nobody",
                        Map.of(
                                "kolumn.state.issuer.ci.url", "https://ci.example.org",
                                "kolumn.state.issuer.ci.audience", "kolumn",
                                "kolumn.state.issuer.ci.groups-claim", "groups")))
                .extracting(Problem::value)
                .containsExactly("user:nobody");
    }
}
