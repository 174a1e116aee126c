package io.kolumn.state.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.transfer.WholeStates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A running service, over {@code /v1}. */
record ServerConnection(ServerClient client) implements Connection {

    @Override
    public List<Type> types() {
        List<Type> types = new ArrayList<>();
        for (JsonNode type : client.get("/v1/backends").send().path("backends")) {
            Set<String> aliases = new TreeSet<>();
            type.path("aliases").forEach(alias -> aliases.add(alias.asText()));
            List<Key> keys = new ArrayList<>();
            type.path("keys").forEach(key -> keys.add(key(key)));
            types.add(new Type(
                    type.path("type").asText(), aliases, type.path("text").asText(), keys));
        }
        return types;
    }

    private static Key key(JsonNode key) {
        List<String> choices = new ArrayList<>();
        key.path("choices").forEach(choice -> choices.add(choice.asText()));
        return new Key(
                key.path("name").asText(),
                choices.isEmpty() ? key.path("type").asText() : String.join("|", choices),
                key.path("defaultValue").textValue(),
                key.path("required").asBoolean(),
                key.path("secret").asBoolean(),
                key.path("text").asText());
    }

    @Override
    public Map<String, String> configuration() {
        JsonNode served = client.get("/v1/backend").send();
        String type = served.path("type").asText();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("kolumn.state.backend", type);
        served.path("configuration")
                .properties()
                .forEach(entry -> all.put(
                        "kolumn.state." + type + "." + entry.getKey().replace('_', '-'),
                        entry.getValue().asText()));
        return all;
    }

    @Override
    public States states() {
        return new ServerStates(client);
    }

    @Override
    public Optional<StateBackend> backend() {
        return Optional.empty();
    }

    @Override
    public Optional<StateStore> store() {
        return Optional.empty();
    }

    @Override
    public WholeStates wholeStates() {
        return new ServerWholeStates(client);
    }

    @Override
    public void close() {
        client.close();
    }
}
