package io.kolumn.state.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Whether objects that are applied together find one another: selectors, ports, names, volumes, files. */
final class References {

    /** What a cluster has in each namespace by itself. */
    private static final Set<String> OF_THE_CLUSTER = Set.of("kube-root-ca.crt");

    private final List<Manifest> all;
    private final List<String> problems = new ArrayList<>();

    private References(List<Manifest> all) {
        this.all = all;
    }

    /** A line for each thing that is named and not there; none if all is. */
    static List<String> broken(List<Manifest> all) {
        References references = new References(all);
        all.forEach(references::look);
        return references.problems;
    }

    private void look(Manifest object) {
        JsonNode spec = object.yaml().path("spec");
        switch (object.kind()) {
            case "Deployment", "StatefulSet" -> workload(object, spec);
            case "Service" -> service(object, spec);
            case "NetworkPolicy" -> {
                selectsPods(object, spec.at("/podSelector/matchLabels"));
                spec.path("ingress")
                        .forEach(rule -> rule.path("ports").forEach(port -> podPort(object, port.path("port"))));
            }
            case "PodDisruptionBudget" -> selectsPods(object, spec.at("/selector/matchLabels"));
            case "HorizontalPodAutoscaler" -> {
                JsonNode target = spec.path("scaleTargetRef");
                named(object, target.path("kind").asText(), target.path("name").asText());
            }
            case "Ingress" -> ingress(object, spec);
            case "HTTPRoute" -> route(object, spec);
            case "ServiceMonitor" -> monitor(object, spec);
            case "ClusterRoleBinding" -> object.yaml().path("subjects").forEach(subject -> subject(object, subject));
            default -> {}
        }
        if (object.template().isPresent()) {
            pod(object, object.template().get().path("spec"));
        }
    }

    private void workload(Manifest object, JsonNode spec) {
        selectsPods(object, spec.at("/selector/matchLabels"));
        for (JsonNode spread : spec.at("/template/spec/topologySpreadConstraints")) {
            selectsPods(object, spread.at("/labelSelector/matchLabels"));
        }
        if (spec.has("serviceName")) {
            named(object, "Service", spec.path("serviceName").asText());
        }
    }

    private void service(Manifest object, JsonNode spec) {
        if (object.type().equals("v1/Service")) {
            selectsPods(object, spec.path("selector"));
            spec.path("ports").forEach(port -> podPort(object, port.path("targetPort")));
        }
    }

    /** Exactly those of one workload, and none that is there for itself, such as a test. */
    private void selectsPods(Manifest object, JsonNode selector) {
        long workloads = all.stream()
                .flatMap(other -> other.template().stream())
                .filter(template -> matches(selector, template.at("/metadata/labels")))
                .count();
        boolean alone = all.stream()
                .filter(other -> other.kind().equals("Pod"))
                .anyMatch(pod -> matches(selector, pod.yaml().at("/metadata/labels")));
        check(
                object,
                workloads == 1 && !alone,
                "the selector " + selector + " selects the pods of " + workloads + " workloads"
                        + (alone ? " and a pod of another" : ""));
    }

    /** An empty selector selects everything or nothing, and is never meant. */
    private static boolean matches(JsonNode selector, JsonNode labels) {
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
    }

    private void podPort(Manifest object, JsonNode port) {
        boolean there = all.stream()
                .flatMap(other -> other.template().stream())
                .flatMap(template -> stream(template.at("/spec/containers/0/ports")))
                .anyMatch(own -> port.equals(own.path("name")) || port.equals(own.path("containerPort")));
        check(object, there, "no pod has the port " + port);
    }

    private void ingress(Manifest object, JsonNode spec) {
        List<String> covered = stream(spec.path("tls"))
                .filter(tls -> !tls.path("secretName").asText().isEmpty())
                .flatMap(tls -> stream(tls.path("hosts")))
                .map(JsonNode::asText)
                .toList();
        for (JsonNode rule : spec.path("rules")) {
            String host = rule.path("host").asText();
            check(object, covered.contains(host), "no certificate is named for " + host);
            for (JsonNode path : rule.at("/http/paths")) {
                JsonNode service = path.at("/backend/service");
                servicePort(object, service.path("name").asText(), service.at("/port/name"));
            }
        }
    }

