package io.kolumn.state.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param packages the packages to measure, ours first
 * @param parts names of {@link Part}, in their order
 * @param storages names of storages, in the order in which they are measured
 * @param slice how long each side is measured in a round
 * @param warmUp how long each service is under load before it is measured
 * @param states how many states the lists are taken from
 * @param largest bytes of the largest document
 * @param latency what each request to the embedded S3 store takes longer
 * @param json where the results are written as JSON; empty for nowhere
 */
record Options(
        List<Subject> packages,
        Set<Part> parts,
        Set<String> storages,
        int rounds,
        Duration slice,
        Duration warmUp,
        int states,
        int largest,
        Duration latency,
        List<Path> json) {

    static final String USAGE = """
            Usage: bench/run [options]
              --package PATH     the package to measure: a folder with quarkus-run.jar, or a native executable (target/quarkus-app)
              --against PATH     another package beside it, of any release
              --only PART,...    parts: start, memory, requests, cycle, warm, lists (all)
              --storage NAME,... storages: memory, local, postgres, s3 (all)
              --rounds N         rounds of each case (5)
              --seconds S        length of each side in a round (2)
              --warm-up S        load on each service before it is measured (20)
              --states N         states that lists and starts are measured with (10000)
              --largest MIB      largest document in MiB (100)
              --latency MS       what each request to the embedded S3 store takes longer (20)
              --json FILE        the results as JSON, too
              --quick            one round of 0.2 s, 1 s of warm-up, 100 states, 10 MiB: whether it works, not how fast""";

    static final List<String> STORAGES = List.of("memory", "local", "postgres", "s3");

    /** @throws IllegalArgumentException with one sentence for people */
    static Options of(List<String> arguments) {
        Path ours = Path.of("target", "quarkus-app");
        List<Path> others = new ArrayList<>();
        Set<Part> parts = new LinkedHashSet<>(List.of(Part.values()));
        Set<String> storages = new LinkedHashSet<>(STORAGES);
        int rounds = 5;
        double seconds = 2;
        double warmUp = 20;
        int states = 10_000;
        int largest = 100;
        int latency = 20;
        List<Path> json = List.of();
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (option.equals("--quick")) {
                rounds = 1;
                seconds = 0.2;
                warmUp = 1;
                states = 100;
                largest = 10;
                continue;
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(option + " is no option, or lacks its value");
            }
            String value = arguments.get(++i);
            switch (option) {
                case "--package" -> ours = Path.of(value);
                case "--against" -> others.add(Path.of(value));
                case "--only" -> parts = parts(value);
                case "--storage" -> storages = storages(value);
                case "--rounds" -> rounds = (int) number(option, value, 1, 1000);
                case "--seconds" -> seconds = number(option, value, 0.05, 3600);
                case "--warm-up" -> warmUp = number(option, value, 0, 3600);
                case "--states" -> states = (int) number(option, value, 1, 1_000_000);
                case "--largest" -> largest = (int) number(option, value, 1, 256);
                case "--latency" -> latency = (int) number(option, value, 0, 10_000);
                case "--json" -> json = List.of(Path.of(value));
                default -> throw new IllegalArgumentException(option + " is no option");
            }
        }
        List<Subject> packages = new ArrayList<>();
        packages.add(subject("this build", ours));
        for (int i = 0; i < others.size(); i++) {
            packages.add(subject(others.size() == 1 ? "the other" : "the other " + (i + 1), others.get(i)));
        }
        return new Options(
                packages,
                parts,
                storages,
                rounds,
                Duration.ofMillis(Math.round(seconds * 1000)),
                Duration.ofMillis(Math.round(warmUp * 1000)),
                states,
                largest * 1024 * 1024,
                Duration.ofMillis(latency),
                json);
    }

    private static Subject subject(String label, Path path) {
        if (Files.isRegularFile(path.resolve("quarkus-run.jar"))
                || Files.isRegularFile(path) && Files.isExecutable(path)) {
            return new Subject(label, path.toAbsolutePath().normalize());
        }
        throw new IllegalArgumentException(
                path + " is no package: build it with ./mvnw package -Dmaven.test.skip, or name another");
    }

    private static Set<Part> parts(String value) {
        Set<Part> parts = new LinkedHashSet<>();
        for (String name : value.split(",", -1)) {
            parts.add(Part.of(name));
        }
        return parts;
    }

    private static Set<String> storages(String value) {
        Set<String> storages = new LinkedHashSet<>(List.of(value.split(",", -1)));
        if (!STORAGES.containsAll(storages)) {
            throw new IllegalArgumentException("--storage " + value + ": known are " + String.join(", ", STORAGES));
        }
        return storages;
    }

    private static double number(String option, String value, double least, double most) {
        try {
            double number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw new IllegalArgumentException(option + " takes a number from " + least + " to " + most + ", not " + value);
    }
}
