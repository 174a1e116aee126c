package io.kolumn.state.diff;

import io.kolumn.state.StateDocument;
import io.kolumn.state.diff.DocumentBytes.Range;
import io.kolumn.state.diff.DocumentIndex.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is in a document, for people: resources by their instances, attributes and outputs. Values that are sensitive, by
 * a mark of the document or by the name of a secret, are never told.
 */
public final class StateContents {

    private static final List<String> ATTRIBUTES = List.of("attributes", "attributes_flat");

    private final DocumentIndex index;
    private final List<Instance> instances;

    private StateContents(DocumentIndex index) {
        this.index = index;
        this.instances = new ArrayList<>(index.resources().size());
        index.resources().forEach((address, unit) -> instances.add(Instance.of(address, unit)));
    }

    /**
     * One instance of a resource; a resource without instances has none.
     *
     * @param address as in {@link StateDiff.Change#address}, different for each of a document
     * @param module such as {@code module.net["a"]}; empty for the root module
     * @param mode {@code managed}, {@code data} or another; empty if unknown
     * @param provider as the document has it; empty if unknown
     * @param tainted whether it will be replaced
     * @param deposed whether it was replaced and not destroyed yet
     */
    public record Instance(
            String address,
            String module,
            String mode,
            String type,
            String name,
            String provider,
            boolean tainted,
            boolean deposed) {

        private static Instance of(String address, Unit unit) {
            return new Instance(
                    address,
                    unit.place().module(),
                    unit.place().mode(),
                    unit.type(),
                    unit.place().name(),
                    unit.provider(),
                    unit.tainted(),
                    unit.place().deposed() != null);
        }
    }

    /**
     * One output.
     *
     * @param type as JSON, in Terraform's notation; empty if the document has none
     */
    public record Output(String name, MaskedValue value, String type) {}

    /**
     * Reads a document once; its bytes are kept and not copied.
     *
     * @throws UnknownFormat if it is of a format in which resources and outputs are not known to stand
     * @throws IOException if a name in it is longer than any name is
     */
    public static StateContents of(StateDocument document) throws IOException {
        return new StateContents(DocumentIndex.of(document));
    }

    /** Returns the version of the program that wrote it, or null if it does not say. */
    public @Nullable String terraformVersion() {
        return index.terraformVersion();
    }

    /** Returns all instances in the order of the document. */
    public List<Instance> instances() {
        return List.copyOf(instances);
    }

    /** Returns the attributes of an instance without what is sensitive, or empty if there is no such instance. */
    public Optional<List<MaskedValue>> attributes(String address) throws IOException {
        Unit unit = index.resources().get(address);
        if (unit == null) {
            return Optional.empty();
        }
        SensitiveMarks marks = SensitiveMarks.byName(unit.type());
        SensitiveValues hidden = new SensitiveValues();
        if (!unit.instance() || !isObject(unit.range())) {
            hidden.add(index.bytes(), unit.range(), marks);
            return Optional.of(new Masking(index.bytes(), hidden)
                    .value("", unit.range(), marks)
                    .inside());
        }
        Map<String, Range> members = index.bytes().members(unit.range());
        Range sensitive = members.get("sensitive_attributes");
        if (sensitive != null) {
            marks.add(index.bytes(), sensitive);
        }
        List<MaskedValue> all = new ArrayList<>();
        for (String name : ATTRIBUTES) {
            Range attributes = members.get(name);
            if (attributes != null) {
                hidden.add(index.bytes(), attributes, marks);
                all.addAll(new Masking(index.bytes(), hidden)
                        .value("", attributes, marks)
                        .inside());
            }
        }
        return Optional.of(all);
    }

    /** Returns the addresses of the resources that an instance depends on; empty if it names none. */
    public List<String> dependencies(String address) throws IOException {
        Unit unit = index.resources().get(address);
        Range listed = unit == null || !unit.instance() || !isObject(unit.range())
                ? null
                : index.bytes().members(unit.range()).get("dependencies");
        List<String> addresses = new ArrayList<>();
        if (listed != null && index.bytes().at(listed.from()) == '[') {
            index.bytes().visit(listed, (name, value) -> {
                if (index.bytes().at(value.from()) == '"') {
                    addresses.add(index.bytes().decoded(value));
                }
                return true;
            });
        }
        return addresses;
    }

    /** Returns the number of outputs. */
    public int outputCount() {
        return index.outputs().size();
    }

    /** Returns outputs in the order of the document, at most so many, without what is sensitive. */
    public List<Output> outputs(int most) throws IOException {
        List<Output> outputs = new ArrayList<>();
        for (Map.Entry<String, Range> entry : index.outputs().entrySet()) {
            if (outputs.size() == most) {
                return outputs;
            }
            outputs.add(output(entry.getKey(), entry.getValue()));
        }
        return outputs;
    }

    private Output output(String name, Range range) throws IOException {
        Map<String, Range> members = isObject(range) ? index.bytes().members(range) : Map.of();
        Range value = members.getOrDefault("value", range);
        Range mark = members.containsKey("value") ? members.get("sensitive") : null;
        Range type = members.containsKey("value") ? members.get("type") : null;
        boolean sensitive = mark != null && index.bytes().at(mark.from()) != 'f';
        SensitiveMarks marks = sensitive
                ? SensitiveMarks.everything()
                : SensitiveMarks.byName("").at(name);
        SensitiveValues hidden = new SensitiveValues();
        hidden.add(index.bytes(), value, marks);
        MaskedValue masked = new Masking(index.bytes(), hidden).value("", value, marks);
        String shown = type == null || type.length() > StateDiff.LONGEST_VALUE
                ? ""
                : index.bytes().text(type);
        return new Output(name, masked, shown);
    }

    private boolean isObject(Range range) {
        return index.bytes().at(range.from()) == '{';
    }
}
