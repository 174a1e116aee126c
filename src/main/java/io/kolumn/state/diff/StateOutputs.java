package io.kolumn.state.diff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateVersion;
import io.kolumn.state.diff.DocumentBytes.Range;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of a document.
 *
 * @param version of the document
 * @param terraformVersion of the program that wrote it; null if unknown
 * @param outputs in the order of the document
 */
public record StateOutputs(StateVersion version, @Nullable String terraformVersion, List<Output> outputs) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> KNOWN = Set.of("value", "type", "sensitive");

    /**
     * To a backend a document without resources is one of nothing: a client that takes no lock would make everything anew
     * and fail when it saves. Terraform and OpenTofu end each plan and apply at a resource of a later schema, naming it;
     * they read outputs beside it.
     */
    private static final String NO_BACKEND = """
            {"mode":"managed","type":"terraform_data","name":"this_address_has_outputs_alone_and_is_no_backend",\
            "provider":"provider[\\"terraform.io/builtin/terraform\\"]",\
            "instances":[{"schema_version":999,"attributes":{}}]}""";

    public StateOutputs {
        outputs = List.copyOf(outputs);
    }

    /**
     * One output.
     *
     * @param value as JSON; null if it is sensitive and not requested
     * @param type as JSON, in Terraform's notation; null if the document has none
     * @param further other members of the output, as JSON by their names, such as {@code deprecated} of OpenTofu;
     *     empty without a value
     */
    public record Output(
            String name,
            @Nullable String value,
            @Nullable String type,
            boolean sensitive,
            Map<String, String> further) {

        public Output {
            further = Collections.unmodifiableMap(new LinkedHashMap<>(further));
        }

        /** Returns a description without any value. */
        @Override
        public String toString() {
            return "output " + name + (sensitive ? " (sensitive)" : "");
        }
    }

    /**
     * Reads the outputs of a document.
     *
     * @param sensitive whether to include sensitive values
     * @throws UnknownFormat if the location of outputs in the document is unknown
     * @throws IOException if a name in it exceeds the length limit
     */
    public static StateOutputs of(StateVersion version, StateDocument document, boolean sensitive) throws IOException {
        DocumentIndex index = DocumentIndex.of(document);
        List<Output> outputs = new ArrayList<>();
        for (Map.Entry<String, Range> entry : index.outputs().entrySet()) {
            outputs.add(output(index.bytes(), entry.getKey(), entry.getValue(), sensitive));
        }
        return new StateOutputs(version, index.terraformVersion(), outputs);
    }

    /** Terraform's outputs are objects with a value; those of others may be the value itself. */
    private static Output output(DocumentBytes bytes, String name, Range range, boolean withSensitive)
            throws IOException {
        Map<String, Range> members = bytes.at(range.from()) == '{' ? bytes.members(range) : Map.of();
        Range value = members.getOrDefault("value", range);
        Range type = members.containsKey("value") ? members.get("type") : null;
        Range mark = members.containsKey("value") ? members.get("sensitive") : null;
        boolean sensitive = mark != null && bytes.at(mark.from()) != 'f';
        boolean told = withSensitive || !sensitive;
        return new Output(
                name,
                told ? bytes.text(value) : null,
                type == null ? null : bytes.text(type),
                sensitive,
                told && members.containsKey("value") ? further(bytes, members) : Map.of());
    }

    private static Map<String, String> further(DocumentBytes bytes, Map<String, Range> members) {
        Map<String, String> further = new LinkedHashMap<>();
        members.forEach((name, range) -> {
            if (!KNOWN.contains(name)) {
                further.put(name, bytes.text(range));
            }
        });
        return further;
    }

    /**
     * Returns a document of Terraform's version 4 with these outputs, for {@code terraform_remote_state}. Its one
     * resource marks it as not a backend. Outputs without a value or a type of Terraform are omitted.
     */
    public StateDocument toDocument() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("version", 4);
            json.writeStringField("terraform_version", terraformVersion == null ? "1.0.0" : terraformVersion);
            json.writeNumberField("serial", version.serial() == null ? 0 : version.serial());
            json.writeStringField("lineage", version.lineage() == null ? "" : version.lineage());
            json.writeObjectFieldStart("outputs");
            for (Output output : outputs) {
                write(json, output);
            }
            json.writeEndObject();
            json.writeArrayFieldStart("resources");
            json.writeRawValue(NO_BACKEND);
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return StateDocument.parse(out.toByteArray());
    }

    private static void write(JsonGenerator json, Output output) throws IOException {
        if (output.value() == null || output.type() == null) {
            return;
        }
        json.writeObjectFieldStart(output.name());
        json.writeFieldName("value");
        json.writeRawValue(output.value());
        json.writeFieldName("type");
        json.writeRawValue(output.type());
        if (output.sensitive()) {
            json.writeBooleanField("sensitive", true);
        }
        for (Map.Entry<String, String> member : output.further().entrySet()) {
            json.writeFieldName(member.getKey());
            json.writeRawValue(member.getValue());
        }
        json.writeEndObject();
    }
}
