package io.kolumn.state.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * netty's own settings have its classes initialised when the image is made, where its native library for TLS is not. A class
 * that needs the library for that ends the build, unless it waits for the start of the program.
 */
class NativeLibraryTest {

    private static final Path SETTINGS =
            Path.of("src/main/resources/META-INF/native-image/io.kolumn/kolumn-state/native-image.properties");

    private static final String OPTION = "--initialize-at-run-time=";

    private static Set<String> waiting() throws IOException {
        Properties settings = new Properties();
        try (Reader in = Files.newBufferedReader(SETTINGS)) {
            settings.load(in);
        }
        String option = settings.getProperty("Args").strip();
        assertThat(option).startsWith(OPTION);
        return new TreeSet<>(List.of(option.substring(OPTION.length()).split(",", -1)));
    }

    /** The jars of netty on the class path of the tests, which has those of the program. */
    private static List<Path> jars() {
        List<Path> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches("netty-.*\\.jar"))
                .toList();
        assertThat(jars).hasSizeGreaterThan(5);
        return jars;
    }

    private static List<String> classes(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.matches("io/netty/(internal/tcnative|handler/ssl)/[^/]*\\.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    /** In a class loader of its own, since a class that failed once fails for everybody. */
    private static boolean needsTheLibrary(URLClassLoader loader, String name) {
        try {
            Class.forName(name, true, loader);
            return false;
        } catch (LinkageError | ClassNotFoundException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof UnsatisfiedLinkError) {
                    return true;
                }
            }
            return false; // of what is optional and not there
        }
    }

    @Test
    void whatNeedsTheLibraryIsInitialisedWhenTheProgramStarts() throws IOException {
        List<URL> path = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Path jar : jars()) {
            path.add(jar.toUri().toURL());
            names.addAll(classes(jar));
        }
        Set<String> needing = new TreeSet<>();
        for (String name : names) {
            try (URLClassLoader loader =
                    new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                if (needsTheLibrary(loader, name)) {
                    needing.add(name);
                }
            }
        }

        assertThat(needing).as("classes that need it").contains("io.netty.internal.tcnative.SSL");
        assertThat(waiting()).containsAll(needing);
        assertThat(names).as("no name of a class that is no more").containsAll(waiting());
    }
}
