package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart makes with each storage and each option keeps to the rules that the manifests of k8s/ keep to. */
class ChartTest {

    @RegisterExtension
    static final Chart CHART = new Chart();

    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\\n(.*?)```");
    private static final Keys KEYS = Keys.ofReference();

    private static final String POSTGRES =
            "state: {backend: postgres, postgres: {host: db, passwordSecret: {name: db, key: password}}}";
    private static final String S3 = "state: {backend: s3, s3: {bucket: states}}";

    /** Names of options with their values; each is rendered with each storage. */
    private static final Map<String, String> OPTIONS = options();

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("nothing", "");
        options.put("access-secret", "access: {existingSecret: who}");
        options.put("access-file", """
                access:
                  hashesSecret: hashes
                  properties: |
                    token.ci.hash-file=/etc/kolumn-state-hashes/ci
                    issuer.github.url=https://token.actions.githubusercontent.com
                    policy.ci.subjects=token:ci
                """);
        options.put("cluster-issuer", "access: {existingSecret: who, clusterIssuer: true}");
        options.put("tls", "tls: {secretName: cert, clientCa: {name: ca, key: ca.crt}}");
        options.put("audit", "audit: {persistence: {enabled: true, storageClassName: fast}}");
        options.put("ingress", "ingress: {enabled: true, host: state.example.org, annotations: {a/b: c}}");
        options.put(
                "ingress-tls",
                "tls: {secretName: cert}\ningress: {enabled: true, host: state.example.org, tlsSecret: cert}");
        options.put("gateway", "gateway: {enabled: true, host: state.example.org, className: envoy}");
        options.put(
                "route",
                "gateway: {enabled: true, host: state.example.org, parentRefs: [{name: shared, namespace: edge}]}");
        options.put(
                "monitoring",
                "monitoring: {serviceMonitor: {enabled: true, labels: {release: p}}, rules: {enabled: true}, dashboard: {enabled: true}}");
        options.put("monitoring-tls", "tls: {secretName: cert}\nmonitoring: {serviceMonitor: {enabled: true}}");
        options.put("fixed", "autoscaling: {enabled: false}\nreplicas: 3\npodDisruptionBudget: {maxUnavailable: 50%}");
        options.put(
                "names",
                "nameOverride: other\nfullnameOverride: states\nserviceAccount: {name: me, annotations: {role: r}}");
        options.put(
                "image",
                "image: {repository: registry.example.org/k, digest: 'sha256:" + "0a".repeat(32)
                        + "'}\nimagePullSecrets: [{name: pull}]");
        options.put("pod", """
                podAnnotations: {a: b}
                podLabels: {team: platform}
                priorityClassName: high
                nodeSelector: {kubernetes.io/os: linux}
                tolerations: [{key: dedicated, operator: Exists}]
                affinity: {nodeAffinity: {}}
                extraEnv: [{name: JDK_JAVA_OPTIONS, value: -Xmx300m}, {name: KOLUMN_STATE_POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}]
                extraVolumes: [{name: ca, configMap: {name: kube-root-ca.crt}}]
                extraVolumeMounts: [{name: ca, mountPath: /etc/ca}]
                config: {quarkus.datasource.jdbc.additional-jdbc-properties.sslrootcert: /etc/ca/ca.crt, quarkus.log.level: DEBUG}
                """);
        options.put("service", "service: {type: LoadBalancer, port: 8443, annotations: {a: b}}");
        options.put(
                "network",
                "networkPolicy: {issuers: true, from: [{podSelector: {}}], extraEgress: [{ports: [{port: 8200}]}]}");
        options.put("no-network", "networkPolicy: {enabled: false}\npodDisruptionBudget: {enabled: false}");
        return options;
    }

    private static final Map<String, String> STORES = Map.of(
            "local", "",
            "claim", "persistence: {existingClaim: mine}",
            "memory", "state: {backend: memory}",
            "postgres", POSTGRES,
            "s3", S3,
            "minio",
                    "state: {backend: s3, s3: {bucket: b, endpoint: 'https://minio:9000', accessKey: k, secretKeySecret: {name: m, key: s}, sessionTokenSecret: {name: m, key: t}}}",
            "keys", "state: {encryption: {keyProvider: local, local: {fileSecret: {name: k, key: f}}}}",
            "vault",
                    "state: {encryption: {keyProvider: vault, vault: {address: 'https://v:8200', key: k, tokenSecret: {name: v, key: token}}}}",
            "aws-kms",
                    "state: {encryption: {keyProvider: aws-kms, awsKms: {key: alias/kolumn, region: eu-central-1}}}");

    static Stream<String> cases() {
        return STORES.keySet().stream()
                .sorted()
                .flatMap(store -> OPTIONS.keySet().stream().map(option -> store + " " + option));
    }

    private static String values(String of) {
        String[] parts = of.split(" ", -1);
        return STORES.get(parts[0]) + "\n" + OPTIONS.get(parts[1]);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyStorageKeepsTheRulesWithEveryOption(String store) throws Exception {
        List<Manifest> all = CHART.render("kolumn-state", values(store));

        for (Manifest object : all) {
            assertThat(object.strict()).as(object.type()).isNotNull();
            assertThat(object.yaml()
                            .at("/metadata/labels/app.kubernetes.io~1instance")
                            .asText())
                    .as(object.type())
                    .isEqualTo("kolumn-state");
            assertThat(object.kind()).isNotEqualTo("Secret");
        }
        assertThat(References.broken(all)).isEmpty();
        Manifest workload = workload(all);
        PodRules.serve(workload.pod().orElseThrow());
        all.stream()
                .filter(object -> object.kind().equals("Pod"))
                .forEach(test -> PodRules.restricted(test.pod().orElseThrow()));
        nothingIsPlain(all);
        nobodyIsServedWithoutAnIdentity(all);
        available(store, all);
    }

    private static Manifest workload(List<Manifest> all) {
        List<Manifest> workloads =
                all.stream().filter(object -> object.template().isPresent()).toList();
        assertThat(workloads).hasSize(1);
        return workloads.getFirst();
    }

    /** No key of a secret has a value, and every key is one. */
    private static void nothingIsPlain(List<Manifest> all) {
        Map<String, String> environment = Manifest.environment(all);
        Set<String> set = new TreeSet<>(environment.keySet());
        assertThat(set).doesNotContainAnyElementsOf(KEYS.secretVariables());
        set.removeIf(name -> name.startsWith("QUARKUS_"));
        assertThat(KEYS.variables()).containsAll(set);
        for (JsonNode variable : workload(all).pod().orElseThrow().at("/containers/0/env")) {
            assertThat(variable.has("value")
                            && KEYS.secretVariables()
                                    .contains(variable.path("name").asText()))
                    .as(variable.path("name").asText())
                    .isFalse();
        }
    }

    private static void nobodyIsServedWithoutAnIdentity(List<Manifest> all) {
        Map<String, String> environment = Manifest.environment(all);
        assertThat(environment).doesNotContainKey("KOLUMN_STATE_ALLOW_ANONYMOUS");
        JsonNode pod = workload(all).pod().orElseThrow();
        assertThat(environment.get("KOLUMN_STATE_ACCESS_FILE"))
                .startsWith(pod.at("/containers/0/volumeMounts/0/mountPath").asText() + "/");
        JsonNode access = pod.at("/volumes/0");
        assertThat(access.path("name").asText()).isEqualTo("access");
        assertThat(access.findPath("optional").asBoolean()).isFalse();
    }

    /** One pod where the storage allows no other, and what several need where there are several. */
    private static void available(String store, List<Manifest> all) {
        boolean single = !store.startsWith("postgres") && !store.startsWith("s3") && !store.startsWith("minio");
        JsonNode spec = workload(all).yaml().path("spec");
        Set<String> kinds = new TreeSet<>(all.stream().map(Manifest::kind).toList());
        if (single) {
            assertThat(spec.path("replicas").asInt()).isEqualTo(1);
            assertThat(kinds).doesNotContain("PodDisruptionBudget", "HorizontalPodAutoscaler");
            assertThat(spec.at("/strategy/type").asText("Recreate")).isEqualTo("Recreate");
        } else {
            assertThat(kinds.contains("HorizontalPodAutoscaler")).isEqualTo(!spec.has("replicas"));
            assertThat(kinds.contains("PodDisruptionBudget")).isEqualTo(!store.endsWith("no-network"));
            assertThat(spec.at("/template/spec/topologySpreadConstraints")).hasSize(2);
        }
        assertThat(Manifest.environment(all)).containsEntry("QUARKUS_SHUTDOWN_DELAY", single ? "0s" : "10s");
        assertThat(kinds.contains("NetworkPolicy")).isEqualTo(!store.endsWith("no-network"));
    }

    @Test
    void aPodWithAnotherEnvironmentIsAnotherPodAndWithOtherRulesTheSame() throws Exception {
        String one = checksum(POSTGRES);

        assertThat(one).hasSize(64);
        assertThat(checksum(POSTGRES + "\nconfig: {kolumn.state.postgres.max-conns: 3}"))
                .isNotEqualTo(one);
        assertThat(checksum(POSTGRES + "\nconfig: {quarkus.log.level: DEBUG}"))
                .isNotEqualTo(checksum(POSTGRES + "\nconfig: {quarkus.log.level: INFO}"));
        assertThat(checksum(POSTGRES + "\naccess: {properties: 'policy.a.subjects=user:ada'}"))
                .isEqualTo(one);
        assertThat(checksum(POSTGRES + "\npodLabels: {a: b}")).isEqualTo(one);
    }

    private static String checksum(String values) throws Exception {
        return workload(CHART.render("kolumn-state", values))
                .yaml()
                .at("/spec/template/metadata/annotations/checksum~1config")
                .asText();
    }

    /** The rules of {@link References} find what they are there for. */
    @ParameterizedTest
    @CsvSource({
        "PodDisruptionBudget, /spec, selector, selects the pods of 0 workloads",
        "Service, /spec/selector, app.kubernetes.io/instance, selects the pods of 2 workloads",
        "NetworkPolicy, /spec/podSelector, matchLabels, selects the pods of 0 workloads",
        "HorizontalPodAutoscaler, /spec/scaleTargetRef, name, there is no Deployment",
        "Ingress, /spec/tls/0, secretName, no certificate is named for state.example.org",
        "ConfigMap, /metadata, name, there is no ConfigMap kolumn-state",
    })
    void whatFindsNothingIsFound(String kind, String at, String without, String problem) throws Exception {
        List<Manifest> all = new ArrayList<>(CHART.render("kolumn-state", POSTGRES + "\n" + OPTIONS.get("ingress")));
        all.addAll(CHART.render("other", POSTGRES));
        assertThat(References.broken(all)).isEmpty();

        Manifest object =
                all.stream().filter(one -> one.kind().equals(kind)).findFirst().orElseThrow();
        ((ObjectNode) object.yaml().at(at)).remove(without);

        assertThat(References.broken(all)).anySatisfy(line -> assertThat(line).contains(problem));
    }

    @Test
    void nobodyMayDoAnythingByDefaultAndTheNotesSayWhatIsNext() throws Exception {
        List<Manifest> all = CHART.render("kolumn-state", "");

        assertThat(all.stream()
                        .filter(object -> object.name().endsWith("-access"))
                        .findFirst()
                        .orElseThrow()
                        .yaml()
                        .at("/data/access.properties")
                        .asText())
                .startsWith("# Nobody may do anything yet")
                .doesNotContain("\npolicy", "\ntoken");
        assertThat(CHART.notes(""))
                .contains("NOBODY MAY DO ANYTHING YET", "create secret generic kolumn-state-access")
                .contains("--set access.existingSecret=kolumn-state-access", "-n states");
        assertThat(CHART.notes(S3 + "\n" + OPTIONS.get("access-secret") + "\n" + OPTIONS.get("ingress")))
                .contains("The Secret who says it", "https://state.example.org", "deployment/kolumn-state")
                .doesNotContain("NOBODY", "port-forward");
        assertThat(CHART.notes("state: {backend: memory}")).contains("WARNING: states are lost");
    }

    static Stream<String> documented() throws Exception {
        return EXAMPLE.matcher(Files.readString(Path.of("docs/deploy/helm.md")))
                .results()
                .map(example -> example.group(1).stripIndent());
    }

    @ParameterizedTest
    @MethodSource("documented")
    void everyExampleOfTheDocsIsTaken(String values) throws Exception {
        List<Manifest> all = CHART.render("kolumn-state", values);

        assertThat(References.broken(all)).isEmpty();
        nothingIsPlain(all);
    }

    @Test
    void itsReleasesDoNotShareAName() throws Exception {
        assertThat(CHART.render("team-a", "").stream().map(Manifest::name).distinct())
                .allMatch(name -> name.startsWith("team-a-kolumn-state"));
    }

    @Test
    void nothingOfHelmIsLeftBehind() throws Exception {
        HelmProcess helm = HelmProcess.start();
        helm.ask("lint", Chart.FOLDER, "kolumn-state", Chart.NAMESPACE, "");
        assertThat(helm.temporary()).isNotEmptyDirectory();

        helm.close();

        assertThat(helm.temporary()).doesNotExist();
    }

    @Test
    void helmFindsNothingToSayOfIt() {
        assertThat(CHART.lint()).doesNotContain("[WARNING]", "[ERROR]");
    }
}
