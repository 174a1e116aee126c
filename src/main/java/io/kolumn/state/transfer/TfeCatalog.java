package io.kolumn.state.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.DocumentSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What there is at an HCP Terraform or Terraform Enterprise, page by page: organizations, workspaces and state versions. */
public final class TfeCatalog implements AutoCloseable {

    private static final String PAGE_SIZE = "100";

    /** More than there ever are; a server that always names a next page ends here. */
    private static final int LAST_PAGE = 10_000;

    private static final int LOOKS = 3;

    private final TfeClient client;
    private final Map<String, String> authors = new HashMap<>();

    TfeCatalog(TfeClient client) {
        this.client = client;
    }

    /** Where it is. */
    public String host() {
        return client.host();
    }

    /** The names of all organizations that the token may see; the whole tree of a Kolumn State is not one of them. */
    public List<String> organizations() {
        return pages("organizations", Map.of(), entry -> {
                    String name = entry.path("attributes").path("name").asText();
                    return name.isEmpty() ? entry.path("id").asText() : name;
                })
                .orElseThrow(() -> new Unavailable(host() + " has no /api/v2/organizations. Check the address.", null))
                .stream()
                .filter(name -> !name.isEmpty() && !name.equals(TfeWorkspace.TREE))
                .toList();
    }

    /**
     * The workspaces of an organization, in the order of their names.
     *
     * @param search a part of the name, or empty for all
     * @throws Configuration if there is no such organization, or the token may not see it
     */
    public List<TfeWorkspace> workspaces(String organization, String search) {
        Map<String, String> parameters = search.isEmpty() ? Map.of() : Map.of("search[name]", search);
        String path = "organizations/" + TfeClient.encoded(organization) + "/workspaces";
        return pages(path, parameters, entry -> workspace(organization, entry))
                .orElseThrow(() -> new Configuration(List.of(new Problem(
                        DocumentSource.KEY_PREFIX + "organization",
                        organization,
                        "is not an organization of " + host() + " that this token may see"))))
                .stream()
                .sorted(Comparator.comparing(TfeWorkspace::stateName))
                .toList();
    }

    private static TfeWorkspace workspace(String organization, JsonNode entry) {
        JsonNode attributes = entry.path("attributes");
        List<String> tags = new ArrayList<>();
        attributes.path("tag-names").forEach(tag -> tags.add(tag.asText()));
        return new TfeWorkspace(
                required(entry, "id", organization),
                organization,
                required(attributes, "name", organization),
                attributes.path("locked").asBoolean(),
                tags);
    }

    /** The tags of a workspace, those without a value with an empty one; of an older server only their keys. */
    public Map<String, String> tags(TfeWorkspace workspace) {
        Map<String, String> tags = new LinkedHashMap<>();
        workspace.tags().forEach(tag -> tags.put(tag, ""));
        client.find("workspaces/" + TfeClient.encoded(workspace.id()) + "/tag-bindings", Map.of())
                .ifPresent(answer -> answer.path("data").forEach(binding -> {
                    JsonNode attributes = binding.path("attributes");
                    tags.put(
                            attributes.path("key").asText(),
                            attributes.path("value").asText(""));
                }));
        return tags;
    }

