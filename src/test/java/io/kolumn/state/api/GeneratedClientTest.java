package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that is made of the description, by OpenAPI Generator for the HTTP client of Java, does the main job. */
@QuarkusTest
class GeneratedClientTest {

    private static final Path GENERATOR = Path.of("target", "openapi-generator.jar");
    private static final Path DESCRIPTION = Path.of("target", "classes", "META-INF", "kolumn-state-openapi.json");
    private static final Path PLAY = Path.of("src", "test", "resources", "generated-client", "Play.java");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TestHTTPResource("/")
    URI server;

    @TempDir
    Path folder;

    @Test
    void itLocksWritesReadsAndLists() throws Exception {
        generate();
        Path classes = Files.createDirectory(folder.resolve("classes"));
        compile(classes);

        String base = server.toString();
        String said = run(
                JAVA,
                "-cp",
                classes + File.pathSeparator + classPath(),
                "Play",
                base.endsWith("/") ? base.substring(0, base.length() - 1) : base);

        assertThat(said).contains("played");
    }

    private void generate() throws IOException, InterruptedException {
        run(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                GENERATOR.toAbsolutePath().toString(),
                "generate",
                "-i",
                DESCRIPTION.toAbsolutePath().toString(),
                "-g",
                "java",
                "--library",
                "native",
                "-o",
                folder.resolve("client").toString(),
                "--global-property",
                "models,apis,supportingFiles,modelTests=false,apiTests=false,modelDocs=false,apiDocs=false",
                "--additional-properties",
                "openApiNullable=false,useJakartaEe=true,invokerPackage=client,apiPackage=client,modelPackage=client.model");
    }

    private void compile(Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-nowarn", "-proc:none", "-d", classes.toString(), "-cp", classPath(), PLAY.toString()));
        try (Stream<Path> files = Files.walk(folder.resolve("client/src/main/java"))) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    /** Jackson, which such a client needs, is among what the tests have. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(said);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
