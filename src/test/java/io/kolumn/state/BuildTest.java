package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the build promises to whoever only packages, and to the next build. */
class BuildTest {

    /** The one script of others that the package holds. */
    private static final String OF_THE_PACKAGE = "id='htmx'";

    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    private static Document pom;

    @BeforeAll
    static void read() throws Exception {
        pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
    }

    private static List<Node> nodes(Node from, String path) throws Exception {
        NodeList found = (NodeList) XPATH.evaluate(path, from, XPathConstants.NODESET);
        return IntStream.range(0, found.getLength()).mapToObj(found::item).toList();
    }

    private static String text(Node from, String path) throws Exception {
        return XPATH.evaluate(path, from).strip();
    }

    @Test
    void whatOnlyTestsNeedIsInProfilesThatAreOffWithMavenTestSkip() throws Exception {
        List<String> fetched = new ArrayList<>();
        for (Node dependency : nodes(pom, "/project/dependencies/dependency[scope='test']")) {
            fetched.add(text(dependency, "artifactId"));
        }
        for (Node plugin : nodes(pom, "/project/build/plugins/plugin[not(.//execution[" + OF_THE_PACKAGE + "])]")) {
            String name = text(plugin, "artifactId");
            if (List.of("maven-dependency-plugin", "jacoco-maven-plugin", "spotless-maven-plugin")
                    .contains(name)) {
                fetched.add(name);
            }
        }
        for (Node profile : nodes(pom, "/project/profiles/profile[.//artifactItem or id='checks']")) {
            assertThat(text(profile, "activation/property[name='maven.test.skip']/value"))
                    .as(text(profile, "id"))
                    .isEqualTo("!true");
        }
        assertThat(fetched).isEmpty();
    }

    @Test
    void serversOfTheTestsAreNotFetchedWhereTheTestsDoNotRun() throws Exception {
        List<Node> fetching = nodes(pom, "//execution[.//artifactItem and not(" + OF_THE_PACKAGE + ")]");
        assertThat(fetching).isNotEmpty();
        for (Node execution : fetching) {
            assertThat(text(execution, "configuration/skip"))
                    .as(text(execution, "id"))
                    .isEqualTo("${skipTests}");
        }
    }

    @Test
    void aProfileWithSourcesOfItsOwnHasAFolderOfItsOwnForTheirClasses() throws Exception {
        List<String> folders = new ArrayList<>(List.of("${project.basedir}/target"));
        for (Node profile : nodes(pom, "/project/profiles/profile[.//goal='add-source' or .//resource]")) {
            folders.add(text(profile, "build/directory"));
        }
        assertThat(folders)
                .hasSizeGreaterThan(2)
                .doesNotHaveDuplicates()
                .allMatch(folder -> folder.startsWith("${project.basedir}/target"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "src/main/docker/Dockerfile.jvm"})
    void anImageIsBuiltWithoutTheTestsAndHoldsTheListOfItsParts(String file) throws Exception {
        assertThat(Files.readString(Path.of(file)))
                .contains("./mvnw -B -ntp package")
                .contains("-Dmaven.test.skip=true")
                .contains("target/*-sbom.json");
    }

    /** Quarkus takes a property of the build for a key of its own, and warns of one that it does not know. */
    @Test
    void aPropertyOfTheBuildThatLooksLikeAKeyOfQuarkusIsOne() throws Exception {
        for (Node property : nodes(pom, "//properties/*")) {
            if (property.getNodeName().startsWith("quarkus.")) {
                assertThat(property.getNodeName()).matches("quarkus\\.(platform|package|native)\\..*");
            }
        }
    }

    /** In another JVM of the tests Quarkus would build the application again for each class. */
    @Test
    void testsWithTheApplicationRunInTheJvmForThem() throws Exception {
        List<PathMatcher> patterns = Arrays.stream(text(pom, "/project/properties/*[name()='test.application']")
                        .split(", "))
                .map(pattern -> FileSystems.getDefault().getPathMatcher("glob:" + pattern))
                .toList();
        List<Path> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        List<Path> withTheApplication = new ArrayList<>();
        for (Path test : tests) {
            String source = Files.readString(test);
            if (source.contains("\n@QuarkusTest\n")) {
                withTheApplication.add(test);
            }
            assertThat(source).as(test.toString()).doesNotContain("\n@QuarkusIntegrationTest");
        }
        assertThat(withTheApplication)
                .isNotEmpty()
                .allSatisfy(test -> assertThat(patterns).anyMatch(pattern -> pattern.matches(test)));
    }
}
