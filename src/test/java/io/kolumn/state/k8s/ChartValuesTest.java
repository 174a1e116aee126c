package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kolumn.state.backend.BackendFactory;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart takes, what it refuses, and what becomes of it in the environment. */
class ChartValuesTest {

    @RegisterExtension
    static final Chart CHART = new Chart();

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final Path SCHEMA = Chart.FOLDER.resolve("values.schema.json");
    private static final Pattern CHOICE = Pattern.compile("`([^`]+)`");

    /** Set by the chart itself, and in the file that it is the name of. */
    private static final Pattern NOT_OF_STATE = Pattern.compile("access\\.file|(user|token|issuer|policy)\\.<.*");

    private static final Keys KEYS = Keys.ofReference();

    /** {@code -Dreference.update=true} writes it, as it does the reference in docs/configuration.md. */
    @Test
    void theSchemaTakesEveryKeyOfTheReferenceAndNoOther() throws Exception {
        ObjectNode schema = (ObjectNode) JSON.readTree(SCHEMA.toFile());
        ObjectNode state = state();
        if (Boolean.getBoolean("reference.update")) {
            ((ObjectNode) schema.path("properties")).set("state", state);
            Files.writeString(SCHEMA, JSON.writeValueAsString(schema) + "\n");
        }

        assertThat(schema.at("/properties/state")).isEqualTo(state);
    }

    private static ObjectNode state() {
        ObjectNode state = object();
        for (Keys.Key key : KEYS.all()) {
            if (!NOT_OF_STATE.matcher(key.name()).matches()) {
                add(state, key);
            }
        }
        properties(state).set("memory", object());
        return state;
    }

    /** A secret is the Secret that has it, where the service reads it from a file. */
    private static void add(ObjectNode state, Keys.Key key) {
        ObjectNode at = state;
        List<String> path = List.of(key.name().split("\\.", -1));
        for (String part : path.subList(0, path.size() - 1)) {
            ObjectNode properties = properties(at);
            if (!properties.has(camel(part))) {
                properties.set(camel(part), object());
            }
            at = (ObjectNode) properties.get(camel(part));
        }
        String name = camel(path.getLast());
        if (key.secret() ? KEYS.has(key.name() + "-file") : key.name().equals("encryption.local.file")) {
            properties(at).putObject(name + "Secret").put("$ref", "#/$defs/secretKey");
        }
        if (!key.secret()) {
            properties(at).set(name, schema(key));
        }
    }

    private static ObjectNode object() {
        ObjectNode object = JSON.createObjectNode().put("type", "object").put("additionalProperties", false);
        object.putObject("properties");
        return object;
    }

    private static ObjectNode properties(ObjectNode object) {
        return (ObjectNode) object.get("properties");
    }

    private static ObjectNode schema(Keys.Key key) {
        ObjectNode schema = JSON.createObjectNode().put("description", key.text());
        String kind = key.kind();
        if (key.name().equals("backend")) {
            schema.put("type", "string")
                    .putArray("enum")
                    .add("local")
                    .add("memory")
                    .add("postgres")
                    .add("s3");
        } else if (kind.equals("boolean")) {
            schema.put("type", "boolean");
        } else if (kind.equals("number")) {
            schema.put("type", "integer");
        } else if (kind.equals("size")) {
            schema.put("pattern", "^[0-9]{1,15}[kKmMgG]?[bB]?$")
                    .putArray("type")
                    .add("string")
                    .add("integer");
        } else if (kind.equals("duration")) {
            schema.put("type", "string").put("pattern", "^([0-9]{1,9}(ms|[smhd]?)|[pP].+)$");
        } else if (kind.equals("permissions")) {
            schema.put("type", "string").put("pattern", "^[0-7]{3,4}$");
        } else if (kind.startsWith("`")) {
            var choices = schema.put("type", "string").putArray("enum");
            CHOICE.matcher(kind).results().forEach(choice -> choices.add(choice.group(1)));
        } else {
            schema.put("type", "string");
        }
        return schema;
    }

