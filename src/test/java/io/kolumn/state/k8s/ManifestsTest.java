package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of k8s/ as {@code kubectl kustomize} makes them; skipped where there is no kubectl, never in CI. */
@Tag("kubectl")
class ManifestsTest {

    private static final Pattern REFERENCE = Pattern.compile("\\| `(kolumn\\.state\\.[a-z0-9.-]+)` \\|");
    private static final Pattern VARIABLE = Pattern.compile("\\b(KOLUMN_STATE_[A-Z0-9_]+)=");

    @BeforeAll
    static void kubectlIsThere() throws InterruptedException {
        try {
            new ProcessBuilder("kubectl", "kustomize", "--help")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            assertThat(System.getenv("CI")).as("kubectl is missing in CI").isNull();
            Assumptions.abort("There is no kubectl: " + e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3", "knative", "monitoring"})
    void everyObjectHasOnlyFieldsThatItsTypeHas(String overlay) throws Exception {
        List<Manifest> objects = Manifest.of(overlay);

        assertThat(objects).isNotEmpty();
        for (Manifest object : objects) {
            assertThat(object.strict()).as(object.type()).isNotNull();
        }
    }

    @Test
    void aFieldThatIsNotThereIsFound() throws Exception {
        Manifest pods = pods("postgres").getFirst();
        ((ObjectNode) pods.pod().orElseThrow().at("/containers/0/readinessProbe")).put("periodSecond", 3);

        assertThatThrownBy(pods::strict)
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("periodSecond");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3", "knative"})
    void everyPodIsRestrictedAndProbed(String overlay) throws Exception {
        List<Manifest> all = pods(overlay);

        assertThat(all).hasSize(1);
        JsonNode pod = all.getFirst().pod().orElseThrow();
        assertThat(pod.path("automountServiceAccountToken")).asString().isEqualTo("false");
        assertThat(pod.path("enableServiceLinks")).asString().isEqualTo("false");
        assertThat(pod.path("hostNetwork").isMissingNode()).isTrue();
        assertThat(pod.path("containers")).hasSize(1);
        JsonNode container = pod.at("/containers/0");
        assertThat(container.path("image").asText()).matches(".+:\\d[^:]*").doesNotEndWith(":latest");
        assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/q/health/started");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
        assertThat(container.at("/resources/limits/memory").isTextual()).isTrue();
        restricted(pod, container);
    }

    /** The profile "restricted" of the pod security standards. */
    private static void restricted(JsonNode pod, JsonNode container) {
        assertThat(Manifest.security(pod, container, "runAsNonRoot").asBoolean())
                .isTrue();
        assertThat(Manifest.security(pod, container, "runAsUser").asInt()).isPositive();
        assertThat(Manifest.security(pod, container, "seccompProfile")
                        .path("type")
                        .asText())
                .isEqualTo("RuntimeDefault");
        JsonNode own = container.path("securityContext");
        assertThat(own.path("allowPrivilegeEscalation").asText()).isEqualTo("false");
        assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(own.path("capabilities").path("drop"))
                .extracting(JsonNode::asText)
                .containsExactly("ALL");
        assertThat(own.path("capabilities").has("add")).isFalse();
        for (JsonNode volume : pod.path("volumes")) {
            assertThat(volume.fieldNames()).toIterable().containsAnyOf("secret", "configMap", "emptyDir", "projected");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3", "knative"})
    void nobodyIsServedWithoutAnIdentity(String overlay) throws Exception {
        List<Manifest> all = Manifest.of(overlay);

        JsonNode settings = settings(all);
        assertThat(settings.has("KOLUMN_STATE_ALLOW_ANONYMOUS")).isFalse();
        String file = settings.path("KOLUMN_STATE_ACCESS_FILE").asText();
        JsonNode pod = pods(overlay).getFirst().pod().orElseThrow();
        JsonNode mount = pod.at("/containers/0/volumeMounts/0");
        assertThat(file).startsWith(mount.path("mountPath").asText() + "/");
        assertThat(pod.at("/volumes/0/name")).isEqualTo(mount.path("name"));
        assertThat(pod.at("/volumes/0/secret/secretName").asText()).isEqualTo("kolumn-state-access");
        assertThat(pod.at("/volumes/0/secret/optional").asBoolean()).isFalse();
    }

    private static JsonNode settings(List<Manifest> all) {
        return all.stream()
                .filter(object -> object.type().equals("v1/ConfigMap"))
                .findFirst()
                .orElseThrow()
                .yaml()
                .path("data");
    }

    /** Where there are others, a pod that ends answers until every balancer has turned to them. */
    @ParameterizedTest
    @CsvSource({"local, 0s", "postgres, 10s", "s3, 10s"})
    void onlyThePodThatHasNoOtherBesideItEndsAtOnce(String overlay, String delay) throws Exception {
        assertThat(settings(Manifest.of(overlay)).path("QUARKUS_SHUTDOWN_DELAY").asText())
                .isEqualTo(delay);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3"})
    void everyKeyOfAStorageIsNamedAndNoOther(String overlay) throws Exception {
        Set<String> known = knownVariables();
        String prefix = "KOLUMN_STATE_" + overlay.toUpperCase(Locale.ROOT) + "_";

        Set<String> named = variables(Path.of("k8s/overlays", overlay, overlay + ".env"));

        assertThat(known).containsAll(named);
        assertThat(named)
                .containsAll(
                        known.stream().filter(name -> name.startsWith(prefix)).toList());
    }

    @Test
    void theBaseNamesOnlyKeysThatThereAre() throws Exception {
        assertThat(knownVariables()).containsAll(variables(Path.of("k8s/base/service.env")));
    }

    private static List<Manifest> pods(String overlay) throws Exception {
        return Manifest.of(overlay).stream()
                .filter(object -> object.pod().isPresent())
                .toList();
    }

    /** The names in the environment of all keys in the README's reference, which another test compares with the tables. */
    private static Set<String> knownVariables() throws IOException {
        return found(REFERENCE, Files.readString(Path.of("README.md"))).stream()
                .map(key -> key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                .collect(Collectors.toSet());
    }

    private static Set<String> variables(Path file) throws IOException {
        return found(VARIABLE, Files.readString(file));
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
