package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The list of what is in the package, as the build lays it beside it. */
class SbomIT {

    private static final String OURS = "kolumn-state";

    /** The archive of which one file is in the package, and not the archive itself. */
    private static final String UNPACKED = "htmx.org";

    private static JsonNode sbom;

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith("-sbom.json")).toList();
            assertThat(found).hasSize(1);
            sbom = new ObjectMapper().readTree(found.getFirst().toFile());
        }
    }

    @Test
    void everyComponentHasAVersionAnAddressAndALicense() {
        assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(sbom.path("components")).hasSizeGreaterThan(100).allSatisfy(component -> {
            assertThat(component.path("version").asText()).isNotEmpty();
            assertThat(component.path("purl").asText()).startsWith("pkg:maven/");
            assertThat(component.path("licenses"))
                    .as(component.path("purl").asText())
                    .isNotEmpty();
        });
    }

    @Test
    @DisabledIfSystemProperty(
            named = "packaged.executable",
            matches = ".+",
            disabledReason = "a native executable holds no jars to compare with")
    void itNamesTheLibrariesOfThePackageByTheirHashesAndNoOthers() throws Exception {
        Map<String, String> named = new TreeMap<>();
        for (JsonNode component : sbom.path("components")) {
            String name = component.path("name").asText();
            if (!name.equals(OURS) && !name.equals(UNPACKED)) {
                named.put(sha256(component), component.path("purl").asText());
            }
        }
        Map<String, String> shipped = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("target/quarkus-app/lib"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                shipped.put(sha256(file), file.toString());
            }
        }

        assertThat(shipped)
                .as("shipped and not named")
                .allSatisfy((hash, file) -> assertThat(named).as(file).containsKey(hash));
        assertThat(named)
                .as("named and not shipped")
                .allSatisfy((hash, purl) -> assertThat(shipped).as(purl).containsKey(hash));
    }

    @Test
    @DisabledIfSystemProperty(
            named = "packaged.executable",
            matches = ".+",
            disabledReason = "a native executable holds no jars to compare with")
    void theScriptOfThePagesIsThatOfTheArchiveThatIsNamed() throws Exception {
        JsonNode htmx = component(UNPACKED);
        String version = htmx.path("version").asText();
        assertThat(htmx.path("purl").asText()).startsWith("pkg:maven/org.webjars.npm/htmx.org@" + version);
        assertThat(htmx.path("licenses").toString()).contains("0BSD");

        String place = "META-INF/resources/webjars/htmx.org/" + version + "/dist/htmx.min.js";
        URL script = SbomIT.class.getClassLoader().getResource(place);
        assertThat(script).as(place).isNotNull();
        JarURLConnection archive = (JarURLConnection) script.openConnection();
        assertThat(sha256(Path.of(archive.getJarFileURL().toURI()))).isEqualTo(sha256(htmx));
        byte[] original;
        try (InputStream in = archive.getInputStream()) {
            original = in.readAllBytes();
        }
        List<byte[]> packaged = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("target/quarkus-app"))) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                try (JarFile opened = new JarFile(jar.toFile())) {
                    assertThat(opened.getEntry("META-INF/resources/webjars"))
                            .as(jar.toString())
                            .isNull();
                    JarEntry entry = opened.getJarEntry("pages/htmx.min.js");
                    if (entry != null) {
                        packaged.add(opened.getInputStream(entry).readAllBytes());
                    }
                }
            }
        }
        assertThat(packaged).singleElement().isEqualTo(original);
    }

    private static JsonNode component(String name) {
        for (JsonNode component : sbom.path("components")) {
            if (component.path("name").asText().equals(name)) {
                return component;
            }
        }
        throw new AssertionError("No component " + name);
    }

    private static String sha256(JsonNode component) {
        for (JsonNode hash : component.path("hashes")) {
            if (hash.path("alg").asText().equals("SHA-256")) {
                return hash.path("content").asText();
            }
        }
        return "";
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
