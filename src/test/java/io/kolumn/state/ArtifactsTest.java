package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The artifacts for programs, artifacts/: what is in them, and that their poms name all that it needs, and no more (ADR 0053). */
class ArtifactsTest {

    private static final XPath XPATH = XPathFactory.newInstance().newXPath();
    private static final Path ROOT = Path.of("artifacts");
    private static final String LIBRARY = "library";
    private static final String CONTRACT = "contract";

    /** What comes with the JDK. */
    private static final String JDK = "java\\..*|javax\\.(crypto|net|sql|xml)\\..*";

    /** The packages of each library that an artifact has as a dependency. */
    private static final Map<String, String> PACKAGES = Map.ofEntries(
            Map.entry("jackson-core", "com.fasterxml.jackson.core"),
            Map.entry("caffeine", "com.github.benmanes.caffeine.cache"),
            Map.entry("jakarta.inject-api", "jakarta.inject"),
            Map.entry("jboss-logging", "org.jboss.logging"),
            Map.entry("jspecify", "org.jspecify.annotations"),
            Map.entry("agroal-api", "io.agroal.api"),
            Map.entry("postgresql", "org.postgresql"),
            Map.entry("s3", "software.amazon.awssdk"),
            Map.entry("quarkus-arc", "org.eclipse.microprofile.config"),
            Map.entry("assertj-core", "org.assertj.core"),
            Map.entry("junit-jupiter-api", "org.junit.jupiter.api"));

    /** Comes with AWS's clients; faults of connections are its own. */
    private static final String APACHE = "org\\.apache\\.http\\..*";

    @ParameterizedTest
    @ValueSource(strings = {LIBRARY, "postgres", "s3", "quarkus", CONTRACT})
    void anArtifactRefersToItselfToTheLibraryAndToItsDependenciesAlone(String artifact) throws Exception {
        Set<String> own = new TreeSet<>(names(classes(artifact)));
        own.addAll(names(classes(LIBRARY)));
        Pattern known = Pattern.compile(known(artifact));

        Set<String> strange = new TreeSet<>();
        for (Path file : classes(artifact)) {
            ClassModel type = ClassFile.of().parse(file);
            String name = type.thisClass().asInternalName().replace('/', '.');
            for (String target : referred(type)) {
                if (!own.contains(target.replaceFirst("\\$.*", ""))
                        && !known.matcher(target).matches()
                        && !optional(name, target)) {
                    strange.add(name + " -> " + target);
                }
            }
        }
        assertThat(own).hasSizeGreaterThan(50);
        assertThat(strange)
                .as("what artifacts/%s/pom.xml neither has nor names as a dependency", artifact)
                .isEmpty();
    }

    /** Who wants keys of AWS KMS adds its client: the two optional dependencies. */
    private static boolean optional(String type, String target) {
        return type.matches("io\\.kolumn\\.state\\.encryption\\.keys\\.Kms.*")
                && target.matches("software\\.amazon\\.awssdk\\..*|" + APACHE);
    }

    /** Every class that the code, the members and the annotations of a class name. */
    private static Set<String> referred(ClassModel type) {
        List<ClassDesc> found = new ArrayList<>();
        for (PoolEntry entry : type.constantPool()) {
            switch (entry) {
                case ClassEntry named -> found.add(named.asSymbol());
                case NameAndTypeEntry member ->
                    found.addAll(described(member.type().stringValue()));
                case MethodTypeEntry method ->
                    found.addAll(described(method.descriptor().stringValue()));
                default -> {
                    // names no class
                }
            }
        }
        type.fields().forEach(field -> found.add(field.fieldTypeSymbol()));
        type.methods()
                .forEach(method -> found.addAll(described(method.methodType().stringValue())));
        Stream.of(Stream.of(type), type.fields().stream(), type.methods().stream())
                .flatMap(elements -> elements)
                .flatMap(element ->
                        ((AttributedElement) element).findAttribute(Attributes.runtimeVisibleAnnotations()).stream())
                .flatMap(attribute -> attribute.annotations().stream())
                .forEach(annotation -> found.add(annotation.classSymbol()));
        Set<String> names = new TreeSet<>();
        for (ClassDesc desc : found) {
            ClassDesc plain = desc;
            while (plain.isArray()) {
                plain = plain.componentType();
            }
            if (!plain.isPrimitive()) {
                names.add(
                        plain.descriptorString().substring(1).replace("/", ".").replace(";", ""));
            }
        }
        return names;
    }

    private static List<ClassDesc> described(String descriptor) {
        if (!descriptor.startsWith("(")) {
            return List.of(ClassDesc.ofDescriptor(descriptor));
        }
        MethodTypeDesc method = MethodTypeDesc.ofDescriptor(descriptor);
        List<ClassDesc> all = new ArrayList<>(method.parameterList());
        all.add(method.returnType());
        return all;
    }

    private static String known(String artifact) throws Exception {
        StringBuilder known = new StringBuilder(JDK);
        for (String module : new TreeSet<>(List.of(LIBRARY, artifact))) {
            for (Node dependency : nodes(pom(ROOT.resolve(module)), "/project/dependencies/dependency")) {
                String packages = PACKAGES.get(text(dependency, "artifactId"));
                if (packages != null) {
                    known.append('|').append(Pattern.quote(packages)).append("\\..*");
                }
                if ("s3".equals(text(dependency, "artifactId"))) {
                    known.append('|').append(APACHE);
                }
            }
        }
        return known.toString();
    }

