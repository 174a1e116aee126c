package io.kolumn.state.cli;

import io.kolumn.state.StateException;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a report says, and the exit code that it comes to. */
final class ReportOutput {

    /** What weighs more than what stands before it. */
    private static final List<Integer> BY_WEIGHT = List.of(
            ExitCode.OK, ExitCode.FAILED, ExitCode.LOCKED, ExitCode.CONFLICT, ExitCode.FORBIDDEN, ExitCode.UNAVAILABLE);

    private ReportOutput() {}

    /** @param more further members, such as the id of the run */
    static void write(Output output, Terminal terminal, Report report, Map<String, String> more) {
        Map<String, Object> json = new LinkedHashMap<>(more);
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            json.put(kind.name().toLowerCase(Locale.ROOT), report.count(kind));
        }
        json.put("versions", report.versions());
        json.put("quarantined", report.quarantined());
        json.put("bytes", report.bytes());
        json.put("verified", report.verified());
        if (output.json()) {
            List<Object> failures = new ArrayList<>();
            report.failures()
                    .forEach(failure -> failures.add(Map.of("name", failure.name(), "problem", failure.problem())));
            json.put("errors", failures);
            json.put(
                    "renamed",
                    report.renamed().stream()
                            .map(one -> Map.of("from", one.from(), "to", one.to()))
                            .toList());
            json.put(
                    "ignored",
                    report.passed().stream()
                            .map(one -> Map.of("why", one.why(), "count", one.count(), "example", one.example()))
                            .toList());
            report.stopped().ifPresent(why -> json.put("stopped", why));
            output.json(json);
            return;
        }
        Map<String, String> details = new LinkedHashMap<>();
        json.forEach((name, value) -> details.put(name, value.toString()));
        details.put("bytes", report.bytes() + " (" + Output.size(report.bytes()) + ")");
        output.details(details);
        failures(terminal, report);
    }

    /** What is to be said about single states, and why the run ended early. */
    static void failures(Terminal terminal, Report report) {
        report.renamed()
                .forEach(one -> terminal.err()
                        .println("'" + Output.harmless(one.from()) + "' is '" + one.to()
                                + "' here, because it is not a valid state name."));
        report.passed()
                .forEach(one -> terminal.err()
                        .println("Skipped " + one.count() + ", such as " + Output.harmless(one.example()) + ": "
                                + one.why() + "."));
        report.failures()
                .forEach(failure -> terminal.err()
                        .println(Output.harmless(failure.name()) + ": " + Output.harmless(failure.problem())));
        report.stopped().ifPresent(terminal.err()::println);
    }

    static int exitCode(Report report) {
        int code = ExitCode.OK;
        for (StateException error : report.errors()) {
            int other = ExitCode.of(error);
            code = BY_WEIGHT.indexOf(other) > BY_WEIGHT.indexOf(code) ? other : code;
        }
        return code == ExitCode.OK && report.count(Outcome.Kind.FAILED) > 0 ? ExitCode.FAILED : code;
    }
}
