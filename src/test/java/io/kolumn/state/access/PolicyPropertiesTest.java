package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PolicyPropertiesTest {

    private static final Identity ADA = Identity.user("ada", Set.of());

    /** A rule as its lines say it, without its name. */
    record Sketch(String states, Permission verb, boolean denies) {}

    @Property
    void aDenialWinsOverAnyOtherRulesInAnyOrder(
            @ForAll("sketches") List<Sketch> sketches, @ForAll("names") StateName name, @ForAll Permission verb) {
        boolean denied = sketches.stream()
                .anyMatch(rule -> rule.denies() && rule.verb() == verb && matches(rule.states(), name));

        Decision decision = policy(sketches).explain(ADA, verb, name);

        if (denied) {
            assertThat(decision.allowed()).isFalse();
        }
        assertThat(policy(sketches.reversed()).explain(ADA, verb, name).allowed())
                .isEqualTo(decision.allowed());
    }

    @Property
    void whatIsAllowedIsAllowedByARuleThatSaysSo(
            @ForAll("sketches") List<Sketch> sketches, @ForAll("names") StateName name, @ForAll Permission verb) {
        Decision decision = policy(sketches).explain(ADA, verb, name);

        boolean given = sketches.stream()
                .anyMatch(rule -> !rule.denies()
                        && (rule.verb() == verb || (verb == Permission.OUTPUTS && rule.verb() == Permission.READ))
                        && matches(rule.states(), name));
        assertThat(!decision.allowed() || given).isTrue();
    }

    @Property
    void noGlobEscapesItsPrefix(@ForAll("names") StateName prefix, @ForAll("names") StateName name) {
        boolean within = name.equals(prefix) || name.value().startsWith(prefix + "/");

        assertThat(matches(prefix + "/**", name)).isEqualTo(within);
        assertThat(matches(prefix + "/*", name))
                .isEqualTo(within
                        && !name.equals(prefix)
                        && name.value().indexOf('/', prefix.value().length() + 1) < 0);
    }

    /** Whatever a claim holds, it gives no more than a name that begins with exactly it. */
    @Property
    void aPlaceholderInjectsNeitherStarsNorSlashes(@ForAll("values") String value, @ForAll("names") StateName name) {
        Map<String, List<String>> claims = Map.of("claim", List.of(value));

        boolean one = NamePattern.parse("{claim}/**").matches(name, claims);
        boolean more = NamePattern.parse("{+claim}/**").matches(name, claims);

        boolean within = name.value().equals(value) || name.value().startsWith(value + "/");
        assertThat(one).isEqualTo(within && !value.isEmpty() && value.indexOf('/') < 0);
        assertThat(more).isEqualTo(within && !value.isEmpty());
    }

    @Property
    void aStarOfAClaimsPatternStopsAtSlashes(@ForAll("values") String value) {
        assertThat(ValuePattern.of("acme/*").matches("acme/" + value)).isEqualTo(value.indexOf('/') < 0);
        assertThat(ValuePattern.of("acme/**").matches("acme/" + value)).isTrue();
        assertThat(ValuePattern.of("acme/*").matches(value)).isEqualTo(value.matches("acme/[^/]*"));
    }

    @Provide
    Arbitrary<StateName> names() {
        return segments().map(parts -> StateName.of(String.join("/", parts)));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("ab*/.{}-+").ofMaxLength(6),
                segments().map(parts -> String.join("/", parts)));
    }

    @Provide
    Arbitrary<List<Sketch>> sketches() {
        Arbitrary<String> states = Arbitraries.oneOf(
                segments().map(parts -> String.join("/", parts)),
                segments().map(parts -> String.join("/", parts) + "/**"),
                Arbitraries.of("**", "*", "*/b", "a/*", "**/b"));
        return Combinators.combine(states, Arbitraries.of(Permission.class), Arbitraries.of(true, false))
                .as(Sketch::new)
                .list()
                .ofMaxSize(8);
    }

    private static Arbitrary<List<String>> segments() {
        return Arbitraries.strings()
                .withChars("ab")
                .ofMinLength(1)
                .ofMaxLength(2)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    private static boolean matches(String pattern, StateName name) {
        return NamePattern.parse(pattern).matches(name, Map.of());
    }

    private static Policy policy(List<Sketch> sketches) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < sketches.size(); i++) {
            Sketch sketch = sketches.get(i);
            String rule = "policy.r" + i + ".";
            lines.add(rule + "who=user:ada");
            lines.add(rule + "states=" + sketch.states());
            lines.add(rule
                    + (sketch.denies() ? "deny=" : "verbs=")
                    + sketch.verb().label());
        }
        return TestAccess.policy(lines.toArray(String[]::new));
    }
}
