package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

    private static final StateName PROD = StateName.of("team-a/prod");
    private static final Identity ADA = Identity.user("ada", Set.of("platform"));
    private static final Identity CI = Identity.token("ci", Set.of());

    private static Identity github(String repository, String ref) {
        return new Identity(
                Identity.Kind.ISSUER,
                "github",
                "repo:" + repository + ":ref:" + ref,
                Set.of(),
                Map.of("repository", List.of(repository), "ref", List.of(ref)),
                null);
    }

    @Test
    void whatNoRuleAllowsIsDenied() {
        Decision decision = TestAccess.policy().explain(ADA, Permission.READ, PROD);

        assertThat(decision).isEqualTo(new Decision(false, null));
        assertThat(decision.reason()).isEqualTo("denied: no rule allows it");
    }

    @ParameterizedTest
    @CsvSource({
        "reader, OUTPUTS READ",
        "planner, OUTPUTS READ LOCK",
        "writer, OUTPUTS READ LOCK WRITE",
        "operator, OUTPUTS READ LOCK WRITE RESTORE DELETE UNLOCK_FORCE FORCE",
        "admin, OUTPUTS READ LOCK WRITE RESTORE DELETE UNLOCK_FORCE FORCE ADMIN PURGE"
    })
    void aRoleGivesItsVerbsAndNoOther(String role, String verbs) {
        Policy policy =
                TestAccess.policy("policy.r.subjects=user:ada", "policy.r.states=team-a/**", "policy.r.roles=" + role);

        EnumSet<Permission> allowed = EnumSet.noneOf(Permission.class);
        for (Permission verb : Permission.values()) {
            if (policy.explain(ADA, verb, PROD).allowed()) {
                allowed.add(verb);
            }
        }

        assertThat(allowed).extracting(Permission::name).containsExactly(verbs.split(" "));
        assertThat(policy.explain(CI, Permission.READ, PROD).allowed()).isFalse();
        assertThat(policy.explain(ADA, Permission.READ, StateName.of("team-b/prod"))
                        .allowed())
                .isFalse();
    }

    @Test
    void readIncludesOutputsAndNotTheOtherWayRound() {
        Policy policy = TestAccess.policy(
                "policy.r.subjects=user:ada",
                "policy.r.states=a",
                "policy.r.permissions=read",
                "policy.o.subjects=token:ci",
                "policy.o.states=a",
                "policy.o.permissions=outputs");
        StateName a = StateName.of("a");

        assertThat(policy.explain(ADA, Permission.OUTPUTS, a).allowed()).isTrue();
        assertThat(policy.explain(CI, Permission.OUTPUTS, a).allowed()).isTrue();
        assertThat(policy.explain(CI, Permission.READ, a).allowed()).isFalse();
    }

    @Test
    void whoMayReadAllThatStartSoIsKnownForCertain() {
        Policy policy = TestAccess.policy(
                "policy.allow.subjects=user:ada",
                "policy.allow.states=team-a/**",
                "policy.allow.roles=admin",
                "policy.deny.subjects=user:ada",
                "policy.deny.states=team-a/secret/**",
                "policy.deny.deny=read");
        Policy.Grants grants = policy.grants(ADA);

        assertThat(grants.allowsBelow(Permission.READ, "team-a/net/")).isTrue();
        assertThat(grants.allowsBelow(Permission.WRITE, "team-a/")).isTrue();
        assertThat(grants.allowsBelow(Permission.READ, "team-a/")).isFalse();
        assertThat(grants.allowsBelow(Permission.READ, "team-a/secret/x/")).isFalse();
        assertThat(grants.allowsBelow(Permission.READ, "")).isFalse();
        assertThat(grants.allowsBelow(Permission.READ, "team-b/")).isFalse();
    }

    @Test
    void aDenialWinsWhateverTheOrder() {
        Policy policy = TestAccess.policy(
                "policy.a-deny.subjects=group:platform",
                "policy.a-deny.states=**/prod",
                "policy.a-deny.deny=write, delete",
                "policy.m-allow.subjects=user:ada",
                "policy.m-allow.states=**",
                "policy.m-allow.roles=admin",
                "policy.z-deny.subjects=user:*",
                "policy.z-deny.states=secret/**",
                "policy.z-deny.deny=reader");

        assertThat(policy.explain(ADA, Permission.WRITE, PROD)).isEqualTo(new Decision(false, "a-deny"));
        assertThat(policy.explain(ADA, Permission.READ, PROD)).isEqualTo(new Decision(true, "m-allow"));
        assertThat(policy.explain(ADA, Permission.READ, StateName.of("secret/x")))
                .isEqualTo(new Decision(false, "z-deny"));
        assertThat(policy.explain(ADA, Permission.READ, StateName.of("secret/x"))
                        .reason())
                .isEqualTo("denied by the rule 'z-deny'");
    }

    @Test
    void claimsMustMatchAllAndAnyOfTheirPatterns() {
        Policy policy = TestAccess.policy(
                "issuer.github.url=https://token.example.org",
                "issuer.github.audience=kolumn",
                "policy.apps.subjects=issuer:github",
                "policy.apps.claims.repository=acme/*",
                "policy.apps.claims.ref=refs/heads/main, refs/tags/**",
                "policy.apps.states={+repository}/**",
                "policy.apps.roles=writer");
        StateName app = StateName.of("acme/app/prod");

        assertThat(allowed(policy, github("acme/app", "refs/heads/main"), app)).isTrue();
        assertThat(allowed(policy, github("acme/app", "refs/tags/v1/x"), app)).isTrue();
        assertThat(allowed(policy, github("acme/app", "refs/heads/other"), app)).isFalse();
        assertThat(allowed(policy, github("acme/other", "refs/heads/main"), app))
                .isFalse();
        assertThat(allowed(policy, github("evil/acme/app", "refs/heads/main"), app))
                .isFalse();
        assertThat(allowed(policy, github("acme/**", "refs/heads/main"), app)).isFalse();
        assertThat(allowed(policy, ADA, app)).isFalse();
    }

    private static boolean allowed(Policy policy, Identity identity, StateName name) {
        return policy.explain(identity, Permission.WRITE, name).allowed();
    }

    @Test
    void aGroupIsOneWhoeverSaysSo() {
        Policy policy =
                TestAccess.policy("policy.g.subjects=group:platform", "policy.g.states=**", "policy.g.roles=reader");

        assertThat(policy.explain(ADA, Permission.READ, PROD).allowed()).isTrue();
        assertThat(policy.explain(CI, Permission.READ, PROD).allowed()).isFalse();
    }

    @Test
    void anonymousAndAuthenticatedAreEachForThemselves() {
        Policy policy = TestAccess.policy(
                "policy.open.subjects=anonymous",
                "policy.open.states=public/**",
                "policy.open.roles=reader",
                "policy.all.subjects=authenticated",
                "policy.all.states=shared/**",
                "policy.all.roles=reader");
        StateName open = StateName.of("public/x");
        StateName shared = StateName.of("shared/x");

        assertThat(policy.admitsAnonymous()).isTrue();
        assertThat(policy.explain(Identity.ANONYMOUS, Permission.READ, open).allowed())
                .isTrue();
        assertThat(policy.explain(Identity.ANONYMOUS, Permission.READ, shared).allowed())
                .isFalse();
        assertThat(policy.explain(ADA, Permission.READ, shared).allowed()).isTrue();
        assertThat(policy.explain(ADA, Permission.READ, open).allowed()).isFalse();
    }

    @Test
    void theServiceItselfIsForWhoeverMayWithEveryState() {
        Policy policy = TestAccess.policy(
                "policy.all.subjects=user:ada",
                "policy.all.states=**",
                "policy.all.roles=admin",
                "policy.some.subjects=token:ci",
                "policy.some.states=team-a/**",
                "policy.some.roles=admin");

        assertThat(policy.grants(ADA).allowsEverywhere(Permission.ADMIN)).isTrue();
        assertThat(policy.grants(CI).allowsEverywhere(Permission.ADMIN)).isFalse();
    }
}
