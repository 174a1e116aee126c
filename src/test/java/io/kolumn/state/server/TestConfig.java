package io.kolumn.state.server;

import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.store.memory.MemoryProvider;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The configuration of a service on the memory store, without any container. */
public final class TestConfig {

    private TestConfig() {}

    public static ServiceConfig of(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("kolumn.state.backend", "memory");
        return new ConfigReader(
                        new SmallRyeConfigBuilder()
                                .withSources(new PropertiesConfigSource(all, "test", 100))
                                .build(),
                        new BackendFactory(List.of(new MemoryProvider())))
                .read("127.0.0.1");
    }
}
