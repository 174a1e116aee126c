package io.kolumn.state.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No build on a plain JDK reads the arguments of native-image: here each that we set, and its value, is one that it knows. */
class NativeArgumentsTest {

    private static final Path SETTINGS = Path.of("src/main/resources/application.properties");

    /** What native-image 25 takes, a pattern a line; .ci/run holds the whole command line against it. */
    private static final Path KNOWN = Path.of("src/test/resources/native-image/arguments.txt");

    @Test
    void everyArgumentThatWeSetIsOneOfNativeImage() throws IOException {
        List<String> arguments = arguments();

        assertThat(arguments).isNotEmpty().allMatch(NativeArgumentsTest::isKnown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-march=compatible",
                "-march=x86-64-v5",
                "--initialize-at-buildtime=io.kolumn",
                "-H:+NoSuchOption",
                "-O9",
                "-Os -O2"
            })
    void whatItDoesNotKnowIsFound(String argument) {
        assertThat(isKnown(argument)).isFalse();
    }

    /** As Quarkus passes them on. */
    private static List<String> arguments() throws IOException {
        Properties settings = new Properties();
        try (Reader in = Files.newBufferedReader(SETTINGS)) {
            settings.load(in);
        }
        List<String> arguments = new ArrayList<>();
        Pattern.compile("<quarkus\\.native\\.march>(.*)</quarkus\\.native\\.march>")
                .matcher(Files.readString(Path.of("pom.xml")))
                .results()
                .forEach(march -> arguments.add("-march=" + march.group(1)));
        assertThat(arguments).contains("-march=compatibility", "-march=haswell");
        String more = settings.getProperty("quarkus.native.additional-build-args", "");
        Stream.of(more.split("(?<!\\\\),"))
                .map(argument -> argument.replace("\\,", ",").strip())
                .filter(argument -> !argument.isEmpty())
                .forEach(arguments::add);
        return arguments;
    }

    private static boolean isKnown(String argument) {
        try {
            return Files.readAllLines(KNOWN).stream().anyMatch(pattern -> Pattern.matches(pattern, argument));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
