package io.kolumn.state.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateName;
import io.kolumn.state.cli.States.OutputValues;
import io.kolumn.state.config.Nearest;
import io.kolumn.state.diff.StateOutputs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code outputs}: the outputs of a state. */
@Command(
        name = "outputs",
        description = {
            "Show the outputs of a state, or print the value of one: a string unquoted, other values as JSON.",
            "A service requires the permission outputs, also for sensitive values."
        },
        footer = {
            "  kolumn-state outputs team-a/network/prod",
            "  VPC=$(kolumn-state outputs team-a/network/prod vpc_id)"
        })
final class OutputsCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Nullable
    @Parameters(index = "1", arity = "0..1", paramLabel = "OUTPUT", description = "Name of the output to print.")
    private String wanted;

    @Option(names = "--sensitive", description = "Include the values of sensitive outputs.")
    private boolean sensitive;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) {
        StateName state = StateName.of(name);
        OutputValues found = connected.states().outputs(state, sensitive).orElseThrow(() -> missing(state));
        if (wanted != null) {
            writeOne(state, found, wanted);
        } else if (output().json()) {
            Map<String, Object> outputs = new LinkedHashMap<>();
            found.outputs().forEach(each -> outputs.put(each.name(), json(each)));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("state", state.value());
            json.put("version", found.version());
            json.put("outputs", outputs);
            output().json(json);
        } else {
            output().table(
                            List.of("OUTPUT", "VALUE"),
                            found.outputs().stream()
                                    .map(each -> List.of(each.name(), shown(each)))
                                    .toList());
        }
        return ExitCode.OK;
    }

    private void writeOne(StateName state, OutputValues found, String wanted) {
        StateOutputs.Output one = found.outputs().stream()
                .filter(each -> each.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> missing(
                        state,
                        "State '" + state + "' has no output '" + wanted + "'."
                                + Nearest.of(
                                                wanted,
                                                found.outputs().stream()
                                                        .map(StateOutputs.Output::name)
                                                        .toList())
                                        .map(near -> " Did you mean '" + near + "'?")
                                        .orElse("")));
        String value = one.value();
        if (value == null) {
            throw new Failure("Output '" + wanted + "' is sensitive. Add --sensitive to write it.");
        }
        JsonNode read = read(value);
        if (output().json()) {
            output().json(Output.raw(value));
        } else if (read.isTextual()) {
            output().text(read.textValue());
        } else {
            output().line(read.toString());
        }
    }

    private static String shown(StateOutputs.Output output) {
        return output.value() == null ? "(sensitive)" : read(output.value()).toString();
    }

    private static Map<String, Object> json(StateOutputs.Output output) {
        Map<String, Object> json = new LinkedHashMap<>();
        Output.put(json, "value", Output.raw(output.value()));
        Output.put(json, "type", Output.raw(output.type()));
        json.put("sensitive", output.sensitive());
        output.further().forEach((member, value) -> Output.put(json, member, Output.raw(value)));
        return json;
    }

    private static JsonNode read(String value) {
        try {
            return ExactJson.TREES.readTree(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A value out of JSON is JSON", e);
        }
    }
}
