package io.kolumn.state;

import io.kolumn.state.diff.DocumentIndex;
import io.kolumn.state.diff.StateDiff;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long two documents in memory take to compare, in 256 MB of heap: with each {@code each}th resource changed. Run it with
 * {@code -prof gc} to see what is allocated.
 */
@State(Scope.Benchmark)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class StateDiffBenchmark {

    @Param("10000000")
    public int size;

    @Param({"1000", "10", "1"})
    public int each;

    private StateDocument before = StateDocument.parse("{}");
    private StateDocument after = before;

    @Setup
    public void documents() {
        before = GeneratedState.of(size, 1, each, "blue");
        after = GeneratedState.of(size, 2, each, "green");
    }

    @Benchmark
    public StateDiff diff() throws IOException {
        return StateDiff.between(DocumentIndex.of(before), DocumentIndex.of(after), false);
    }
}
