package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.spi.ObserverMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of a start: the checks observe it with the priority that is usual. */
class UpkeepTest {

    @ParameterizedTest
    @ValueSource(classes = {InventoryUpkeep.class, EventUpkeep.class})
    void upkeepBeginsAfterTheChecksOfTheStart(Class<?> upkeep) throws Exception {
        Priority priority = upkeep.getDeclaredMethod("begin", StartupEvent.class)
                .getParameters()[0]
                .getAnnotation(Priority.class);

        assertThat(priority).isNotNull();
        assertThat(priority.value()).isGreaterThan(ObserverMethod.DEFAULT_PRIORITY);
    }
}
