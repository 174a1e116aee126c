package io.kolumn.state.http;

import io.kolumn.state.TestFolder;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.QuarkusTestProfile.TestResourceEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.util.ReflectionUtils;
import org.junit.platform.commons.util.ReflectionUtils.HierarchyTraversalMode;

/** Starts services for classes with {@link PackagedTest}, and stops those that were not asked for since. */
final class PackagedServices implements BeforeAllCallback, TestInstancePostProcessor {

    /** For the JVM: surefire runs a class at a time where it has several. */
    private static final Pool POOL = new Pool();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(POOL::close));
    }

    /** Before what a class prepares, which may replace files that the profile has written. */
    @Override
    public void beforeAll(ExtensionContext context) {
        service(context);
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) throws IllegalAccessException {
        PackagedService service = service(context);
        for (Field field : ReflectionUtils.findFields(
                instance.getClass(),
                field -> field.isAnnotationPresent(TestHTTPResource.class),
                HierarchyTraversalMode.TOP_DOWN)) {
            TestHTTPResource resource = field.getAnnotation(TestHTTPResource.class);
            URI address = resource.tls() ? service.tlsUrl() : service.url();
            ReflectionUtils.makeAccessible(field)
                    .set(
                            instance,
                            address.resolve(
                                    resource.value().startsWith("/") ? resource.value() : "/" + resource.value()));
        }
        for (Field field : ReflectionUtils.findFields(
                instance.getClass(),
                field -> field.getType() == PackagedService.class,
                HierarchyTraversalMode.TOP_DOWN)) {
            ReflectionUtils.makeAccessible(field).set(instance, service);
        }
    }

    private static PackagedService service(ExtensionContext context) {
        return POOL.of(AnnotationSupport.findAnnotation(context.getRequiredTestClass(), PackagedTest.class)
                .orElseThrow()
                .value());
    }

    /** The services under way, by their profiles, the one that was asked for last at the end. */
    private static final class Pool {

        /** How many run beside each other: classes of a package, which come after each other, have few profiles. */
        private static final int KEPT = 3;

        private final LinkedHashMap<Class<?>, Started> started = new LinkedHashMap<>(16, 0.75f, true);

        synchronized PackagedService of(Class<? extends QuarkusTestProfile> profile) {
            Started known = started.get(profile);
            if (known == null) {
                while (started.size() >= KEPT) {
                    Objects.requireNonNull(started.pollFirstEntry()).getValue().close();
                }
                known = Started.by(ReflectionUtils.newInstance(profile));
                started.put(profile, known);
            }
            return known.service;
        }

        synchronized void close() {
            started.values().forEach(Started::close);
            started.clear();
        }
    }

    /** A service, and the servers that only it uses. */
    private record Started(PackagedService service, List<QuarkusTestResourceLifecycleManager> servers)
            implements AutoCloseable {

        static Started by(QuarkusTestProfile profile) {
            Map<String, String> config = new HashMap<>();
            config.put("kolumn.state.backend", "memory");
            config.put("kolumn.state.log.refusals", "1000000");
            config.put("quarkus.http.ssl-port", "0");
            config.putAll(profile.getConfigOverrides());
            List<QuarkusTestResourceLifecycleManager> servers = new ArrayList<>();
            for (TestResourceEntry entry : profile.testResources()) {
                QuarkusTestResourceLifecycleManager server = ReflectionUtils.newInstance(entry.getClazz());
                servers.add(server);
                server.init(entry.getArgs());
                config.putAll(server.start());
            }
            List<String> options = new ArrayList<>(List.of("-Xmx512m"));
            config.forEach((key, value) -> options.add("-D" + key + "=" + value));
            PackagedService service = PackagedService.start(folder(profile), Map.of(), options);
            service.url();
            return new Started(service, servers);
        }

        /** Where its log stays for readers. */
        private static Path folder(QuarkusTestProfile profile) {
            try {
                Path all = Files.createDirectories(TestFolder.named("packaged"));
                return Files.createTempDirectory(all, profile.getClass().getSimpleName() + "-")
                        .toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            service.close();
            servers.forEach(QuarkusTestResourceLifecycleManager::stop);
        }
    }
}