    /**
     * The finished state versions of a workspace, oldest first.
     *
     * @throws Unavailable if the workspace is gone
     */
    public List<TfeVersion> versions(TfeWorkspace workspace) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("filter[organization][name]", workspace.organization());
        parameters.put("filter[workspace][name]", workspace.name());
        List<Optional<TfeVersion>> newestFirst = pages("state-versions", parameters, entry -> version(workspace, entry))
                .orElseThrow(() -> new Unavailable(
                        host() + " does not show the state versions of " + workspace.place() + " (404).", null));
        List<TfeVersion> versions = new ArrayList<>();
        newestFirst.reversed().forEach(version -> version.ifPresent(versions::add));
        versions.sort(Comparator.comparing(TfeVersion::created)); // stable: those of one moment stay in their order
        return List.copyOf(versions);
    }

    /** Empty for one that never became current. */
    private static Optional<TfeVersion> version(TfeWorkspace workspace, JsonNode entry) {
        JsonNode attributes = entry.path("attributes");
        String status = attributes.path("status").asText("");
        if (status.equals("pending") || status.equals("discarded")) {
            return Optional.empty();
        }
        String author = entry.path("relationships")
                .path("created-by")
                .path("data")
                .path("id")
                .asText("");
        return Optional.of(new TfeVersion(
                required(entry, "id", workspace.place()),
                time(attributes, workspace),
                attributes.path("serial").isIntegralNumber()
                        ? attributes.path("serial").asLong()
                        : null,
                attributes.path("size").asLong(0),
                author.isEmpty() ? null : author,
                attributes.path("hosted-state-download-url").textValue()));
    }

    private static Instant time(JsonNode attributes, TfeWorkspace workspace) {
        String text = required(attributes, "created-at", workspace.place());
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new Invalid("A state version of " + workspace.place() + " has the time '" + text + "'.");
        }
    }

    /** The name of a user, or its id where the other side does not tell. Asked for once. */
    public String author(@Nullable String id) {
        return id == null ? "" : authors.computeIfAbsent(id, this::user);
    }

    private String user(String id) {
        try {
            return client.find("users/" + TfeClient.encoded(id), Map.of())
                    .map(user -> user.path("data")
                            .path("attributes")
                            .path("username")
                            .asText(""))
                    .filter(name -> !name.isEmpty())
                    .orElse(id);
        } catch (StateException e) {
            return id;
        }
    }

    /**
     * The document of a version, or empty if it is not kept there any more.
     *
     * @throws Invalid if it is not a state
     * @throws Unavailable if it cannot be downloaded
     */
    public Optional<StateDocument> document(TfeWorkspace workspace, TfeVersion version) {
        String what = "version " + version.id() + " of " + workspace.place();
        if (version.address() == null) {
            return Optional.empty();
        }
        TfeClient.Download download = client.download(version.address(), what);
        if (download instanceof TfeClient.Download.Refused) { // signed addresses expire
            download = client.find("state-versions/" + TfeClient.encoded(version.id()), Map.of())
                    .map(fresh -> fresh.path("data").path("attributes").path("hosted-state-download-url"))
                    .map(JsonNode::textValue)
                    .map(address -> client.download(address, what))
                    .orElse(download);
        }
        return switch (download) {
            case TfeClient.Download.Content(InputStream bytes, int size) -> Optional.of(parsed(bytes, size, what));
            case TfeClient.Download.Gone() -> Optional.empty();
            case TfeClient.Download.Refused(int status) ->
                throw new Unavailable("The download of " + what + " is refused with status " + status + ".", null);
        };
    }

    private static StateDocument parsed(InputStream bytes, int size, String what) {
        try {
            return StateDocument.read(bytes, size, size);
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        } catch (Invalid e) {
            throw new Invalid("The document of " + what + " is not a state: " + e.getMessage());
        }
    }

    /** Every entry once; read again if some went from page to page meanwhile. Empty if there is no such list. */
    private <T> Optional<List<T>> pages(String path, Map<String, String> parameters, Function<JsonNode, T> reader) {
        for (int look = 0; look < LOOKS; look++) {
            Map<String, T> entries = new LinkedHashMap<>();
            JsonNode pagination = null;
            int number = 1;
            while (number > 0) {
                JsonNode page = page(path, parameters, number);
                if (page == null) {
                    return number == 1 ? Optional.empty() : Optional.of(List.copyOf(entries.values()));
                }
                page.path("data")
                        .forEach(entry -> entries.putIfAbsent(entry.path("id").asText(), reader.apply(entry)));
                pagination = page.path("meta").path("pagination");
                int next = pagination.path("next-page").asInt(0);
                number = next > number ? next : 0;
            }
            if (pagination == null
                    || entries.size() >= pagination.path("total-count").asInt(0)) {
                return Optional.of(List.copyOf(entries.values()));
            }
        }
        throw new Unavailable(host() + " changed /api/v2/" + path + " while it was listed. Try again.", null);
    }

    private @Nullable JsonNode page(String path, Map<String, String> parameters, int number) {
        if (number > LAST_PAGE) {
            throw new Unavailable(host() + " has more than " + LAST_PAGE + " pages of /api/v2/" + path + ".", null);
        }
        Map<String, String> asked = new LinkedHashMap<>(parameters);
        asked.put("page[number]", String.valueOf(number));
        asked.put("page[size]", PAGE_SIZE);
        JsonNode page = client.find(path, asked).orElse(null);
        if (page != null && !page.path("data").isArray()) {
            throw new Unavailable(host() + " answers /api/v2/" + path + " without a list. Check the address.", null);
        }
        return page;
    }

    private static String required(JsonNode node, String member, String where) {
        String text = node.path(member).asText("");
        if (text.isEmpty()) {
            throw new Invalid("An answer about " + where + " has no '" + member + "'.");
        }
        return text;
    }

    @Override
    public void close() {
        client.close();
    }
}
