package io.kolumn.state.tfe;

import io.kolumn.state.LabelSelector;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which workspaces of an organization a list asks for. */
final class WorkspaceFilter {

    private static final Pattern TAGGED_KEY = Pattern.compile("filter\\[tagged]\\[(\\d{1,3})]\\[key]");

    private final String organization;
    private final String search;
    private final @Nullable Pattern wildcard;
    private final LabelSelector labels;
    private final Set<String> excluded;

    private WorkspaceFilter(
            String organization,
            String search,
            @Nullable Pattern wildcard,
            LabelSelector labels,
            Set<String> excluded) {
        this.organization = organization;
        this.search = search;
        this.wildcard = wildcard;
        this.labels = labels;
        this.excluded = excluded;
    }

    static WorkspaceFilter of(String organization, UriInfo asked) {
        MultivaluedMap<String, String> query = asked.getQueryParameters();
        String name = query.getFirst("search[name]");
        String pattern = query.getFirst("search[wildcard-name]");
        return new WorkspaceFilter(
                organization,
                name == null ? "" : name,
                pattern == null || pattern.isEmpty() ? null : glob(pattern),
                labels(query),
                parts(query.getFirst("search[exclude-tags]")));
    }

    /** Returns a filter for all workspaces of an organization that belong to some project. */
    static WorkspaceFilter withProject(String organization) {
        LabelSelector project = new LabelSelector(Labels.NONE, Set.of(Tags.PROJECT));
        return new WorkspaceFilter(organization, "", null, project, Set.of());
    }

    private static LabelSelector labels(MultivaluedMap<String, String> query) {
        Map<String, String> equal = new TreeMap<>();
        Set<String> present = new TreeSet<>(parts(query.getFirst("search[tags]")));
        query.forEach((name, values) -> {
            Matcher tagged = TAGGED_KEY.matcher(name);
            if (tagged.matches()) {
                String value = query.getFirst("filter[tagged][" + tagged.group(1) + "][value]");
                if (value == null || value.isEmpty()) {
                    present.add(values.getFirst());
                } else {
                    equal.put(values.getFirst(), value);
                }
            }
        });
        String project = query.getFirst("filter[project][id]");
        if (project != null && !project.isEmpty()) {
            equal.put(Tags.PROJECT, ProjectsResource.name(project));
        }
        present.removeAll(equal.keySet());
        return new LabelSelector(Labels.of(equal), present);
    }

    private static Set<String> parts(@Nullable String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.split(",", -1))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.toSet());
    }

    private static Pattern glob(String pattern) {
        return Pattern.compile("\\Q" + pattern.replace("\\E", "").replace("*", "\\E.*\\Q") + "\\E");
    }

    ListQuery query(@Nullable StateName after, int limit) {
        String prefix = organization.equals(WorkspaceName.WHOLE_TREE) ? "" : organization + "/";
        return new ListQuery(prefix, after, limit, false, true, labels);
    }

    boolean matches(StateHead head) {
        String workspace = WorkspaceName.of(organization, head.name()).workspace();
        return head.exists()
                && workspace.contains(search)
                && (wildcard == null || wildcard.matcher(workspace).matches())
                && (excluded.isEmpty() || Tags.of(head).keySet().stream().noneMatch(excluded::contains));
    }
}
