package io.kolumn.state;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The dependencies of docs/architecture.md: they point inwards. A package that is not there yet is not an error. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.kolumn.state";
    private static final String AUDIT = ROOT + ".audit";
    private static final String CERTIFICATE = ROOT + ".certificate";
    private static final String CONFIG = ROOT + ".config";
    private static final String DIFF = ROOT + ".diff";
    private static final String STORE = ROOT + ".store";
    private static final String ENCRYPTION = ROOT + ".encryption";
    private static final String KEYS = ROOT + ".encryption.keys";
    private static final String BACKEND = ROOT + ".backend";
    private static final String TRANSFER = ROOT + ".transfer";
    private static final String ACCESS = ROOT + ".access";
    private static final String SERVER = ROOT + ".server";
    private static final String HTTP = ROOT + ".http";
    private static final String INVENTORY = ROOT + ".inventory";
    private static final String EVENTS = ROOT + ".events";
    private static final List<String> LAYERS =
            List.of("api", "terraform", "tfe", "health", "cli", "security", "ui", "telemetry", "lambda");
    private static final Set<String> NO_NAMES = Set.of("util", "impl", "dto", "common", "service", "manager", "helper");

    @ArchTest
    static final ArchRule valuesKnowNoOtherPackageAndNoFramework = classes()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .onlyDependOnClassesThat(libraries(ROOT, "com.fasterxml.jackson.core.."));

    @ArchTest
    static final ArchRule diffsKnowValuesAndNoFramework = classes()
            .that()
            .resideInAPackage(DIFF)
            .should()
            .onlyDependOnClassesThat(libraries(ROOT, DIFF, "com.fasterxml.jackson.core.."));

    /** Its factory and its configuration know what it makes a backend of; the rules know none of that. */
    @ArchTest
    static final ArchRule rulesKnowValuesAndDiffsAndNoFramework = classes()
            .that()
            .resideInAPackage(BACKEND)
            .and()
            .haveNameNotMatching(".*Backend(Factory|Config)(\\$.*)?")
            .should()
            .onlyDependOnClassesThat(libraries(
                    ROOT,
                    DIFF,
                    BACKEND,
                    "com.fasterxml.jackson.core..",
                    "jakarta.enterprise.context..",
                    "org.jboss.logging.."));

    @ArchTest
    static final ArchRule theFactoryKnowsConfigurationStoresAndEncryption =
            knows(BACKEND, ROOT, DIFF, CONFIG, STORE, ENCRYPTION, KEYS);

    @ArchTest
    static final ArchRule configurationKnowsValues = knows(CONFIG, ROOT);

    @ArchTest
    static final ArchRule theAuditFileKnowsNoOtherPackage = knows(AUDIT);

    @ArchTest
    static final ArchRule aCertificateForTrialsKnowsConfiguration = knows(CERTIFICATE, ROOT, CONFIG);

    @ArchTest
    static final ArchRule whatStoresShareKnowsValuesAndConfiguration = knows(STORE, ROOT, CONFIG);

    @ArchTest
    static final ArchRule aStoreKnowsValuesConfigurationAndWhatStoresShare = knows(STORE + ".*..", ROOT, CONFIG, STORE);

    @ArchTest
    static final ArchRule storesDoNotKnowEachOther =
            slices().matching(STORE + ".(*)..").should().notDependOnEachOther().allowEmptyShould(true);

    @ArchTest
    static final ArchRule encryptionKnowsValues = knows(ENCRYPTION, ROOT);

    @ArchTest
    static final ArchRule keyProvidersKnowEncryptionAndConfiguration = knows(KEYS, ROOT, CONFIG, ENCRYPTION);

    @ArchTest
    static final ArchRule transfersKnowTheBackendAndForeignLayouts = knows(TRANSFER, ROOT, CONFIG, STORE, BACKEND);

    /** See ADR 0021: who may do what is known without any HTTP. */
    @ArchTest
    static final ArchRule accessKnowsTheBackendAndConfiguration = knows(ACCESS, ROOT, CONFIG, BACKEND);

    @ArchTest
    static final ArchRule theInventoryKnowsTheBackendAndConfiguration = knows(INVENTORY, ROOT, CONFIG, DIFF, BACKEND);

    @ArchTest
    static final ArchRule eventsKnowTheBackendAndConfiguration = knows(EVENTS, ROOT, CONFIG, BACKEND);

    @ArchTest
    static final ArchRule theServerWiresEverythingBelowHttp =
            knows(SERVER, ROOT, CONFIG, STORE, ENCRYPTION, KEYS, BACKEND, TRANSFER, ACCESS, INVENTORY, EVENTS);

    @ArchTest
    static final ArchRule httpKnowsTheServer = knows(HTTP, ROOT, CONFIG, BACKEND, EVENTS, SERVER);

    @ArchTest
    static void aLayerKnowsHttpAndWhatIsBelowButNoOtherLayerAndNoSingleStore(JavaClasses all) {
        for (String layer : LAYERS) {
            knows(ROOT + "." + layer + "..", known(layer)).check(all);
        }
    }

    /** The layer that asks who calls, the one that lists types of storage, and the commands know more. */
    private static String[] known(String layer) {
        List<String> all = new ArrayList<>(List.of(ROOT, CONFIG, DIFF, BACKEND, INVENTORY, EVENTS, SERVER, HTTP));
        switch (layer) {
            case "security" -> all.addAll(List.of(ACCESS, AUDIT));
            case "tfe" -> all.add(ACCESS); // sealed credentials
            case "ui" ->
                // sessions, the way to the page that begins them, and the trail as it is read
                all.addAll(List.of(ACCESS, AUDIT, ROOT + ".security"));
            case "api" -> all.add(STORE); // the types of storage that there are
            case "cli" -> all.addAll(List.of(ACCESS, AUDIT, CERTIFICATE, STORE, ENCRYPTION, KEYS, TRANSFER));
            default -> {
                // protocols know no more
            }
        }
        return all.toArray(String[]::new);
    }

    @ArchTest
    static final ArchRule noPackagesFormACycle =
            slices().matching("io.kolumn.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyPackageHasItsPlace = classes().should(be(resideInAnyPackage(places())));

    @ArchTest
    static final ArchRule noPackageIsNamedForNothing = classes()
            .should(be(describe(
                    "outside of packages named " + NO_NAMES,
                    type -> Set.of(type.getPackageName().split("\\.")).stream().noneMatch(NO_NAMES::contains))));

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes()
            .should(be(describe(
                    "in a package whose package-info is @NullMarked",
                    type -> type.getPackage().isAnnotatedWith(NullMarked.class))));

    /** Of our own packages it knows itself and these. */
    private static ArchRule knows(String who, String... others) {
        DescribedPredicate<JavaClass> elsewhere = resideInAPackage(ROOT + "..")
                .and(resideOutsideOfPackages(others))
                .and(resideOutsideOfPackages(who));
        return noClasses()
                .that()
                .resideInAPackage(who)
                .should()
                .dependOnClassesThat(elsewhere.as("know other packages than " + String.join(", ", others)))
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> libraries(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "java.io",
                "java.lang..",
                "java.net",
                "java.nio..",
                "java.security..",
                "java.time..",
                "java.util..",
                "org.jspecify.annotations.."));
        all.addAll(List.of(more));
        return resideInAnyPackage(all.toArray(String[]::new));
    }

    private static String[] places() {
        Stream<String> layers = LAYERS.stream().map(layer -> ROOT + "." + layer + "..");
        Stream<String> below = Stream.of(
                ROOT,
                AUDIT,
                CERTIFICATE,
                CONFIG,
                DIFF,
                STORE,
                STORE + ".*..",
                ENCRYPTION,
                KEYS,
                BACKEND,
                TRANSFER,
                ACCESS,
                INVENTORY,
                EVENTS,
                SERVER,
                HTTP);
        return Stream.concat(below, layers).toArray(String[]::new);
    }
}
