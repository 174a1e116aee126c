package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The list of what is in the package, as the build lays it beside it. */
class SbomIT {

    private static final String OURS = "kolumn-state";

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
            if (!component.path("name").asText().equals(OURS)) {
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
