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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The dependencies of docs/architecture.md: they point inwards. A package that is not there yet is no error. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.kolumn.state";
    private static final String CONFIG = ROOT + ".config";
    private static final String HTTP = ROOT + ".http";
    private static final String ACCESS = ROOT + ".access";
    private static final String STORE = ROOT + ".store";
    private static final String KEYS = ROOT + ".keys";
    private static final List<String> LAYERS =
            List.of("api", "terraform", "health", "cli", "security", "ui", "telemetry", "lambda");
    private static final Set<String> NO_NAMES = Set.of("util", "impl", "dto", "common", "service", "manager", "helper");

    @ArchTest
    static final ArchRule theRootKnowsNoSubpackageAndNoFramework = classes()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    ROOT,
                    "java.io",
                    "java.lang..",
                    "java.net",
                    "java.nio..",
                    "java.security..",
                    "java.time..",
                    "java.util..",
                    "com.fasterxml.jackson.core..",
                    "jakarta.enterprise.context..",
                    "org.jboss.logging..",
                    "org.jspecify.annotations.."));

    @ArchTest
    static final ArchRule whatAllStoresShareKnowsTheRootAlone = knows(STORE, ROOT);

    @ArchTest
    static final ArchRule aStoreKnowsRootConfigAndWhatAllStoresShare = knows(STORE + ".*..", ROOT, CONFIG, STORE);

    @ArchTest
    static final ArchRule storesDoNotKnowEachOther =
            slices().matching(STORE + ".(*)..").should().notDependOnEachOther().allowEmptyShould(true);

    @ArchTest
    static final ArchRule whatWrapsKeysKnowsTheRootAndWhatAllStoresShare = knows(KEYS, ROOT, STORE);

    @ArchTest
    static final ArchRule configKnowsTheRootDecoratorsAndKeysButNoSingleStore = knows(CONFIG, ROOT, STORE, KEYS);

    @ArchTest
    static final ArchRule httpKnowsRootAndConfig = knows(HTTP, ROOT, CONFIG);

    /** See ADR 0021: who may do what is known without any HTTP. */
    @ArchTest
    static final ArchRule accessKnowsRootAndConfig = knows(ACCESS, ROOT, CONFIG);

    @ArchTest
    static void aLayerKnowsRootConfigAndHttpButNoOtherLayerAndNoStore(JavaClasses all) {
        for (String layer : LAYERS) {
            knows(ROOT + "." + layer + "..", known(layer)).check(all);
        }
    }

    /** The layer that asks who calls, and the commands, know {@code access} too; those on keys, what wraps them anew. */
    private static String[] known(String layer) {
        return switch (layer) {
            case "security" -> new String[] {ROOT, CONFIG, HTTP, ACCESS};
            case "cli" -> new String[] {ROOT, CONFIG, HTTP, ACCESS, STORE};
            default -> new String[] {ROOT, CONFIG, HTTP};
        };
    }

    @ArchTest
    static final ArchRule noPackagesFormACycle =
            slices().matching("io.kolumn.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyPackageIsOneOfTheRoomsOfTheHouse = classes().should(be(resideInAnyPackage(rooms())));

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
                .dependOnClassesThat(elsewhere.as("know more of the house than " + String.join(", ", others)))
                .allowEmptyShould(true);
    }

    private static String[] rooms() {
        Stream<String> layers = LAYERS.stream().map(layer -> ROOT + "." + layer + "..");
        return Stream.concat(Stream.of(ROOT, CONFIG, HTTP, ACCESS, KEYS, STORE, STORE + ".*.."), layers)
                .toArray(String[]::new);
    }
}
