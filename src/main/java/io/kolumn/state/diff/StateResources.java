package io.kolumn.state.diff;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.IndexedVersion;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.diff.DocumentBytes.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the index of a version out of its document. Values are looked at only where they identify a resource. */
public final class StateResources {

    /** More are not indexed: no infrastructure of one state has so many. */
    public static final int MAX_RESOURCES = 200_000;

    /** A longer value identifies nothing that anybody would look for. */
    private static final int LONGEST_VALUE = 512;

    private static final Set<String> ATTRIBUTES =
            Set.of(IndexedResource.ARN, IndexedResource.NAME, IndexedResource.SELF_LINK);

    private final DocumentIndex index;
    private final Map<String, String> providers = new HashMap<>();
    private final Set<String> addresses = new HashSet<>();

    private StateResources(DocumentIndex index) {
        this.index = index;
    }

    /**
     * Returns the index of a version; if its document does not tell its resources, one that says why. No sensitive value is
     * in it.
     *
     * @param document the document of the version
     */
    public static IndexedVersion of(StateName state, StateVersion version, StateDocument document) {
        if (document.format() == StateDocument.Format.ENCRYPTED) {
            return IndexedVersion.notIndexed(state, version, "its document is encrypted by OpenTofu");
        }
        try {
            DocumentIndex index = DocumentIndex.of(document);
            if (index.resources().size() > MAX_RESOURCES) {
                return IndexedVersion.notIndexed(
                        state, version, "its document has more than " + MAX_RESOURCES + " resources");
            }
            return IndexedVersion.of(
                    state, version, IndexText.version(index.terraformVersion()), new StateResources(index).all());
        } catch (UnknownFormat e) {
            return IndexedVersion.notIndexed(state, version, "its document is of " + IndexText.brief(e.format()));
        } catch (JsonProcessingException e) {
            return IndexedVersion.notIndexed(state, version, "its document has names or keys beyond the length limit");
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private List<IndexedResource> all() throws IOException {
        List<IndexedResource> all = new ArrayList<>(index.resources().size());
        for (Map.Entry<String, DocumentIndex.Unit> entry : index.resources().entrySet()) {
            all.add(resource(free(IndexText.address(entry.getKey())), entry.getValue()));
        }
        return all;
    }

    /** Addresses that differ in nothing but what cannot be kept are told apart. */
    private String free(String address) {
        String free = address;
        for (int number = 2; !addresses.add(free); number++) {
            free = address + " (" + number + ")";
        }
        return free;
    }

    private IndexedResource resource(String address, DocumentIndex.Unit unit) throws IOException {
        DocumentBytes bytes = index.bytes();
        Map<String, Range> members = bytes.at(unit.range().from()) == '{' ? bytes.members(unit.range()) : Map.of();
        SensitiveMarks marks = marks(members, unit.type());
        Map<String, String> values = new HashMap<>();
        Range attributes = members.get(members.containsKey("attributes") ? "attributes" : "attributes_flat");
        if (attributes != null && bytes.at(attributes.from()) == '{') {
            identifying(attributes, marks, values);
        } else if (!unit.instance() && bytes.at(unit.range().from()) == '{') {
            identifying(unit.range(), marks, values);
        }
        DocumentIndex.Place place = unit.place();
        String id = values.remove("id");
        return new IndexedResource(
                address,
                IndexText.brief(place.module()),
                IndexText.brief(place.mode()),
                IndexText.brief(place.type()),
                IndexText.brief(place.name()),
                place.key() == null ? null : IndexText.brief(place.key()),
                place.deposed() == null ? null : IndexText.brief(place.deposed()),
                unit.tainted(),
                providers.computeIfAbsent(unit.provider(), IndexText::provider),
                id,
                values);
    }

    /** Puts the values that identify the resource and are not sensitive. */
    private void identifying(Range attributes, SensitiveMarks marks, Map<String, String> values) throws IOException {
        DocumentBytes bytes = index.bytes();
        if (marks.marked()) {
            return;
        }
        bytes.visit(attributes, (name, range) -> {
            if ((name.equals("id") || ATTRIBUTES.contains(name))
                    && !marks.at(name).any()) {
                String value = scalar(range);
                if (value != null && !SecretNames.given(value)) {
                    values.put(name, value);
                }
            }
            return true;
        });
        if (!values.isEmpty()) {
            SensitiveValues hidden = new SensitiveValues();
            hidden.add(bytes, attributes, marks);
            values.values().removeIf(hidden::hides);
        }
    }

    /** A text or a whole number that is short enough; else null. */
    private @Nullable String scalar(Range range) throws IOException {
        DocumentBytes bytes = index.bytes();
        byte first = bytes.at(range.from());
        boolean number = first == '-' || (first >= '0' && first <= '9');
        if ((first != '"' && !number) || range.length() > 6 * LONGEST_VALUE) {
            return null;
        }
        String text = number ? bytes.text(range) : bytes.decoded(range);
        return text.isEmpty() || text.length() > LONGEST_VALUE ? null : IndexText.clean(text);
    }

    private SensitiveMarks marks(Map<String, Range> members, String type) throws IOException {
        SensitiveMarks marks = SensitiveMarks.byName(type);
        Range paths = members.get("sensitive_attributes");
        if (paths != null) {
            marks.add(index.bytes(), paths);
        }
        Range values = members.get("sensitive_values");
        if (values != null) {
            marks.addValues(index.bytes(), values);
        }
        return marks;
    }
}
