package io.kolumn.state.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The records of personal tokens as one document. */
final class PersonalTokensJson {

    private static final String MARK = "kolumn_state";
    private static final String MEANING = "personal-tokens";
    private static final int FORMAT = 1;

    /** Made with the first token: making it takes a part of the start of a service that may never see one. */
    private static final class Json {
        private static final ObjectMapper MAPPER = new ObjectMapper();
    }

    private PersonalTokensJson() {}

    /**
     * The records of a document, in the order in which they were made.
     *
     * @param document null if there is none yet
     * @throws Unavailable if it is no such document
     */
    static List<PersonalToken> read(@Nullable StateDocument document) {
        if (document == null) {
            return List.of();
        }
        try (InputStream in = document.open()) {
            JsonNode json = Json.MAPPER.readTree(in);
            if (!MEANING.equals(json.path(MARK).textValue())
                    || json.path("format").asInt() != FORMAT) {
                throw unreadable(null);
            }
            List<PersonalToken> tokens = new ArrayList<>();
            for (JsonNode token : json.path("tokens")) {
                tokens.add(token(token));
            }
            return tokens;
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            throw unreadable(e);
        }
    }

    private static Unavailable unreadable(@Nullable Exception cause) {
        return Unavailable.forEverybody(
                "The records of personal tokens cannot be read: another document, or one of a newer release, has"
                        + " their place in the storage.",
                cause);
    }

    private static PersonalToken token(JsonNode json) {
        String id = text(json, "id");
        Instant expires = Instant.parse(text(json, "expires"));
        Map<String, List<String>> claims = new HashMap<>();
        json.path("claims").properties().forEach(claim -> claims.put(claim.getKey(), texts(claim.getValue())));
        Identity owner = new Identity(
                Identity.Kind.valueOf(text(json, "kind")),
                text(json, "source"),
                text(json, "owner"),
                new LinkedHashSet<>(texts(json.path("groups"))),
                claims,
                expires,
                id);
        return new PersonalToken(
                id,
                text(json, "name"),
                text(json, "ending"),
                SecretHash.parse(text(json, "hash")).text(),
                owner,
                Set.copyOf(texts(json.path("basis"))),
                Instant.parse(text(json, "created")),
                expires);
    }

    private static String text(JsonNode json, String member) {
        @Nullable String text = json.path(member).textValue();
        if (text == null) {
            throw new IllegalArgumentException("A record without '" + member + "'");
        }
        return text;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    static StateDocument write(Collection<PersonalToken> tokens) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put(MARK, MEANING);
        json.put("format", FORMAT);
        ArrayNode all = json.putArray("tokens");
        tokens.forEach(token -> all.add(json(token)));
        return StateDocument.parse(bytes(json));
    }

    /** In bytes, as it is kept. */
    static int size(PersonalToken token) {
        return bytes(json(token)).length;
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return Json.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree is always JSON", e);
        }
    }

    private static ObjectNode json(PersonalToken token) {
        Identity owner = token.owner();
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", token.id());
        json.put("name", token.name());
        json.put("ending", token.ending());
        json.put("hash", token.hash());
        json.put("kind", owner.kind().name());
        json.put("source", owner.source());
        json.put("owner", owner.name());
        owner.groups().stream().sorted().forEach(json.putArray("groups")::add);
        ObjectNode claims = json.putObject("claims");
        owner.claims().forEach((name, values) -> values.forEach(claims.withArrayProperty(name)::add));
        token.basis().stream().sorted().forEach(json.putArray("basis")::add);
        json.put("created", token.created().toString());
        json.put("expires", token.expires().toString());
        return json;
    }
}
