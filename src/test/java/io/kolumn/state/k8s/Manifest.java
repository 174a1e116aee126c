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
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One object as {@code kubectl kustomize} or Helm writes it. */
record Manifest(JsonNode yaml) {

    private static final YAMLMapper YAML = new YAMLMapper();

    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/Pod", Pod.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("apps/v1/StatefulSet", StatefulSet.class),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("gateway.networking.k8s.io/v1/Gateway", Gateway.class),
            Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", HTTPRoute.class),
            Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("rbac.authorization.k8s.io/v1/ClusterRoleBinding", ClusterRoleBinding.class),
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

    static List<Manifest> all(InputStream documents) throws IOException {
        try (MappingIterator<JsonNode> objects = YAML.readerFor(JsonNode.class).readValues(documents)) {
            return objects.readAll().stream()
                    .filter(object -> !object.isNull() && !object.isMissingNode())
                    .map(Manifest::new)
                    .toList();
        }
    }

    /** The settings in the environment of the pods. */
    static Map<String, String> environment(List<Manifest> all) {
        Map<String, String> environment = new TreeMap<>();
        all.stream()
                .filter(object -> object.type().equals("v1/ConfigMap"))
                .filter(object -> object.yaml().path("data").has("QUARKUS_HTTP_HOST"))
                .flatMap(object -> object.yaml().path("data").properties().stream())
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asText()));
        return environment;
    }

    String type() {
        return yaml.path("apiVersion").asText() + "/" + kind();
    }

    String kind() {
        return yaml.path("kind").asText();
    }

    String name() {
        return yaml.at("/metadata/name").asText();
    }

    /** Reads it into the type that the API has for it. Fails for a type that is not expected, and for an unknown field. */
    Object strict() throws JsonProcessingException {
        Class<?> type = TYPES.get(type());
        if (type == null) {
            throw new IllegalStateException("No type is known for " + type());
        }
        return STRICT.treeToValue(yaml, type);
    }

    /** The template of a kind that makes pods. */
    Optional<JsonNode> template() {
        return Optional.of(yaml.at("/spec/template"))
                .filter(template -> template.path("spec").has("containers"));
    }

    /** The pod that it makes, or is. */
    Optional<JsonNode> pod() {
        return kind().equals("Pod")
                ? Optional.of(yaml.path("spec"))
                : template().map(template -> template.path("spec"));
    }
}
