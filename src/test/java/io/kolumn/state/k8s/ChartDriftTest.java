package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart and k8s/ make the same objects, so that neither drifts from the other. */
@Tag("kubectl")
class ChartDriftTest {

    @RegisterExtension
    static final Chart CHART = new Chart();

    private static final YAMLMapper YAML = new YAMLMapper();

    /** What Helm adds to labels and selectors, so that two releases differ. */
    private static final Pattern OF_HELM =
            Pattern.compile("helm\\.sh/.*|app\\.kubernetes\\.io/(instance|version|managed-by)|checksum/config");

    /** What kustomize puts behind the name of a ConfigMap, so that pods with another one are others. */
    private static final Pattern OF_KUSTOMIZE = Pattern.compile("^(kolumn-state(-config)?)-[a-z0-9]{10}$");

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("local", "{}"),
            Map.entry("postgres", "{state: {backend: postgres, postgres: {host: postgres}}}"),
            Map.entry(
                    "s3",
                    "{state: {backend: s3, s3: {bucket: kolumn-state}}, serviceAccount: {annotations: "
                            + "{eks.amazonaws.com/role-arn: 'arn:aws:iam::111122223333:role/kolumn-state'}}}"),
            Map.entry(
                    "monitoring",
                    "{monitoring: {serviceMonitor: {enabled: true}, rules: {enabled: true}, dashboard: {enabled: true}}}"),
            Map.entry("cluster-issuer", "{access: {clusterIssuer: true}}"),
            Map.entry("issuers", "{networkPolicy: {issuers: true}}"),
            Map.entry(
                    "vault",
                    "{state: {encryption: {keyProvider: vault, vault: {address: 'https://vault.example.org:8200', key: kolumn, "
                            + "tokenSecret: {name: kolumn-state-vault, key: token}}}}}"),
            Map.entry(
                    "aws-kms",
                    "{state: {encryption: {keyProvider: aws-kms, awsKms: {key: alias/kolumn, region: us-east-1}}}}"),
            Map.entry("tls", "{tls: {secretName: kolumn-state-pod-tls}}"),
            Map.entry("ingress", "{ingress: {enabled: true, host: state.example.org}}"),
            Map.entry("gateway", "{gateway: {enabled: true, className: example, host: state.example.org}}"));

    @BeforeAll
    static void kubectlIsThere() throws InterruptedException {
        Kustomize.needed();
    }

    @ParameterizedTest
    @CsvSource({
        "local,",
        "postgres,",
        "s3,",
        "local monitoring,",
        "postgres monitoring, cluster-issuer",
        "local, cluster-issuer",
        "postgres, issuers",
        "postgres, vault",
        "local, tls",
        "postgres monitoring, tls",
        "local, vault",
        "postgres, aws-kms",
        "s3, ingress",
        "local, gateway",
    })
    void bothMakeTheSame(String overlays, String component) throws Exception {
        List<String> components = component == null ? List.of() : List.of(component);
        List<String> parts = new ArrayList<>(Arrays.asList(overlays.split(" ", -1)));

        Map<String, JsonNode> kustomize = same(Kustomize.own(parts, components, "namespace: " + Chart.NAMESPACE));
        parts.addAll(components);
        Map<String, JsonNode> chart = same(CHART.render("kolumn-state", values(parts)));

        chart.remove("Pod kolumn-state-ready"); // helm test
        assertThat(chart.keySet()).isEqualTo(kustomize.keySet());
        kustomize.forEach((name, object) ->
                assertThat(chart.get(name).toPrettyString()).as(name).isEqualTo(object.toPrettyString()));
    }

    private static String values(List<String> parts) throws IOException {
        ObjectNode values = YAML.createObjectNode();
        YAML.readerForUpdating(values).readValue("access: {existingSecret: kolumn-state-access}");
        for (String part : parts) {
            YAML.readerForUpdating(values).readValue(VALUES.get(part));
        }
        return YAML.writeValueAsString(values);
    }

    private static Map<String, JsonNode> same(List<Manifest> all) {
        return new TreeMap<>(all.stream()
                .map(object -> new Manifest(sorted(object.yaml())))
                .peek(ChartDriftTest::forget)
                .collect(Collectors.toMap(object -> object.kind() + " " + object.name(), Manifest::yaml)));
    }

    /** Without what is another's by intention. */
    private static void forget(Manifest object) {
        ObjectNode metadata = (ObjectNode) object.yaml().path("metadata");
        metadata.remove("namespace");
        // Of the kinds that kustomize labels and those that it does not; selectors and pods are compared.
        metadata.remove("labels");
        if (object.kind().equals("ClusterRoleBinding")) {
            metadata.put("name", "kolumn-state-issuer");
        }
    }

    /** In one order, without labels of Helm's and hashes of kustomize's. */
    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            new TreeMap<>(object.properties().stream()
                            .filter(field -> !OF_HELM.matcher(field.getKey()).matches())
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                    .forEach((name, value) -> {
                        JsonNode kept = sorted(value);
                        if (!(name.equals("annotations") && kept.isEmpty())) {
                            copy.set(name, kept);
                        }
                    });
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(element -> copy.add(sorted(element)));
            return copy;
        }
        return node.isTextual()
                ? TextNode.valueOf(OF_KUSTOMIZE.matcher(node.asText()).replaceFirst("$1"))
                : node;
    }
}
