package io.kolumn.state.ui;

import io.kolumn.state.Labels;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.StateBackend;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/labels/{name}}: changes labels, while they are the ones that were shown. */
@Path("/ui/labels/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class LabelsPage {

    private final StateBackend backend;
    private final Changes changes;
    private final Pages pages;

    LabelsPage(StateBackend backend, Changes changes, Pages pages) {
        this.backend = backend;
        this.changes = changes;
        this.pages = pages;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> ask(@RestPath String name) {
        return ask(RestResponse.Status.OK, StateName.of(name), null, null);
    }

    @POST
    @Consumes(Form.TYPE)
    @Operation(hidden = true)
    public RestResponse<String> change(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        Form form = changes.form(body, headers);
        String typed = form.get("labels");
        try {
            Labels seen = parse(form.get("seen"));
            Labels wanted = parse(typed);
            backend.label(state, difference(seen, wanted), seen, "");
            return Pages.lead(Links.state(state));
        } catch (Invalid wrong) {
            return ask(RestResponse.Status.BAD_REQUEST, state, typed, wrong.getMessage());
        } catch (Conflict changed) {
            if (changed.reason() != Conflict.Reason.PRECONDITION) {
                throw changed;
            }
            return ask(
                    RestResponse.Status.CONFLICT,
                    state,
                    typed,
                    "The labels changed since this form was shown. Nothing was changed. The labels are now: "
                            + labels(state) + ". Below is what you typed.");
        }
    }

    private static Map<String, @Nullable String> difference(Labels from, Labels to) {
        Map<String, @Nullable String> changes = new TreeMap<>();
        from.values().keySet().forEach(key -> {
            if (to.get(key) == null) {
                changes.put(key, null);
            }
        });
        to.values().forEach((key, value) -> {
            if (!value.equals(from.get(key))) {
                changes.put(key, value);
            }
        });
        return changes;
    }

    private static Labels parse(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            int equals = line.indexOf('=');
            if (line.isEmpty()) {
                continue;
            }
            if (equals < 1) {
                throw new Invalid("The line '" + line + "' is not a label. Write key=value in each line.");
            }
            String key = line.substring(0, equals).strip();
            if (labels.put(key, line.substring(equals + 1).strip()) != null) {
                throw new Invalid("The label '" + key + "' is there twice.");
            }
        }
        return Labels.of(labels);
    }

    private Labels labels(StateName name) {
        return backend.labels(name).orElseThrow(() -> new NotFound(name, "There is no state '" + name + "'."));
    }

    private RestResponse<String> ask(
            RestResponse.Status status, StateName name, @Nullable String typed, @Nullable String refused) {
        changes.check(Permission.WRITE, name);
        String seen = labels(name).values().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining("\n"));
        LabelsView view = new LabelsView(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                seen,
                typed == null ? seen : typed,
                refused);
        return pages.page(status, "Labels of " + name, "states", frame -> Templates.labels(frame, view));
    }
}
