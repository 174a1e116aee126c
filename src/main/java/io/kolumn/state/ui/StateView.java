package io.kolumn.state.ui;

import io.kolumn.state.diff.MaskedValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of a state shows of a version.
 *
 * @param label the last part of its name
 * @param mark what is special about the state, such as {@code deleted}; empty for nothing
 * @param current whether the version is the current one
 * @param facts what is known of the version; empty where there is none
 * @param quarantined how many documents are in quarantine and wait for somebody
 * @param movedTo the page of the new name of a moved state; null if it was not moved, or the caller cannot see where
 * @param note what must be said of the version; null for nothing
 * @param unreadable why its content is not shown; null if it is
 * @param download the address of the document; null where there is none
 */
public record StateView(
        String name,
        String label,
        List<Links.Crumb> crumbs,
        String mark,
        boolean current,
        List<Fact> facts,
        List<String> labels,
        Actions actions,
        @Nullable LockBox lock,
        int quarantined,
        Links.@Nullable Crumb movedTo,
        @Nullable String note,
        @Nullable String unreadable,
        @Nullable String download,
        @Nullable Resources resources,
        List<Output> outputs,
        int outputsMore,
        Setup setup) {

    /** The addresses of forms; each null where it cannot be done, or the caller may not. */
    public record Actions(
            @Nullable String labels,
            @Nullable String delete,
            @Nullable String purge) {}

    /** Something that is known, with what is told of it on a closer look. */
    public record Fact(String label, String value, String title) {}

    /**
     * Resources of the version, or those of them that were asked for.
     *
     * @param summary how many there are
     * @param filter what was typed
     * @param search the address of this page
     * @param version the version that is shown
     * @param next the address of the next page; null if there is none
     * @param first the address of the first page; null if this is it
     */
    public record Resources(
            String summary,
            String filter,
            String search,
            long version,
            List<Module> modules,
            @Nullable String next,
            @Nullable String first) {}

    /** The instances of one module; the root module has an empty name. */
    public record Module(String name, List<Item> items) {}

    /**
     * One instance.
     *
     * @param label its address within the module
     * @param href where its attributes are
     */
    public record Item(String label, String href, String provider, boolean data, boolean tainted, boolean deposed) {}

    /** One output. */
    public record Output(String name, MaskedValue value, String type) {}

    /**
     * What to write into a configuration.
     *
     * @param service the address of the service
     * @param host its host and port
     */
    public record Setup(String service, String host, String organization, String workspace) {}
}