    private void route(Manifest object, JsonNode spec) {
        spec.path("rules")
                .forEach(rule -> rule.path("backendRefs")
                        .forEach(to -> servicePort(object, to.path("name").asText(), to.path("port"))));
        List<Manifest> gateways =
                all.stream().filter(other -> other.kind().equals("Gateway")).toList();
        for (JsonNode parent : spec.path("parentRefs")) {
            boolean there = gateways.isEmpty() // one that is there already
                    || gateways.stream()
                            .filter(gateway ->
                                    gateway.name().equals(parent.path("name").asText()))
                            .flatMap(gateway -> stream(gateway.yaml().at("/spec/listeners")))
                            .anyMatch(listener -> listener.path("name").equals(parent.path("sectionName"))
                                    && stream(spec.path("hostnames")).toList().contains(listener.path("hostname")));
            check(object, there, "no Gateway listens as " + parent);
        }
    }

    private void monitor(Manifest object, JsonNode spec) {
        JsonNode selector = spec.at("/selector/matchLabels");
        for (JsonNode endpoint : spec.path("endpoints")) {
            boolean there = services()
                    .filter(service -> matches(selector, service.yaml().at("/metadata/labels")))
                    .anyMatch(service -> hasPort(service, endpoint.path("port")));
            check(object, there, "no Service has the labels " + selector + " and the port " + endpoint.path("port"));
        }
    }

    private void servicePort(Manifest object, String name, JsonNode port) {
        boolean there =
                services().filter(service -> service.name().equals(name)).anyMatch(service -> hasPort(service, port));
        check(object, there, "no Service " + name + " has the port " + port);
    }

    private static boolean hasPort(Manifest service, JsonNode port) {
        return stream(service.yaml().at("/spec/ports"))
                .anyMatch(own -> port.equals(own.path("name")) || port.equals(own.path("port")));
    }

    private Stream<Manifest> services() {
        return all.stream().filter(other -> other.type().equals("v1/Service"));
    }

    private void subject(Manifest object, JsonNode subject) {
        boolean there = all.stream()
                .filter(other -> other.kind().equals(subject.path("kind").asText()))
                .anyMatch(other -> other.name().equals(subject.path("name").asText())
                        && subject.path("namespace").isTextual()
                        && subject.path("namespace").equals(other.yaml().at("/metadata/namespace")));
        check(object, there, "nobody is " + subject);
    }

    private void pod(Manifest object, JsonNode pod) {
        JsonNode container = pod.at("/containers/0");
        named(object, "ServiceAccount", pod.path("serviceAccountName").asText());
        for (JsonNode from : container.path("envFrom")) {
            if (from.has("configMapRef")) {
                configMap(object, from.at("/configMapRef/name"));
            }
        }
        Set<String> volumes = new TreeSet<>();
        object.yaml()
                .at("/spec/volumeClaimTemplates")
                .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
        for (JsonNode volume : pod.path("volumes")) {
            check(object, volumes.add(volume.path("name").asText()), "two volumes are " + volume.path("name"));
            Stream.concat(Stream.of(volume), stream(volume.at("/projected/sources")))
                    .filter(source -> source.has("configMap"))
                    .forEach(source -> configMap(object, source.at("/configMap/name")));
        }
        Set<String> mounted = new TreeSet<>();
        container
                .path("volumeMounts")
                .forEach(mount -> mounted.add(mount.path("name").asText()));
        check(object, volumes.equals(mounted), "the volumes " + volumes + " are mounted as " + mounted);
        files(object, container);
    }

    private void configMap(Manifest object, JsonNode name) {
        if (!OF_THE_CLUSTER.contains(name.asText())) {
            named(object, "ConfigMap", name.asText());
        }
    }

    /** A file that the environment names is in a folder that is mounted. */
    private void files(Manifest object, JsonNode container) {
        all.stream()
                .filter(other -> other.kind().equals("ConfigMap"))
                .filter(other -> stream(container.path("envFrom"))
                        .anyMatch(from -> from.at("/configMapRef/name").asText().equals(other.name())))
                .flatMap(map -> stream(map.yaml().path("data")))
                .map(JsonNode::asText)
                .filter(value -> value.startsWith("/"))
                .forEach(file -> check(
                        object,
                        stream(container.path("volumeMounts"))
                                .anyMatch(mount ->
                                        file.startsWith(mount.path("mountPath").asText() + "/")),
                        file + " is not in a mounted folder"));
    }

    private void named(Manifest object, String kind, String name) {
        boolean there = all.stream().anyMatch(other -> other.kind().equals(kind) && Objects.equals(other.name(), name));
        check(object, there, "there is no " + kind + " " + name);
    }

    private void check(Manifest object, boolean right, String problem) {
        if (!right) {
            problems.add(object.type() + " " + object.name() + ": " + problem);
        }
    }

    private static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }
}
