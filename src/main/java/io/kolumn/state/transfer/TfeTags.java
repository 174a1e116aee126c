package io.kolumn.state.transfer;

import io.kolumn.state.Labels;
import io.kolumn.state.StateException.Invalid;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tags of a workspace as labels of its state. */
public final class TfeTags {

    private TfeTags() {}

    /**
     * Returns the tags that are no labels here yet. A label that is here wins over a tag with the same key. A tag that cannot
     * be a label is told in the report.
     */
    public static Map<String, String> added(TfeCatalog catalog, TfeWorkspace workspace, Labels here, Report report) {
        Map<String, String> added = new LinkedHashMap<>();
        Labels all = here;
        for (Map.Entry<String, String> tag : catalog.tags(workspace).entrySet()) {
            if (all.get(tag.getKey()) == null) {
                try {
                    all = all.with(Map.of(tag.getKey(), tag.getValue()));
                    added.put(tag.getKey(), tag.getValue());
                } catch (Invalid e) {
                    report.failure(workspace.place(), "A tag was not imported. " + e.getMessage());
                }
            }
        }
        return added;
    }
}
