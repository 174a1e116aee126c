package io.kolumn.state.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One object of an overlay as {@code kubectl kustomize} writes it. */
record Manifest(JsonNode yaml) {

    private static final YAMLMapper YAML = new YAMLMapper();

    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("apps/v1/StatefulSet", StatefulSet.class),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("serving.knative.dev/v1/Service", io.fabric8.knative.serving.v1.Service.class),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class));

    /** Without the setter that takes whatever a type does not know. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    static List<Manifest> of(String overlay) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("kubectl", ".err");
        Process kubectl = new ProcessBuilder("kubectl", "kustomize", "k8s/overlays/" + overlay)
                .redirectError(errors.toFile())
                .start();
        try (MappingIterator<JsonNode> objects = YAML.readerFor(JsonNode.class).readValues(kubectl.getInputStream())) {
            List<Manifest> all = objects.readAll().stream().map(Manifest::new).toList();
            if (!kubectl.waitFor(30, TimeUnit.SECONDS) || kubectl.exitValue() != 0) {
                throw new IOException("kubectl kustomize " + overlay + ": " + Files.readString(errors));
            }
            return all;
        } finally {
            kubectl.destroyForcibly();
            Files.delete(errors);
        }
    }

    String type() {
        return yaml.path("apiVersion").asText() + "/" + yaml.path("kind").asText();
    }

    /** Reads it into the type that the API has for it. Fails for a type that is not expected, and for an unknown field. */
    Object strict() throws JsonProcessingException {
        Class<?> type = TYPES.get(type());
        if (type == null) {
            throw new IllegalStateException("No type is known for " + type());
        }
        return STRICT.treeToValue(yaml, type);
    }

    /** Of a kind that makes pods. */
    Optional<JsonNode> pod() {
        return Optional.of(yaml.at("/spec/template/spec")).filter(pod -> !pod.isMissingNode());
    }

    /** What a container of the pod is in full: its own security context over that of the pod. */
    static JsonNode security(JsonNode pod, JsonNode container, String field) {
        JsonNode own = container.path("securityContext").path(field);
        return own.isMissingNode() ? pod.path("securityContext").path(field) : own;
    }
}
