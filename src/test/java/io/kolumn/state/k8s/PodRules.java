package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What every pod keeps to, whoever wrote its manifest. */
final class PodRules {

    private PodRules() {}

    /** The pods that serve are restricted, probed, and have bounds. */
    static void serve(JsonNode pod) {
        restricted(pod);
        JsonNode container = pod.at("/containers/0");
        assertThat(container.path("image").asText())
                .matches(".+(:\\d[^:]*|@sha256:[0-9a-f]{64})")
                .doesNotEndWith(":latest");
        for (String probe : List.of("startup/started", "readiness/ready", "liveness/live")) {
            String[] parts = probe.split("/", -1);
            assertThat(container.at("/" + parts[0] + "Probe/httpGet/path").asText())
                    .isEqualTo("/q/health/" + parts[1]);
        }
    }

    /** The profile "restricted" of the pod security standards, and a root file system that nobody writes. */
    static void restricted(JsonNode pod) {
        assertThat(pod.path("automountServiceAccountToken")).asString().isEqualTo("false");
        assertThat(pod.path("enableServiceLinks")).asString().isEqualTo("false");
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC", "initContainers", "ephemeralContainers")) {
            assertThat(pod.has(host)).as(host).isFalse();
        }
        assertThat(pod.path("containers")).hasSize(1);
        JsonNode container = pod.at("/containers/0");
        assertThat(container.at("/resources/requests/cpu").isTextual()).isTrue();
        assertThat(container.at("/resources/requests/memory").isTextual()).isTrue();
        assertThat(container.at("/resources/limits/memory").isTextual()).isTrue();
        assertThat(security(pod, container, "runAsNonRoot").asBoolean()).isTrue();
        assertThat(security(pod, container, "runAsUser").asInt()).isPositive();
        assertThat(security(pod, container, "seccompProfile").path("type").asText())
                .isEqualTo("RuntimeDefault");
        JsonNode own = container.path("securityContext");
        assertThat(own.path("allowPrivilegeEscalation").asText()).isEqualTo("false");
        assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(own.path("capabilities").path("drop"))
                .extracting(JsonNode::asText)
                .containsExactly("ALL");
        assertThat(own.path("capabilities").has("add")).isFalse();
        for (JsonNode volume : pod.path("volumes")) {
            assertThat(volume.fieldNames())
                    .toIterable()
                    .containsAnyOf("secret", "configMap", "emptyDir", "projected", "persistentVolumeClaim");
        }
    }

    /** What a container has in full: its own security context over that of the pod. */
    private static JsonNode security(JsonNode pod, JsonNode container, String field) {
        JsonNode own = container.path("securityContext").path(field);
        return own.isMissingNode() ? pod.path("securityContext").path(field) : own;
    }
}
