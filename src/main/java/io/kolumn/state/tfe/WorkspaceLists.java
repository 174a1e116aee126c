package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.HeadPage;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.RestResponse;

/** Lists of workspaces, in byte order of their states' names, by pages. */
@Singleton
final class WorkspaceLists {

    private final StateBackend backend;
    private final Holder holder;

    WorkspaceLists(StateBackend backend, Holder holder) {
        this.backend = backend;
        this.holder = holder;
    }

    /** Unknown parameters pass: Terraform itself sends a stray one. */
    RestResponse<String> page(String organization, UriInfo asked) {
        Page page = Page.of(asked);
        WorkspaceFilter filter = WorkspaceFilter.of(organization, asked);
        List<ObjectNode> views = new ArrayList<>();
        long found = 0;
        StateName after = null;
        while (true) {
            HeadPage heads = backend.list(filter.query(after, limit(page, found)));
            for (StateHead head : heads.heads()) {
                if (!filter.matches(head)) {
                    continue;
                }
                found++;
                if (views.size() == page.size()) {
                    return JsonApi.page(page, views, -1);
                }
                if (found > page.before()) {
                    views.add(WorkspaceView.of(WorkspaceName.of(organization, head.name()), head, holder.caller()));
                }
            }
            if (!heads.more()) {
                return JsonApi.page(page.ending(true), views, found);
            }
            after = heads.heads().getLast().name();
        }
    }

    /** Returns the projects that workspaces of an organization belong to, in the order of their names. */
    Set<String> projects(String organization) {
        Set<String> projects = new TreeSet<>();
        WorkspaceFilter labelled = WorkspaceFilter.withProject(organization);
        StateName after = null;
        while (true) {
            HeadPage heads = backend.list(labelled.query(after, ListQuery.MAX_LIMIT));
            for (StateHead head : heads.heads()) {
                Labels labels = head.labels();
                String project = labels == null ? null : labels.get(Tags.PROJECT);
                if (project != null) {
                    projects.add(project);
                }
            }
            if (!heads.more()) {
                return projects;
            }
            after = heads.heads().getLast().name();
        }
    }

    /** Returns how many heads are still needed to know this page, and whether one follows. */
    private static int limit(Page page, long found) {
        return Math.clamp(page.before() + page.size() + 1 - found, 1, ListQuery.MAX_LIMIT);
    }
}