    @Test
    void theVersionsAreThoseOfTheService() throws Exception {
        String version = text(pom(Path.of("")), "/project/version");
        String quarkus = text(pom(Path.of("")), "/project/properties/quarkus.platform.version");
        for (Path pom : poms()) {
            for (Node node : nodes(read(pom), "//*[groupId='io.kolumn' and version]")) {
                assertThat(text(node, "version")).as(pom.toString()).isIn(version, "${project.version}");
            }
            for (Node node : nodes(read(pom), "//*[groupId='io.quarkus.platform' and version]")) {
                assertThat(text(node, "version")).as(pom.toString()).isEqualTo(quarkus);
            }
        }
    }

    @Test
    void aPluginHasTheVersionThatTheServiceIsBuiltWith() throws Exception {
        Map<String, String> ofService = properties(Path.of(""));
        Map<String, String> shared = properties(ROOT);
        shared.keySet().removeIf(name -> !name.endsWith("-plugin.version") || !ofService.containsKey(name));
        assertThat(shared)
                .hasSizeGreaterThan(4)
                .allSatisfy((name, version) -> assertThat(version).as(name).isEqualTo(ofService.get(name)));
    }

    @Test
    void aDependencyHasTheVersionThatTheTestsRunWith() throws Exception {
        String running = System.getProperty("java.class.path").replace(File.separatorChar, '/');
        Map<String, String> versions = properties(ROOT);
        List<String> compared = new ArrayList<>();
        for (Path pom : poms()) {
            for (Node node : nodes(read(pom), "/project/dependencies/dependency[starts-with(version, '${')]")) {
                String version = versions.get(text(node, "version").replaceAll("[${}]", ""));
                if (version != null) {
                    String artifact = text(node, "artifactId");
                    compared.add(artifact);
                    assertThat(running)
                            .as("%s of %s", artifact, pom)
                            .contains("/" + text(node, "groupId").replace('.', '/') + "/" + artifact + "/" + version
                                    + "/");
                }
            }
        }
        assertThat(compared).hasSizeGreaterThan(12);
    }

    /** The build would take nothing for a pattern that is out of date. */
    @ParameterizedTest
    @ValueSource(strings = {LIBRARY, "postgres", "s3", "quarkus", CONTRACT})
    void everyPatternOfAnArtifactMatchesASource(String artifact) throws Exception {
        for (Node pattern : patterns(artifact, "*[self::include or self::exclude]")) {
            assertThat(matching(sources(artifact), pattern.getTextContent().strip()))
                    .as(pattern.getTextContent())
                    .isNotEmpty();
        }
    }

    /** The classes that the service has of the sources of an artifact. */
    private static List<Path> classes(String artifact) throws Exception {
        Set<Path> files = new TreeSet<>();
        for (Node include : patterns(artifact, "include")) {
            files.addAll(matching(sources(artifact), include.getTextContent().strip()));
        }
        for (Node exclude : patterns(artifact, "exclude")) {
            files.removeAll(matching(sources(artifact), exclude.getTextContent().strip()));
        }
        Path folder = Path.of("target", artifact.equals(CONTRACT) ? "test-classes" : "classes");
        List<Path> classes = new ArrayList<>();
        for (Path source : files) {
            Path type = folder.resolve(sources(artifact).relativize(source));
            String name = type.getFileName().toString().replaceFirst("\\.java$", "");
            Pattern itself = Pattern.compile(Pattern.quote(name) + "(\\$.*)?\\.class");
            try (Stream<Path> compiled = Files.list(type.getParent())) {
                compiled.filter(file ->
                                itself.matcher(file.getFileName().toString()).matches())
                        .forEach(classes::add);
            }
        }
        return classes;
    }

    private static Path sources(String artifact) {
        return Path.of("src", artifact.equals(CONTRACT) ? "test" : "main", "java");
    }

    private static List<Node> patterns(String artifact, String kind) throws Exception {
        return nodes(pom(ROOT.resolve(artifact)), "//execution[id='sources']//" + kind);
    }

    private static List<Path> matching(Path folder, String pattern) throws IOException {
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> matcher.matches(folder.relativize(file)))
                    .toList();
        }
    }

    private static List<String> names(List<Path> classes) {
        return classes.stream()
                .map(file -> file.subpath(2, file.getNameCount()).toString())
                .map(file -> file.replace(File.separatorChar, '.').replaceFirst("(\\$.*)?\\.class$", ""))
                .toList();
    }

    private static List<Path> poms() throws IOException {
        try (Stream<Path> artifacts = Files.walk(ROOT, 2);
                Stream<Path> outside = Files.walk(Path.of(".ci", "outside"), 2)) {
            return Stream.concat(artifacts, outside)
                    .filter(file -> file.endsWith("pom.xml"))
                    .toList();
        }
    }

    private static Map<String, String> properties(Path folder) throws Exception {
        Map<String, String> properties = new TreeMap<>();
        for (Node property : nodes(pom(folder), "/project/properties/*")) {
            properties.put(property.getNodeName(), property.getTextContent().strip());
        }
        return properties;
    }

    private static Document pom(Path folder) throws Exception {
        return read(folder.resolve("pom.xml"));
    }

    private static Document read(Path pom) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
    }

    private static List<Node> nodes(Node from, String path) throws Exception {
        NodeList found = (NodeList) XPATH.evaluate(path, from, XPathConstants.NODESET);
        return IntStream.range(0, found.getLength()).mapToObj(found::item).toList();
    }

    private static String text(Node from, String path) throws Exception {
        return XPATH.evaluate(path, from).strip();
    }
}
