package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.StoreProvider;
import io.kolumn.state.store.local.LocalProvider;
import io.kolumn.state.store.memory.MemoryProvider;
import io.kolumn.state.store.memory.MemoryStore;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys out of files, system properties and the environment, in every spelling, and all mistakes named at once. */
class ConfigReaderTest {

    private static final String LOOPBACK = "127.0.0.1";

    /** A type whose name has an underscore. */
    private static final StoreProvider UNDERSCORED = new StoreProvider() {
        @Override
        public String type() {
            return "my_vault";
        }

        @Override
        public String text() {
            return "A storage of the tests' own.";
        }

        @Override
        public List<ConfigKey> keys() {
            return List.of(
                    ConfigKey.of("api_token", ConfigKey.Type.TEXT, "The token.").confidential(),
                    ConfigKey.integer("pin_code", 1000, 9999, "Its pin.").confidential());
        }

        @Override
        public StateStore open(StoreConfig config) {
            return new MemoryStore();
        }
    };

    private static final BackendFactory FACTORY =
            new BackendFactory(List.of(new LocalProvider(), new MemoryProvider(), UNDERSCORED));

    private static ServiceConfig read(SmallRyeConfig config) {
        return new ConfigReader(config, FACTORY).read(LOOPBACK);
    }

    private static List<Problem> problems(SmallRyeConfig config) {
        return Objects.requireNonNull(catchThrowableOfType(Configuration.class, () -> read(config)))
                .problems();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state.example.org",
                "https://state.example.org/",
                "https://state.example.org/x",
                "ftp://state.example.org",
                "https://user:hunter2@state.example.org",
                "https://a b"
            })
    void aPublicUrlHasSchemeAndHostAlone(String url) {
        assertThat(problems(file(Map.of("kolumn.state.backend", "memory", "kolumn.state.http.public-url", url))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("kolumn.state.http.public-url");
                    assertThat(problem.toString()).doesNotContain("hunter2");
                });
    }

    @Test
    void aShortSessionKeyIsRefusedAndNotShown() {
        assertThat(problems(file(Map.of(
                        "kolumn.state.backend",
                        "memory",
                        "kolumn.state.sessions.keys",
                        "0123456789abcdef0123456789abcdef,hunter2"))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains("kolumn.state.sessions.keys", "32")
                        .doesNotContain("hunter2"));
    }

    @Test
    void sessionKeysAndThePublicUrlAreRead() {
        ServiceConfig config = read(file(Map.of(
                "kolumn.state.backend", "memory",
                "kolumn.state.workspaces.upload", "two-phase",
                "kolumn.state.http.public-url", "https://[fd00::7]:8443",
                "kolumn.state.sessions.keys", "0123456789abcdef0123456789abcdef, 123456789abcdef0123456789abcdef0")));

        assertThat(config.publicUrl()).contains("https://[fd00::7]:8443");
        assertThat(config.twoPhaseUpload()).isTrue();
        assertThat(config.sessionKeys())
                .containsExactly("0123456789abcdef0123456789abcdef", "123456789abcdef0123456789abcdef0");
    }

    private static SmallRyeConfig file(Map<String, String> properties) {
        return with(new PropertiesConfigSource(properties, "file:/etc/app/config.properties", 250));
    }

    private static SmallRyeConfig environment(Map<String, String> variables) {
        return with(new EnvConfigSource(variables, 300));
    }

    private static SmallRyeConfig with(org.eclipse.microprofile.config.spi.ConfigSource... sources) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(sources)
                .build();
    }

    @Test
    void withoutAnythingItIsTheLocalStore() {
        ServiceConfig config = read(file(Map.of()));

        assertThat(config.provider().type()).isEqualTo("local");
        assertThat(config.store().number("backup_count")).isEqualTo(10);
        assertThat(config.store().isGiven("backup_count")).isFalse();
        assertThat(config.maxDocumentSize()).isEqualTo(256L << 20);
        assertThat(config.allowAnonymous()).isFalse();
    }

    /** For commands on a storage of their own, which do not mind what the service would. */
    @Test
    void whatIsSaidOfEncryptionIsReadAlone() {
        String key = "k1=" + Base64.getEncoder().encodeToString(new byte[32]);
        Map<String, String> variables = Map.of(
                "KOLUMN_STATE_ENCRYPTION_KEY_PROVIDER", "local",
                "KOLUMN_STATE_ENCRYPTION_LOCAL_KEYS", key,
                "KOLUMN_STATE_BACKEND", "none");

        assertThat(new ConfigReader(environment(variables), FACTORY)
                        .encryption()
                        .writes())
                .isTrue();
        assertThat(new ConfigReader(environment(Map.of()), FACTORY).encryption().writes())
                .isFalse();
    }

    @Test
    void aSlipInAnyNameDoesNotLeaveDocumentsUnencrypted() {
        assertThat(encryptionProblems(Map.of("kolumn.state.encrytion.keys", "local")))
                .extracting(Problem::key)
                .containsExactly("kolumn.state.encrytion.keys");
        assertThat(encryptionProblems(Map.of("kolumn.state.encryption.key-provider", "locla")))
                .extracting(Problem::key)
                .containsExactly("kolumn.state.encryption.key-provider");
        assertThat(encryptionProblems(Map.of("kolumn.state.encryption.key-provider", "local")))
                .extracting(Problem::key)
                .containsExactly("kolumn.state.encryption.local.file");
    }

    private static List<Problem> encryptionProblems(Map<String, String> properties) {
        return Objects.requireNonNull(catchThrowableOfType(
                        Configuration.class, () -> new ConfigReader(file(properties), FACTORY).encryption()))
                .problems();
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup-count", "backup_count", "Backup-Count", "BACKUP_COUNT"})
    void aKeyIsReadInEverySpelling(String key) {
        assertThat(read(file(Map.of("kolumn.state.local." + key, "7"))).store().number("backup_count"))
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow-network-fs", "allow_network_fs", "allow_network-fs", "allow-network_fs"})
    void aMixedSpellingIsReadToo(String key) {
        assertThat(read(file(Map.of("kolumn.state.local." + key, "true")))
                        .store()
                        .flag("allow_network_fs"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"my_vault", "my-vault"})
    void aTypeMayHaveAnUnderscore(String type) {
        Map<String, String> properties =
                Map.of("kolumn.state.backend", "my_vault", "kolumn.state." + type + ".pin-code", "1234");
        assertThat(read(file(properties)).store().number("pin_code")).isEqualTo(1234);

        Map<String, String> variables =
                Map.of("KOLUMN_STATE_BACKEND", "my_vault", "KOLUMN_STATE_MY_VAULT_PIN_CODE", "4321");
        assertThat(read(environment(variables)).store().number("pin_code")).isEqualTo(4321);
    }

    @Test
    void theEnvironmentIsStrongerThanAFileInWhateverSpelling() {
        SmallRyeConfig config = with(
                new PropertiesConfigSource(Map.of("kolumn.state.local.backup_count", "3"), "file:/a.properties", 250),
                new EnvConfigSource(Map.of("KOLUMN_STATE_LOCAL_BACKUP_COUNT", "4"), 300));

        assertThat(read(config).store().number("backup_count")).isEqualTo(4);
    }

    @Test
    void twoSpellingsOfOneSourceMustAgree() {
        assertThat(problems(
                        file(Map.of("kolumn.state.local.backup_count", "3", "kolumn.state.local.backup-count", "4"))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("kolumn.state.local.backup-count");
                    assertThat(problem.message()).contains("twice");
                });
        assertThatCode(() -> read(
                        file(Map.of("kolumn.state.local.backup_count", "3", "kolumn.state.local.backup-count", "3"))))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> olderNames() {
        return ServiceKeys.TABLE.keys().stream()
                .filter(key -> key.type() != ConfigKey.Type.CHOICE)
                .flatMap(key -> key.aliases().stream().map(alias -> arguments(alias, key.name(), value(key))));
    }

    /** One that is not its default. */
    private static String value(ConfigKey key) {
        return switch (key.type()) {
            case INTEGER -> "7";
            case DURATION -> "7s";
            case SIZE -> "7M";
            default -> "seven";
        };
    }

    @Test
    void theProviderOfKeysIsReadByItsOlderNameToo() {
        String key = "k1=" + Base64.getEncoder().encodeToString(new byte[32]);

        assertThat(read(file(Map.of(
                                "kolumn.state.encryption.keys", "local", "kolumn.state.encryption.local.keys", key)))
                        .encryption()
                        .on())
                .isTrue();
        assertThat(read(environment(Map.of(
                                "KOLUMN_STATE_ENCRYPTION_KEYS", "local", "KOLUMN_STATE_ENCRYPTION_LOCAL_KEYS", key)))
                        .encryption()
                        .on())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("olderNames")
    void aKeyIsReadByItsOlderNameToo(String alias, String name, String value) {
        assertThat(read(file(Map.of("kolumn.state." + alias.replace('_', '-'), value)))
                        .service()
                        .text(name))
                .contains(value);
        String variable = "KOLUMN_STATE_" + alias.replace('.', '_').toUpperCase(Locale.ROOT);
        assertThat(read(environment(Map.of(variable, value))).service().text(name))
                .contains(value);
    }

    @Test
    void theOlderNameInAStrongerSourceWins() {
        SmallRyeConfig config = with(
                new PropertiesConfigSource(Map.of("kolumn.state.retention.sessions", "3"), "file:/a.properties", 250),
                new EnvConfigSource(Map.of("KOLUMN_STATE_RETENTION_VERSIONS", "4"), 300));

        assertThat(read(config).backend().settings().retainedSessions()).isEqualTo(4);
    }

    @Test
    void bothNamesOfAKeyMustAgree() {
        assertThat(problems(
                        file(Map.of("kolumn.state.retention.sessions", "3", "kolumn.state.retention.versions", "4"))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("kolumn.state.retention.sessions");
                    assertThat(problem.message()).contains("twice");
                });
    }

    /** What a file is called does not make it the environment. */
    @ParameterizedTest
    @ValueSource(
            strings = {"file:/srv/environments/prod.properties", "PropertiesConfigSource[source=envoy.properties]"})
    void anUnknownKeyInAFileIsAProblem(String source) {
        SmallRyeConfig config =
                with(new PropertiesConfigSource(Map.of("kolumn.state.local.backup-cuont", "3"), source, 250));

        assertThat(problems(config)).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("kolumn.state.local.backup-cuont");
            assertThat(problem.message()).contains("backup-count");
        });
    }

    @Test
    void anUnknownNameInTheEnvironmentIsNoProblem() {
        assertThat(read(environment(Map.of("KOLUMN_STATE_SERVICE_PORT", "80")))
                        .provider()
                        .type())
                .isEqualTo("local");
    }

    @Test
    void aReferenceToNothingIsAProblemAndNotTheDefault() {
        assertThat(problems(file(Map.of("kolumn.state.local.backup-count", "${NOT_THERE}"))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("kolumn.state.local.backup-count");
                    assertThat(problem.value()).isEqualTo("${NOT_THERE}");
                });
        assertThat(read(file(Map.of("kolumn.state.local.backup-count", "${MANY:6}", "other", "x")))
                        .store()
                        .number("backup_count"))
                .isEqualTo(6);
    }

    @Test
    void anEmptyValueIsTheDefault() {
        assertThat(read(file(Map.of("kolumn.state.local.backup-count", "")))
                        .store()
                        .number("backup_count"))
                .isEqualTo(10);
    }

    /** An empty path or type would be another place than was meant, and nobody would know. */
    @ParameterizedTest
    @ValueSource(strings = {"kolumn.state.local.path", "kolumn.state.backend"})
    void anEmptyPlaceIsAProblemAndNotTheDefault(String key) {
        for (SmallRyeConfig config : List.of(
                file(Map.of(key, "")),
                file(Map.of(key, "  ")),
                environment(Map.of(key.toUpperCase(Locale.ROOT).replace('.', '_'), "")))) {
            assertThat(problems(config)).singleElement().satisfies(problem -> {
                assertThat(problem.key()).isEqualTo(key);
                assertThat(problem.message()).contains("is empty", "omit the key");
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kolumn.state.local.bakup-dir, did you mean 'backup-dir'?",
        "kolumn.state.bakend, did you mean 'kolumn.state.backend'?",
        "kolumn.state.locl.path, did you mean 'kolumn.state.local.path'?",
        "kolumn.state.colour, docs/configuration.md lists the keys"
    })
    void anUnknownKeyIsToldWhatMayHaveBeenMeant(String key, String hint) {
        assertThat(problems(file(Map.of(key, "x"))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .startsWith("is not a key")
                        .contains(hint)
                        .hasSizeLessThan(120));
    }

    @Test
    void allMistakesAreNamedAtOnceAndNoSecretIsShown() {
        List<Problem> problems = problems(file(Map.of(
                "kolumn.state.backend", "my_vault",
                "kolumn.state.max-document-size", "much",
                "kolumn.state.my-vault.pin-code", "17secret17",
                "kolumn.state.nonsense", "1")));

        assertThat(problems)
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "kolumn.state.max-document-size", "kolumn.state.my_vault.pin-code", "kolumn.state.nonsense");
        assertThat(problems.toString()).doesNotContain("17secret17");
    }

    @Test
    void anUnknownTypeNamesTheKnownOnes() {
        assertThat(problems(file(Map.of("kolumn.state.backend", "floppy"))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("local", "memory", "my_vault"));
    }

    @Test
    void personalTokensTakeAuthenticationAndALimitedLife() {
        Map<String, String> given = Map.of(
                "kolumn.state.access.personal-tokens", "user:ada, issuer:corp",
                "kolumn.state.access.personal-tokens-max-age", "4000d");

        Configuration refusal =
                catchThrowableOfType(Configuration.class, () -> new ConfigReader(file(given), FACTORY).read(LOOPBACK));

        assertThat(refusal.problems())
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "kolumn.state.access.personal-tokens", "kolumn.state.access.personal-tokens-max-age");
        assertThat(refusal.getMessage()).contains("there is no authentication", "must be at most 3660d");
        ServiceConfig usual = new ConfigReader(file(Map.of()), FACTORY).read(LOOPBACK);
        assertThat(usual.personalTokens()).isEmpty();
        assertThat(usual.personalTokensMaxAge()).isEqualTo(Duration.ofDays(90));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, false", "localhost, false", "::1, false", "0.0.0.0, true", "10.1.2.3, true"})
    void anybodyElsesAddressWantsConsent(String host, boolean refused) {
        ConfigReader reader = new ConfigReader(file(Map.of()), FACTORY);
        ConfigReader allowed = new ConfigReader(file(Map.of("kolumn.state.allow-anonymous", "true")), FACTORY);

        Configuration refusal = catchThrowableOfType(Configuration.class, () -> reader.read(host));
        assertThat(refusal != null).isEqualTo(refused);
        assertThat(allowed.read(host).allowAnonymous()).isTrue();
    }

    private static ServiceConfig read(String host, Map<String, String> properties) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build();
        return new ConfigReader(config, FACTORY).read(host);
    }

    @Test
    void identitiesOpenTheServiceToOtherAddressesAndNothingElseDoes() {
        String everywhere = "0.0.0.0";

        assertThat(read(everywhere, Map.of("kolumn.state.token.ci.hash", "x")).authenticates())
                .isTrue();
        assertThat(read(everywhere, Map.of("kolumn.state.access.file", "x")).authenticates())
                .isTrue();
        assertThat(read(everywhere, Map.of("kolumn.state.access.certificates", "required"))
                        .authenticates())
                .isTrue();
        assertThat(read(LOOPBACK, Map.of()).authenticates()).isFalse();
        for (Map<String, String> open : List.of(
                Map.<String, String>of(),
                Map.of("kolumn.state.access.certificates", "off"),
                Map.of("kolumn.state.access.metrics", "authenticated"))) {
            assertThat(catchThrowableOfType(Configuration.class, () -> read(everywhere, open)))
                    .message()
                    .contains("quarkus.http.host", "docs/access.md");
        }
    }

    @Test
    void rulesWithoutAnybodyWhoCouldProveAnythingAreAMistake() {
        Configuration wrong = catchThrowableOfType(
                Configuration.class,
                () -> read(
                        LOOPBACK,
                        Map.of(
                                "kolumn.state.policy.a.subjects", "authenticated",
                                "kolumn.state.policy.a.states", "**",
                                "kolumn.state.policy.a.roles", "reader",
                                "kolumn.state.policy.a.role", "reader",
                                "kolumn.state.usr.ada.hash", "x")));

        assertThat(wrong.problems())
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "kolumn.state.policy", "kolumn.state.policy.a.role", "kolumn.state.usr.ada.hash");
    }
}
