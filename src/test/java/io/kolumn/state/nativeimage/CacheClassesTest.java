package io.kolumn.state.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Caffeine names the classes of a cache and of its entries by what its builder was asked for, and loads them by those names:
 * each is in a native binary only if it is registered.
 */
class CacheClassesTest {

    private static final String BUILDER = "com/github/benmanes/caffeine/cache/Caffeine";
    private static final String PACKAGE = "com.github.benmanes.caffeine.cache.";
    private static final Path REGISTERED =
            Path.of("target/classes/META-INF/native-image/io.kolumn/kolumn-state/reachability-metadata.json");

    @Test
    void everyCacheOfOursHasItsClassesRegisteredAndNoOtherIs() throws Exception {
        List<List<String>> caches = OwnClasses.all().stream()
                .flatMap(type -> type.methods().stream())
                .flatMap(method -> caches(method).stream())
                .toList();
        Set<String> used = new TreeSet<>();
        for (List<String> asked : caches) {
            used.addAll(classes(made(asked)));
        }

        assertThat(caches).as("the caches of main code").hasSizeGreaterThan(10);
        assertThat(registered())
                .as("the classes of Caffeine in %s", REGISTERED)
                .containsExactlyInAnyOrderElementsOf(used);
    }

    /** What the builder of each cache that a method makes is asked for. */
    private static List<List<String>> caches(MethodModel method) {
        List<List<String>> caches = new ArrayList<>();
        List<String> asked = new ArrayList<>();
        for (InvokeInstruction call : OwnClasses.calls(method).toList()) {
            if (call.owner().asInternalName().equals(BUILDER)) {
                switch (call.name().stringValue()) {
                    case "newBuilder" -> asked = new ArrayList<>();
                    case "build" -> caches.add(asked);
                    default -> asked.add(call.name().stringValue());
                }
            }
        }
        return caches;
    }

    private static Cache<Object, Object> made(List<String> asked) {
        Caffeine<Object, Object> builder = Caffeine.newBuilder();
        for (String feature : asked) {
            switch (feature) {
                case "maximumSize" -> builder.maximumSize(1);
                case "maximumWeight" -> builder.maximumWeight(1);
                case "weigher" -> builder.weigher((key, value) -> 1);
                case "expireAfterWrite" -> builder.expireAfterWrite(Duration.ofHours(1));
                case "expireAfterAccess" -> builder.expireAfterAccess(Duration.ofHours(1));
                case "executor" -> builder.executor(Runnable::run);
                case "ticker" -> builder.ticker(System::nanoTime);
                default -> fail("No cache with %s can be made here yet: teach this test what it is", feature);
            }
        }
        return builder.build();
    }

    /** Those that it has loaded by their names: the cache's own, and that of its entries. */
    private static Set<String> classes(Cache<Object, Object> cache) throws IllegalAccessException {
        Object bounded = field(cache, "cache");
        Object entries = field(bounded, "nodeFactory");
        return new HashSet<>(
                Set.of(bounded.getClass().getName(), entries.getClass().getName()));
    }

    private static Object field(Object of, String name) throws IllegalAccessException {
        for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(of);
                }
            }
        }
        throw new AssertionError("Caffeine has no " + name + " in " + of.getClass() + " any more");
    }

    private static List<String> registered() throws IOException {
        JsonNode metadata = new JsonMapper().readTree(REGISTERED.toFile());
        return Stream.of(metadata.path("reflection"))
                .flatMap(JsonNode::valueStream)
                .map(entry -> entry.path("type").asText())
                .filter(type -> type.startsWith(PACKAGE))
                .toList();
    }
}
