package io.kolumn.state.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * A JVM looks for a type when it comes to it, native-image when it links: what Quarkus and our own code refer to is in the
 * package, or was looked at once and is known to be nothing that we use.
 */
@DisabledIfSystemProperty(
        named = "packaged.executable",
        matches = ".+",
        disabledReason = "native-image itself has looked at a native executable")
class LinkedTypesIT {

    private static final Path PACKAGE = Path.of("target/quarkus-app");

    /** What is started by native-image and not by us: Quarkus, its extensions, our code and what Quarkus makes of it. */
    private static final String LINKED =
            ".*/(io\\.quarkus|io\\.quarkiverse)\\.[^/]*\\.jar|.*/(app|quarkus)/[^/]*\\.jar";

    /** Beginnings of names, each with a reason after it. */
    private static final Path ABSENT = Path.of("src/test/resources/native-image/absent-types.txt");

    @Test
    void everyTypeThatTheStartRefersToIsInThePackageOrKnownToBeAbsent() throws IOException {
        Set<String> present = new HashSet<>(ofTheJdk());
        Map<String, String> referred = new TreeMap<>();
        for (Path jar : jars()) {
            read(jar, present, referred);
        }
        List<String> absent = beginnings();

        Map<String, String> missing = new TreeMap<>(referred);
        missing.keySet().removeAll(present);
        Set<String> needed = missing.keySet().stream()
                .filter(beginning -> absent.stream().anyMatch(beginning::startsWith))
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, String> unknown = new TreeMap<>(missing);
        unknown.keySet().removeAll(needed);

        assertThat(referred).as("types that are referred to").hasSizeGreaterThan(1000);
        assertThat(unknown)
                .as(
                        "types that are not in the package, and who refers to them; keep their jar, or see that nothing reaches"
                                + " them and add them to %s",
                        ABSENT)
                .isEmpty();
        assertThat(absent)
                .as("beginnings in %s that nothing refers to any more", ABSENT)
                .allMatch(beginning -> needed.stream().anyMatch(type -> type.startsWith(beginning)));
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(PACKAGE)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private static void read(Path jar, Set<String> present, Map<String, String> referred) throws IOException {
        boolean linked = jar.toString().replace('\\', '/').matches(LINKED);
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                String name = entry.getName();
                if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
                    present.add(name.substring(0, name.length() - 6));
                    if (linked) {
                        byte[] bytes = file.getInputStream(entry).readAllBytes();
                        types(ClassFile.of().parse(bytes), referred);
                    }
                }
            }
        }
    }

    private static void types(ClassModel type, Map<String, String> referred) {
        type.constantPool().forEach(entry -> {
            if (entry instanceof ClassEntry other) {
                String name = other.asInternalName().replaceAll("^\\[+L?|;$", "");
                if (name.contains("/")) {
                    referred.putIfAbsent(name, type.thisClass().asInternalName());
                }
            }
        });
    }

    private static Set<String> ofTheJdk() throws IOException {
        Set<String> types = new HashSet<>();
        for (ModuleReference module : ModuleFinder.ofSystem().findAll()) {
            try (ModuleReader reader = module.open();
                    Stream<String> names = reader.list()) {
                names.filter(name -> name.endsWith(".class"))
                        .map(name -> name.substring(0, name.length() - 6))
                        .forEach(types::add);
            }
        }
        return types;
    }

    private static List<String> beginnings() throws IOException {
        List<String> beginnings = new ArrayList<>();
        for (String line : Files.readAllLines(ABSENT)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                beginnings.add(line.split("\\s", 2)[0]);
            }
        }
        return beginnings;
    }
}
