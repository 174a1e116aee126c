package io.kolumn.state.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.store.DocumentNames.Kind;
import io.kolumn.state.store.DocumentPlaces;
import io.kolumn.state.store.DocumentSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets of Terraform's {@code kubernetes} backend ({@code internal/backend/remote-state/kubernetes} of its sources), as
 * {@code kubectl get secrets -o json} writes them. A state is in {@code tfstate-<workspace>-<suffix>}, compressed; what is too
 * large for one secret goes on in {@code ...-part-1} and so on. Its name is the suffix, and the workspace unless that is
 * {@code default}.
 */
public final class KubernetesSecrets {

    private static final Pattern PART = Pattern.compile("-part-([1-9]\\d{0,5})");
    private static final String NONE = "is not a secret of Terraform's kubernetes backend";

    /** The secrets of one state, by their numbers; that of the first is 0. */
    private record Secrets(String workspace, String suffix, Map<Integer, JsonNode> parts) {

        Secrets(String workspace, String suffix) {
            this(workspace, suffix, new TreeMap<>());
        }
    }

    private final Path file;

    public KubernetesSecrets(Path file) {
        this.file = file;
    }

    /** Gives every document, in the order of their names. */
    public void read(DocumentSource.Receiver receiver) throws IOException {
        JsonNode json = EncodedDocument.json(file, "kubectl get secrets -l tfstate=true -o json");
        List<JsonNode> items = new ArrayList<>();
        if (json.path("items").isArray()) {
            json.path("items").forEach(items::add);
        } else if (json.path("kind").asText().equals("Secret")) {
            items.add(json);
        } else {
            throw new Invalid(
                    file + " is not a list of secrets. Create it with kubectl get secrets -l tfstate=true -o json.");
        }
        Map<String, Secrets> states = new TreeMap<>();
        DocumentPlaces places = new DocumentPlaces(receiver);
        items.forEach(item -> sort(item, states, places, receiver));
        states.forEach((first, secrets) -> place(first, secrets, places, receiver));
        places.each((name, first) -> {
            Secrets secrets = Objects.requireNonNull(states.get(first));
            EncodedDocument.give(name, first, () -> EncodedDocument.of(content(secrets, first)), receiver);
        });
    }

    /** The labels tell what the first secret is called: a suffix may itself look like the end of a further one. */
    private static void sort(
            JsonNode item, Map<String, Secrets> states, DocumentPlaces places, DocumentSource.Receiver receiver) {
        JsonNode metadata = item.path("metadata");
        String secret = metadata.path("name").asText();
        String namespace = metadata.path("namespace").asText();
        String folder = namespace.isEmpty() ? "" : namespace + "/";
        String where = folder + secret;
        if (!secret.startsWith("tfstate-")) {
            places.add(new Kind.Other(NONE), where);
            return;
        }
        if (!item.path("data").path("tfstate").isTextual()) {
            places.add(new Kind.Other("is a secret without a state"), where);
            return;
        }
        String workspace = metadata.path("labels").path("tfstateWorkspace").asText();
        String suffix = metadata.path("labels").path("tfstateSecretSuffix").asText();
        String first = "tfstate-" + workspace + "-" + suffix;
        Matcher part = PART.matcher(secret.startsWith(first) ? secret.substring(first.length()) : "?");
        boolean further = part.matches();
        if (!further && !secret.equals(first)) {
            receiver.refused(where, where + " does not match its labels tfstateWorkspace and tfstateSecretSuffix.");
            return;
        }
        Secrets secrets = states.computeIfAbsent(folder + first, _ -> new Secrets(workspace, suffix));
        if (secrets.parts().putIfAbsent(further ? Integer.parseInt(part.group(1)) : 0, item) != null) {
            receiver.refused(where, where + " is in the file twice.");
        } else if (further) {
            places.add(new Kind.Other("is part of a state, which is counted once"), where);
        }
    }

    private static void place(String first, Secrets secrets, DocumentPlaces places, DocumentSource.Receiver receiver) {
        String workspace = secrets.workspace().equals("default") ? "" : "/" + secrets.workspace();
        if (secrets.parts().containsKey(0)) {
            places.add(new Kind.State(secrets.suffix() + workspace), first);
        } else {
            receiver.refused(first, first + " is not in the file, although other parts of it are.");
        }
    }

    private static List<byte[]> content(Secrets secrets, String first) {
        List<byte[]> parts = new ArrayList<>();
        for (Map.Entry<Integer, JsonNode> part : secrets.parts().entrySet()) {
            if (part.getKey() != parts.size()) {
                throw new Invalid(first + "-part-" + parts.size() + " is not in the file.");
            }
            parts.add(EncodedDocument.bytes(part.getValue().path("data").path("tfstate")));
        }
        return parts;
    }
}
