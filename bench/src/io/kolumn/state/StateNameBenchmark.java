package io.kolumn.state;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to check a name. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StateNameBenchmark {

    @Param({"prod", "team-a/network/eu-central-1/prod"})
    public String name = "";

    @Benchmark
    public StateName accepted() {
        return StateName.of(name);
    }

    @Benchmark
    public StateException refused() {
        try {
            throw new IllegalStateException("Accepted: " + StateName.of(name + "/../prod"));
        } catch (StateException.Invalid refusal) {
            return refusal;
        }
    }
}
