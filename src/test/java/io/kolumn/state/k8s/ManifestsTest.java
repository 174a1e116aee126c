package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of k8s/ as {@code kubectl kustomize} makes them; skipped where there is no kubectl, never in CI. */
@Tag("kubectl")
class ManifestsTest {

    private static final Pattern VARIABLE = Pattern.compile("\\b(KOLUMN_STATE_[A-Z0-9_]+)=");
    private static final Keys KEYS = Keys.ofReference();

    @BeforeAll
    static void kubectlIsThere() throws InterruptedException {
        Kustomize.needed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3", "knative", "monitoring", "example"})
    void everyObjectHasOnlyFieldsThatItsTypeHas(String overlay) throws Exception {
        List<Manifest> objects = Kustomize.overlay(overlay);

        assertThat(objects).isNotEmpty();
        for (Manifest object : objects) {
            assertThat(object.strict()).as(object.type()).isNotNull();
        }
    }

    @Test
    void aFieldThatIsNotThereIsFound() throws Exception {
        Manifest pods = workload(Kustomize.overlay("postgres"));
        ((ObjectNode) pods.pod().orElseThrow().at("/containers/0/readinessProbe")).put("periodSecond", 3);

        assertThatThrownBy(pods::strict)
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("periodSecond");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3", "knative", "example"})
    void everyPodIsRestrictedAndProbed(String overlay) throws Exception {
        PodRules.serve(workload(Kustomize.overlay(overlay)).pod().orElseThrow());
    }

    /** Selectors select, ports and names are there, with every component too. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3", "local monitoring", "postgres monitoring", "s3 monitoring"})
    void whatNamesAnotherFindsIt(String overlays) throws Exception {
        List<String> all = Arrays.asList(overlays.split(" ", -1));

        assertThat(References.broken(Kustomize.own(all, List.of(), ""))).isEmpty();
        assertThat(References.broken(Kustomize.own(all, components(), "namespace: team")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3"})
    void aPodThatSpeaksTlsIsProbedAndFoundThere(String overlay) throws Exception {
        List<Manifest> all = Kustomize.own(List.of(overlay, "monitoring"), List.of("tls"), "");

        assertThat(References.broken(all)).isEmpty();
        JsonNode pod = workload(all).pod().orElseThrow();
        PodRules.serve(pod);
        assertThat(pod.findValuesAsText("scheme")).containsExactly("HTTPS", "HTTPS", "HTTPS");
    }

    /** Of local the name of its Service is left behind: kustomize takes the StatefulSet for the Deployment that it was. */
    @ParameterizedTest
    @ValueSource(strings = {"postgres", "s3"})
    void whatNamesAnotherFindsItUnderAnotherName(String overlay) throws Exception {
        assertThat(References.broken(Kustomize.own(
                        List.of(overlay), components(), "namespace: team\nnameSuffix: -b\nnamePrefix: a-")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"knative", "example"})
    void whatIsCompleteFindsAllThatItNames(String overlay) throws Exception {
        assertThat(References.broken(Kustomize.overlay(overlay))).isEmpty();
    }

    /** A binding without a namespace is refused by the cluster; one with the wrong namespace would bind somebody else. */
    @Test
    void theBindingOfTheIssuerFollowsTheNamespaceAndHasNoOther() throws Exception {
        List<String> component = List.of("cluster-issuer");

        assertThat(subject(Kustomize.own(List.of("postgres"), component, "namespace: team"))
                        .path("namespace")
                        .asText())
                .isEqualTo("team");
        assertThat(subject(Kustomize.own(List.of("postgres"), component, "")).has("namespace"))
                .isFalse();
    }

    private static JsonNode subject(List<Manifest> all) {
        return all.stream()
                .filter(object -> object.kind().equals("ClusterRoleBinding"))
                .findFirst()
                .orElseThrow()
                .yaml()
                .at("/subjects/0");
    }

    /** What is allowed out, by port, as each component opens it. */
    @ParameterizedTest
    @CsvSource({"cluster-issuer, 443 6443", "issuers, 443", "vault, 8200", "aws-kms, 443 80"})
    void aComponentLetsOutWhatItNeeds(String component, String ports) throws Exception {
        Set<String> opened = ports(Kustomize.own(List.of("local"), List.of(component), ""));
        opened.removeAll(ports(Kustomize.overlay("local")));

        assertThat(opened).containsExactlyInAnyOrder(ports.split(" ", -1));
    }

    private static Set<String> ports(List<Manifest> all) {
        return all.stream()
                .filter(object -> object.kind().equals("NetworkPolicy"))
                .flatMap(policy -> policy.yaml().at("/spec/egress").findValuesAsText("port").stream())
                .collect(Collectors.toSet());
    }

    /** The lines for an overlay of one's own that docs/deploy/kubernetes.md and the example show. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3"})
    void anImageIsSetByTheNameThatTheOverlaysHave(String overlay) throws Exception {
        String lines = """
                images:
                  - name: ghcr.io/kolumn/kolumn-state
                    newName: registry.example.org/kolumn-state
                    newTag: 7.0.0
                """;

        assertThat(workload(Kustomize.own(List.of(overlay), List.of(), lines))
                        .pod()
                        .orElseThrow()
                        .at("/containers/0/image")
                        .asText())
                .isEqualTo("registry.example.org/kolumn-state:7.0.0");
    }

    /** TLS, whole documents, and waiting for a lock of five minutes. */
    @Test
    void whatStandsBeforeTheServiceLetsDocumentsAndWaitingThrough() throws Exception {
        List<Manifest> all = Kustomize.own(List.of("postgres"), List.of("ingress", "gateway"), "");

        JsonNode annotations = one(all, "Ingress").yaml().at("/metadata/annotations");
        Map.of(
                        "proxy-body-size",
                        "256M",
                        "proxy-request-buffering",
                        "off",
                        "proxy-read-timeout",
                        "330",
                        "proxy-send-timeout",
                        "330")
                .forEach((name, value) -> assertThat(annotations
                                .path("nginx.ingress.kubernetes.io/" + name)
                                .asText())
                        .as(name)
                        .isEqualTo(value));
        JsonNode rule = one(all, "HTTPRoute").yaml().at("/spec/rules/0");
        assertThat(rule.at("/timeouts/request").asText()).isEqualTo("330s");
        assertThat(rule.at("/matches/0").has("method")).isFalse();
        assertThat(one(all, "Gateway").yaml().at("/spec/listeners/0/protocol").asText())
                .isEqualTo("HTTPS");
    }

    private static Manifest one(List<Manifest> all, String kind) {
        return all.stream()
                .filter(object -> object.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3", "knative"})
    void nobodyIsServedWithoutAnIdentity(String overlay) throws Exception {
        List<Manifest> all = Kustomize.overlay(overlay);

        Map<String, String> settings = Manifest.environment(all);
        assertThat(settings).doesNotContainKey("KOLUMN_STATE_ALLOW_ANONYMOUS");
        JsonNode pod = workload(all).pod().orElseThrow();
        JsonNode mount = pod.at("/containers/0/volumeMounts/0");
        assertThat(settings.get("KOLUMN_STATE_ACCESS_FILE"))
                .startsWith(mount.path("mountPath").asText() + "/");
        assertThat(pod.at("/volumes/0/name")).isEqualTo(mount.path("name"));
        assertThat(pod.at("/volumes/0/secret/secretName").asText()).isEqualTo("kolumn-state-access");
        assertThat(pod.at("/volumes/0/secret/optional").asBoolean()).isFalse();
    }

    /** Where there are others, a pod that ends answers until every balancer has turned to them. */
    @ParameterizedTest
    @CsvSource({"local, 0s", "postgres, 10s", "s3, 10s"})
    void onlyThePodThatHasNoOtherBesideItEndsAtOnce(String overlay, String delay) throws Exception {
        assertThat(Manifest.environment(Kustomize.overlay(overlay))).containsEntry("QUARKUS_SHUTDOWN_DELAY", delay);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3"})
    void everyKeyOfAStorageIsNamedAndNoOther(String overlay) throws Exception {
        String prefix = "KOLUMN_STATE_" + overlay.toUpperCase(Locale.ROOT) + "_";

        Set<String> named = variables(Path.of("k8s/overlays", overlay, overlay + ".env"));

        assertThat(KEYS.variables()).containsAll(named);
        assertThat(named)
                .containsAll(KEYS.variables().stream()
                        .filter(name -> name.startsWith(prefix))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base/service.env", "components/vault/vault.env", "components/aws-kms/aws-kms.env"})
    void onlyKeysThatThereAreAreNamed(String file) throws Exception {
        assertThat(variables(Kustomize.K8S.resolve(file))).isNotEmpty().isSubsetOf(KEYS.variables());
    }

    private static List<String> components() throws IOException {
        try (var folders = Files.list(Kustomize.K8S.resolve("components"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.equals("tls")) // ends TLS at the pod, where the others end it before
                    .sorted()
                    .toList();
        }
    }

    private static Manifest workload(List<Manifest> all) {
        List<Manifest> workloads =
                all.stream().filter(object -> object.template().isPresent()).toList();
        assertThat(workloads).hasSize(1);
        return workloads.getFirst();
    }

    private static Set<String> variables(Path file) throws IOException {
        return VARIABLE.matcher(Files.readString(file))
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
    }
}
