package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateName;
import io.kolumn.state.access.Authentication.Authenticated;
import io.kolumn.state.access.Authentication.Rejected;
import io.kolumn.state.backend.Permission;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessReaderTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NewSecret PASSWORD = NewSecret.password("correct horse", RANDOM);
    private static final NewSecret TOKEN = NewSecret.token(RANDOM);

    @Test
    void aUserIsWhoeverKnowsThePassword() {
        Authenticator access = TestAccess.of("user.ada.hash=" + PASSWORD.hash(), "user.ada.groups=platform, net");

        Authentication proof = access.prove(new Credential.Basic("ada", "correct horse"));

        assertThat(proof).isInstanceOfSatisfying(Authenticated.class, proven -> {
            assertThat(proven.identity().subject()).isEqualTo("user/ada");
            assertThat(proven.identity().groups()).containsExactlyInAnyOrder("platform", "net");
        });
        assertThat(access.prove(new Credential.Basic("ada", "wrong"))).isInstanceOf(Rejected.class);
        assertThat(access.prove(new Credential.Basic("eve", "correct horse"))).isInstanceOf(Rejected.class);
        assertThat(access.prove(new Credential.Basic("ada", ""))).isInstanceOf(Rejected.class);
        assertThat(access.prove(new Credential.Bearer("correct horse"))).isInstanceOf(Rejected.class);
    }

    @Test
    void aTokenIsTakenAsBearerAndAsPasswordOfAnyName() {
        Authenticator access = TestAccess.of("token.ci.hash=" + TOKEN.hash());

        assertThat(subject(access.prove(new Credential.Bearer(TOKEN.secret())))).isEqualTo("token/ci");
        assertThat(subject(access.prove(new Credential.Basic("whoever", TOKEN.secret()))))
                .isEqualTo("token/ci");
        assertThat(subject(access.prove(new Credential.Basic("", TOKEN.secret()))))
                .isEqualTo("token/ci");
        assertThat(access.prove(new Credential.Bearer(TOKEN.secret() + "x"))).isInstanceOf(Rejected.class);
        assertThat(access.prove(new Credential.Bearer(TOKEN.hash()))).isInstanceOf(Rejected.class);
    }

    @Test
    void aRuleMayNameSubjectsAndPermissionsByTheOlderKeys() {
        for (String[] lines : new String[][] {
            {"policy.p.who=token:ci", "policy.p.states=team/**", "policy.p.verbs=read, lock"},
            {"policy.p.subjects=token:ci", "policy.p.states=team/**", "policy.p.permissions=read, lock"}
        }) {
            Policy policy = TestAccess.of("token.ci.hash=" + TOKEN.hash(), lines[0], lines[1], lines[2])
                    .policy();
            Identity ci = new Identity(Identity.Kind.TOKEN, "", "ci", Set.of(), Map.of(), null);

            assertThat(Arrays.stream(Permission.values())
                            .filter(asked -> policy.explain(ci, asked, StateName.of("team/a"))
                                    .allowed()))
                    .containsExactly(Permission.OUTPUTS, Permission.READ, Permission.LOCK);
        }
    }

    @Test
    void bothKeysOfTheSubjectsOfARuleMustAgree() {
        assertThat(catchThrowableOfType(
                        Configuration.class,
                        () -> TestAccess.of(
                                "token.ci.hash=" + TOKEN.hash(),
                                "policy.p.who=token:ci",
                                "policy.p.subjects=authenticated",
                                "policy.p.states=**",
                                "policy.p.roles=reader")))
                .message()
                .contains("policy.p.who", "older name", "policy.p.subjects");
    }

    @Test
    void severalSecretsAreGoodAtOnceWhileTheyAreChanged() {
        NewSecret next = NewSecret.token(RANDOM);
        Authenticator access = TestAccess.of("token.ci.hash=" + TOKEN.hash() + ", " + next.hash());

        assertThat(subject(access.prove(new Credential.Bearer(TOKEN.secret())))).isEqualTo("token/ci");
        assertThat(subject(access.prove(new Credential.Bearer(next.secret())))).isEqualTo("token/ci");
    }

    @Test
    void hashesComeFromMountedFilesToo() {
        Authenticator access = TestAccess.of(
                Clock.systemUTC(),
                Map.of("/run/secrets/ci", TOKEN.hash() + "\n", "/run/secrets/ada", PASSWORD.hash()),
                "token.ci.hash-file=/run/secrets/ci",
                "user.ada.hash-file=/run/secrets/ada");

        assertThat(subject(access.prove(new Credential.Bearer(TOKEN.secret())))).isEqualTo("token/ci");
        assertThat(subject(access.prove(new Credential.Basic("ada", "correct horse"))))
                .isEqualTo("user/ada");
    }

    @Test
    void whatProvedSomethingIsRememberedAndWhatDidNotIsNot() {
        Authenticator access = TestAccess.of("user.ada.hash=" + PASSWORD.hash());
        Credential right = new Credential.Basic("ada", "correct horse");
        Credential wrong = new Credential.Basic("ada", "wrong");

        assertThat(access.remembered(right)).isEmpty();
        access.prove(right);
        access.prove(wrong);

        assertThat(access.remembered(right)).isPresent();
        assertThat(access.remembered(wrong)).isEmpty();
        assertThat(access.remembered(new Credential.Basic("adac", "orrect horse")))
                .isEmpty();
        assertThat(access.remembered(new Credential.Bearer("correct horse"))).isEmpty();
    }

    /** Whatever others do to the look at passwords, a token stands in no line for it. */
    @Test
    void aTokenIsToldAtOnceInWhicheverHeaderAndAPasswordOnlyIfItWasRightBefore() {
        Authenticator access = TestAccess.of("token.ci.hash=" + TOKEN.hash(), "user.ada.hash=" + PASSWORD.hash());
        Credential password = new Credential.Basic("ada", "correct horse");

        assertThat(access.atOnce(new Credential.Bearer(TOKEN.secret()))).get().isInstanceOf(Authenticated.class);
        assertThat(access.atOnce(new Credential.Basic("x", TOKEN.secret())))
                .get()
                .isInstanceOf(Authenticated.class);
        assertThat(access.atOnce(new Credential.Bearer("kst_wrong"))).get().isInstanceOf(Rejected.class);
        assertThat(access.atOnce(password)).isEmpty();
        access.prove(password);
        assertThat(access.atOnce(password)).get().isInstanceOf(Authenticated.class);
        assertThat(TestAccess.of("token.ci.hash=" + TOKEN.hash()).atOnce(new Credential.Basic("ada", "wrong")))
                .as("where nobody has a password nothing is hashed")
                .get()
                .isInstanceOf(Rejected.class);
    }

    /** Its hash has another salt now; guesses of others must not come between. */
    @Test
    void aPasswordThatWasRightWithAnotherHashIsNoGuessUntilItIsWrong() {
        KnownPasswords passwords = new KnownPasswords();
        Credential ada = new Credential.Basic("ada", "correct horse");
        TestAccess.of(passwords, "user.ada.hash=" + PASSWORD.hash()).prove(ada);

        Authenticator sameAgain = TestAccess.of(
                passwords,
                "user.ada.hash=" + NewSecret.password("correct horse", RANDOM).hash());
        assertThat(sameAgain.isPassword(ada)).isFalse();
        assertThat(sameAgain.isPassword(new Credential.Basic("ada", "another"))).isTrue();
        assertThat(sameAgain.isPassword(new Credential.Basic("eve", "correct horse")))
                .isTrue();
        assertThat(sameAgain.prove(ada)).isInstanceOf(Authenticated.class);

        Authenticator changed = TestAccess.of(
                passwords,
                "user.ada.hash=" + NewSecret.password("other", RANDOM).hash());
        assertThat(changed.prove(ada)).isInstanceOf(Rejected.class);
        assertThat(changed.isPassword(ada)).isTrue();
    }

    @Test
    void aPasswordThatWasRightStaysKnownWhenTheRulesAreReadAgainAndItsHashIsThere() {
        KnownPasswords passwords = new KnownPasswords();
        String ada = "user.ada.hash=" + PASSWORD.hash();
        Credential right = new Credential.Basic("ada", "correct horse");
        TestAccess.of(passwords, ada).prove(right);

        assertThat(TestAccess.of(passwords, ada, "token.ci.hash=" + TOKEN.hash())
                        .atOnce(right))
                .get()
                .isInstanceOf(Authenticated.class);
        String other = NewSecret.password("correct horse", RANDOM).hash();
        assertThat(TestAccess.of(passwords, "user.ada.hash=" + other).atOnce(right))
                .as("another hash is another secret")
                .isEmpty();
        assertThat(TestAccess.of(passwords, "user.eve.hash=" + PASSWORD.hash())
                        .atOnce(new Credential.Basic("eve", "correct horse")))
                .isEmpty();
        assertThat(TestAccess.of(passwords, "user.eve.hash=" + other).atOnce(right))
                .as("a user that is gone")
                .isEmpty();
    }

    @Test
    void namesWithDotsAreQuoted() {
        Authenticator access = TestAccess.of("token.\"ci.main\".hash=" + TOKEN.hash());

        assertThat(subject(access.prove(new Credential.Bearer(TOKEN.secret())))).isEqualTo("token/ci.main");
    }

    @Test
    void everyMistakeIsNamedAtOnce() {
        Configuration wrong = catchThrowableOfType(
                Configuration.class,
                () -> TestAccess.of(
                        "user.ada.hash=secret-that-is-no-hash",
                        "user.eve.hash=" + TOKEN.hash(),
                        "user.bob.groups=x",
                        "token.ci.hash=" + PASSWORD.hash(),
                        "token.one.hash=" + TOKEN.hash(),
                        "token.two.hash=" + TOKEN.hash(),
                        "token.file.hash-file=/not/there",
                        "issuer.github.url=http://example.org",
                        "issuer.github.algorithms=HS256, none",
                        "issuer.user.url=https://example.org",
                        "issuer.user.audience=x",
                        "policy.a.subjects=ada, user:, issuer:nobody",
                        "policy.a.states=a**, {team",
                        "policy.a.roles=boss",
                        "policy.a.permissions=destroy",
                        "policy.b.subjects=user:ada",
                        "policy.b.states=**",
                        "policy.c.subjects=user:ada",
                        "policy.c.states=**",
                        "policy.c.roles=reader",
                        "policy.c.claims.ref=x",
                        "policy.d.whoo=x"));

        assertThat(wrong.problems().stream().map(problem -> problem.key().substring("kolumn.state.".length())))
                .containsExactlyInAnyOrder(
                        "issuer.github.audience",
                        "policy.d.whoo",
                        "policy.d.subjects",
                        "policy.d.states",
                        "user.ada.hash",
                        "user.eve.hash",
                        "user.bob.hash",
                        "token.ci.hash",
                        "token.two.hash",
                        "token.file.hash-file",
                        "issuer.github.algorithms",
                        "issuer.github.algorithms",
                        "issuer.github.url",
                        "issuer.user.url",
                        "policy.a.subjects",
                        "policy.a.subjects",
                        "policy.a.subjects",
                        "policy.a.states",
                        "policy.a.states",
                        "policy.a.roles",
                        "policy.a.permissions",
                        "policy.b.roles",
                        "policy.c.claims",
                        "policy.d.roles");
        assertThat(wrong)
                .message()
                .doesNotContain("secret-that-is-no-hash")
                .doesNotContain(TOKEN.hash())
                .doesNotContain(PASSWORD.hash());
    }

    @ParameterizedTest
    @CsvSource({
        "sha256:short",
        "sha256:",
        "md5:AAAA",
        "pbkdf2-sha256:1000:AAAAAAAAAAAAAAAAAAAAAA:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "pbkdf2-sha256:600000::47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "pbkdf2-sha256:x:AAAAAAAAAAAAAAAAAAAAAA:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "plain-text"
    })
    void aHashThatIsNoneIsAnErrorThatDoesNotShowIt(String text) {
        IllegalArgumentException error =
                catchThrowableOfType(IllegalArgumentException.class, () -> SecretHash.parse(text));

        assertThat(error).message().doesNotContain(text);
    }

    @Test
    void nothingShowsASecret() {
        assertThat(TOKEN.toString()).doesNotContain(TOKEN.secret());
        assertThat(new Credential.Basic("ada", "correct horse").toString()).isEqualTo("Basic[ada]");
        assertThat(new Credential.Bearer(TOKEN.secret()).toString()).isEqualTo("Bearer");
        assertThat(SecretHash.parse(PASSWORD.hash()).toString()).isEqualTo("SecretHash[pbkdf2-sha256]");
        assertThat(SecretHash.parse(PASSWORD.hash()).text()).isEqualTo(PASSWORD.hash());
    }

    private static String subject(Authentication proof) {
        assertThat(proof).isInstanceOf(Authenticated.class);
        return ((Authenticated) proof).identity().subject();
    }
}
