package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** The versions of a workspace, newest first, by pages. */
@Singleton
final class WorkspaceHistory {

    private final StateBackend backend;
    private final Workspaces workspaces;

    WorkspaceHistory(StateBackend backend, Workspaces workspaces) {
        this.backend = backend;
        this.workspaces = workspaces;
    }

    RestResponse<String> page(WorkspaceName name, UriInfo asked) {
        Page page = Page.of(asked);
        StateHead head = workspaces.existing(name);
        long before = Long.MAX_VALUE;
        long skipped = 0;
        while (skipped < page.before()) {
            int limit = (int) Math.min(ListQuery.MAX_LIMIT, page.before() - skipped);
            List<StateVersion> passed = backend.history(name.state(), before, limit);
            if (passed.isEmpty()) {
                break;
            }
            before = passed.getLast().number();
            skipped += passed.size();
        }
        List<StateVersion> found =
                skipped < page.before() ? List.of() : backend.history(name.state(), before, page.size() + 1);
        List<ObjectNode> views = found.stream()
                .limit(page.size())
                .map(version -> StateVersionView.of(name, version))
                .toList();
        return JsonApi.page(page.ending(found.size() <= page.size()), views, head.versionCount());
    }
}
