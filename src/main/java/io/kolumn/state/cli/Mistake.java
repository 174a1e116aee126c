package io.kolumn.state.cli;

import io.kolumn.state.config.Nearest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of a wrong command line: what is wrong with it, what may have been meant, and where to look. */
final class Mistake {

    private Mistake() {}

    static String text(ParameterException e) {
        return switch (e) {
            case UnmatchedArgumentException unmatched
            when !unmatched.getUnmatched().isEmpty() -> unmatched(unmatched);
            case MissingParameterException missing
            when !missing.getMissing().isEmpty() ->
                "Missing: " + missing.getMissing().stream().map(Mistake::named).collect(Collectors.joining(", ")) + ".";
            default -> sentence(String.valueOf(e.getMessage()));
        };
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().getFirst();
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        if (first.startsWith("-")) {
            String option = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
            return "There is no option '" + option + "'." + meant(option, options(spec));
        }
        if (!spec.subcommands().isEmpty()) {
            return "There is no command '" + first + "'."
                    + meant(first, spec.subcommands().keySet());
        }
        return "'" + first + "' is an unexpected argument.";
    }

    private static Set<String> options(CommandSpec spec) {
        Set<String> names = new LinkedHashSet<>();
        for (OptionSpec option : spec.options()) {
            names.addAll(List.of(option.names()));
        }
        return names;
    }

    private static String meant(String word, Set<String> known) {
        return Nearest.of(word, known)
                .map(near -> " Did you mean '" + near + "'?")
                .orElse("");
    }

    private static String named(ArgSpec missing) {
        return switch (missing) {
            case OptionSpec option -> option.longestName() + "=" + option.paramLabel();
            case PositionalParamSpec parameter -> parameter.paramLabel();
            default -> missing.paramLabel();
        };
    }

    /** Picocli's own messages end without a full stop. */
    private static String sentence(String message) {
        String line = message.strip();
        return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
    }

    /** The command whose help tells more. */
    static String help(ParameterException e) {
        CommandLine command = e.getCommandLine();
        return "Try '" + command.getCommandSpec().qualifiedName() + " --help'.";
    }
}
