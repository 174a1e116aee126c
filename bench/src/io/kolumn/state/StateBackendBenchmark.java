package io.kolumn.state;

import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.backend.WriteResult;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the rules cost, over a store that costs next to nothing. {@code -t 2} runs two threads, each on its own state. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StateBackendBenchmark {

    private final StateBackend backend =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());
    private final AtomicInteger states = new AtomicInteger();

    /** A state of one thread's own, with a history as long as retention lets it become. */
    @State(Scope.Thread)
    public static class Writer {
        private final RisingDocument document = new RisingDocument(1024);
        private final LockInfo holder = LockInfo.of("8b9f6ab4", "bench", "apply");
        private StateName name = StateName.of("none");

        @Setup(Level.Trial)
        public void state(StateBackendBenchmark bench) {
            name = StateName.of("bench/" + bench.states.incrementAndGet());
            for (int i = 0; i < BackendSettings.defaults().retainedSessions(); i++) {
                bench.backend.put(name, StateDocument.parse(document.next()), WriteOptions.none());
            }
        }
    }

    @Benchmark
    public Optional<VersionedDocument> get(Writer writer) {
        return backend.get(writer.name);
    }

    /** 1 KiB, parsed each time since its serial is another. */
    @Benchmark
    public WriteResult put(Writer writer) {
        return backend.put(writer.name, StateDocument.parse(writer.document.next()), WriteOptions.none());
    }

    @Benchmark
    public boolean lockAndUnlock(Writer writer) {
        LockResult acquired = backend.lock(writer.name, writer.holder, LockOptions.none());
        return backend.unlock(writer.name, acquired.lock().info().id());
    }
}
