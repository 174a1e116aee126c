package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.store.CachingStore;
import io.kolumn.state.store.local.LocalSettings;
import io.kolumn.state.store.local.LocalStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a read of the current document allocates: little, and no more for a large document than for a small one. */
class AllocationsTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LARGE = 4 << 20;

    @TempDir
    Path folder;

    private static StateDocument sized(int size) {
        return StateDocument.parse(
                "{\"version\": 4, \"serial\": 1, \"lineage\": \"a\", \"noise\": \"" + "x".repeat(size) + "\"}");
    }

    /** The least of many reads: now and then one compiles, or makes what the next ones use. */
    private static long bytesOfARead(StateBackend backend, StateName name) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            assertThat(backend.get(name).isPresent()).isTrue();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void assertFlat(StateBackend backend, long most) {
        StateName small = StateName.of("small");
        StateName large = StateName.of("large");
        backend.put(small, sized(100), WriteOptions.none());
        backend.put(large, sized(LARGE), WriteOptions.none());
        long ofSmall = bytesOfARead(backend, small);
        long ofLarge = bytesOfARead(backend, large);
        assertThat(ofSmall).isBetween(1L, most);
        assertThat(ofLarge).isLessThanOrEqualTo(ofSmall + 256);
    }

    @Test
    void aReadFromMemory() {
        try (StateBackend backend =
                new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults())) {
            assertFlat(backend, 2048);
        }
    }

    @Test
    void aReadOfLocalFilesThatTheCacheHas() {
        LocalStore store = new LocalStore(LocalSettings.at(folder.resolve("kolumn.klstate")));
        try (StateBackend backend =
                new StateBackend(new CachingStore(store, 64 << 20), Clock.systemUTC(), BackendSettings.defaults())) {
            assertFlat(backend, 4096);
        }
    }
}