    private static String camel(String dashed) {
        return Pattern.compile("-(.)")
                .matcher(dashed)
                .replaceAll(dash -> dash.group(1).toUpperCase(Locale.ROOT));
    }

    @Test
    void everyValueIsInTheSchemaAndEveryPropertyIsAValue() throws Exception {
        JsonNode values =
                new YAMLMapper().readTree(Chart.FOLDER.resolve("values.yaml").toFile());
        JsonNode schema = JSON.readTree(SCHEMA.toFile());

        TreeSet<String> named = new TreeSet<>(List.of("global"));
        values.fieldNames().forEachRemaining(named::add);
        assertThat(schema.path("properties").fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(named);
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    }

    @Test
    void itsVersionIsThatOfTheService() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        JsonNode chart =
                new YAMLMapper().readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());

        assertThat(pom)
                .containsPattern(
                        "<version>" + Pattern.quote(chart.path("appVersion").asText()) + "(-SNAPSHOT)?</version>");
    }

    @Test
    void valuesBecomeKeys() throws Exception {
        Map<String, String> environment = Manifest.environment(CHART.render("kolumn-state", """
                state:
                  backend: postgres
                  maxDocumentSize: 1048576
                  http: {h2c: "on"}
                  lock: {maxClockSkew: 10s, forceUnlock: false}
                  retention: {sessions: 2000000}
                  postgres: {host: db, maxConns: 7, passwordSecret: {name: db, key: pw}}
                  s3: {bucket: not-served}
                  encryption: {keyProvider: aws-kms, awsKms: {key: k, previousKeys: 'a,b', secretKeySecret: {name: aws, key: sk}}}
                config: {kolumn.state.postgres.max-conns: 8}
                """));

        assertThat(environment)
                .containsEntry("KOLUMN_STATE_MAX_DOCUMENT_SIZE", "1048576")
                .containsEntry("KOLUMN_STATE_HTTP_H2C", "on")
                .containsEntry("KOLUMN_STATE_LOCK_FORCE_UNLOCK", "false")
                .containsEntry("KOLUMN_STATE_LOCK_MAX_CLOCK_SKEW", "10s")
                .containsEntry("KOLUMN_STATE_RETENTION_SESSIONS", "2000000")
                .containsEntry("KOLUMN_STATE_POSTGRES_MAX_CONNS", "8")
                .containsEntry("KOLUMN_STATE_POSTGRES_PASSWORD_FILE", "/etc/kolumn-state-secrets/postgres-password")
                .containsEntry("KOLUMN_STATE_ENCRYPTION_AWS_KMS_PREVIOUS_KEYS", "a,b")
                .containsEntry(
                        "KOLUMN_STATE_ENCRYPTION_AWS_KMS_SECRET_KEY_FILE",
                        "/etc/kolumn-state-secrets/encryption-aws-kms-secret-key")
                .doesNotContainKeys("KOLUMN_STATE_S3_BUCKET", "KOLUMN_STATE_LOCAL_PATH");
    }

    /** Asked as the service asks itself at its start. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        local    | {}
        postgres | {state: {backend: postgres, postgres: {host: 'db1:5433,db2', schema: states, requestTimeout: 20s, prepare: false}}}
        s3       | {state: {backend: s3, s3: {bucket: states, endpoint: 'https://minio:9000', forcePathStyle: true, maxRetries: 5, storageClass: STANDARD}}}
        """)
    void theServiceTakesWhatTheChartSaysOfAStorage(String type, String values) throws Exception {
        String prefix = "KOLUMN_STATE_" + type.toUpperCase(Locale.ROOT) + "_";
        Map<String, String> config = new HashMap<>();
        Manifest.environment(CHART.render("kolumn-state", values)).forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                config.put(name.substring(prefix.length()).toLowerCase(Locale.ROOT), value);
            }
        });

        assertThat(config).hasSizeGreaterThan(1);
        assertThat(BackendFactory.withBuiltIns().validate(type, config)).isEmpty();
    }

    /** Names of the environment do not say which key is meant where Quarkus has maps; a file does, and is weaker than they are. */
    @Test
    void otherKeysAreInAFileAndInNoOtherPlace() throws Exception {
        List<Manifest> all = CHART.render("kolumn-state", """
                tls: {secretName: cert}
                config:
                  quarkus.log.category."io.kolumn".level: DEBUG
                  quarkus.shutdown.timeout: 5s
                  quarkus.log.console.format: '%d \\n'
                """);
        Properties file = new Properties();
        file.load(new StringReader(all.stream()
                .filter(object -> object.name().equals("kolumn-state-config"))
                .findFirst()
                .orElseThrow()
                .yaml()
                .at("/data/application.properties")
                .asText()));

        assertThat(file)
                .containsEntry("quarkus.log.category.\"io.kolumn\".level", "DEBUG")
                .containsEntry("quarkus.shutdown.timeout", "5s")
                .containsEntry("quarkus.log.console.format", "%d \\n")
                .containsEntry("quarkus.tls.key-store.pem.0.key", "/etc/kolumn-state-tls/tls.key");
        assertThat(Manifest.environment(all))
                .containsEntry("QUARKUS_CONFIG_LOCATIONS", "/etc/kolumn-state-config/application.properties")
                .doesNotContainKey("QUARKUS_SHUTDOWN_TIMEOUT")
                .containsKey("QUARKUS_SHUTDOWN_DELAY");
        assertThat(Manifest.environment(CHART.render("kolumn-state", "")))
                .doesNotContainKey("QUARKUS_CONFIG_LOCATIONS");
    }

    static Stream<String> secrets() {
        return KEYS.all().stream()
                .filter(Keys.Key::secret)
                .map(key -> key.name().replace("<name>", "ci"));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void noKeyOfASecretIsTakenInPlain(String key) {
        CHART.assertRefused("config: {kolumn.state." + key + ": hunter2}")
                .contains("is a secret", "kolumn.state." + key)
                .doesNotContain("hunter2");
        CHART.assertRefused("extraEnv: [{name: KOLUMN_STATE_"
                        + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + ", value: hunter2}]")
                .contains("is a secret")
                .doesNotContain("hunter2");
        String[] path = key.split("\\.", -1);
        StringBuilder tree = new StringBuilder("state: ");
        for (String part : path) {
            tree.append('{').append(camel(part)).append(": ");
        }
        CHART.assertRefused(
                        tree.append("hunter2").append("}".repeat(path.length)).toString())
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        state: {backend: oracle}                                              | backend
        state: {postgres: {maxConn: 3}}                                       | maxConn
        state: {postgres: {sslMode: on}}                                      | sslMode
        state: {local: {permissions: 0644}}                                   | permissions
        state: {maxInFlight: much}                                            | maxInFlight
        state: {lock: {forceUnlock: maybe}}                                   | forceUnlock
        replica: 3                                                            | replica
        persistence: {accessModes: [ReadWriteMany]}                           | accessModes
        state: {backend: postgres}                                            | state.postgres.host is missing
        state: {backend: s3}                                                  | state.s3.bucket is missing
        state: {encryption: {keyProvider: vault}}                                    | state.encryption.vault.address is missing
        state: {encryption: {local: {fileSecret: {name: k}}}}                 | The key of the Secret k is missing
        state: {audit: {file: /var/log/a.jsonl}}                              | set audit.persistence.enabled
        access: {existingSecret: a, properties: user.a.groups=b}              | Take one of them
        access: {existingSecret: a, hashesSecret: b}                          | access.hashesSecret goes with
        access: {properties: token.ci.hash=sha256:abc}                        | holds a hash
        access: {properties: 'kolumn.state.user."a.b".hash : pbkdf2:abc'}     | holds a hash
        tls: {clientCa: {name: ca, key: ca.crt}}                              | tls.clientCa needs
        ingress: {enabled: true}                                              | ingress.host is missing
        gateway: {enabled: true}                                              | gateway.host is missing
        gateway: {enabled: true, host: a.b}                                   | gateway.className is missing
        serviceAccount: {create: false}                                       | serviceAccount.name is missing
        """)
    void whatIsWrongIsRefusedByName(String values, String said) {
        CHART.assertRefused(values).contains(said);
    }
}
