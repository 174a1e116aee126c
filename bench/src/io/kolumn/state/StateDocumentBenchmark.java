package io.kolumn.state;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How fast documents are read: bytes kept, digested and scanned in one pass. The row {@code :megabytes} is MB/s. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class StateDocumentBenchmark {

    private static final double MEGABYTE = 1e6;

    /** Megabytes read; JMH shows them for each second. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Read {
        public double megabytes;
    }

    @Param({"1000", "100000", "10000000"})
    public int size;

    private byte[] document = {};

    @Setup
    public void document() {
        document = size < 10_000
                ? "{\"version\": 4, \"serial\": 7, \"lineage\": \"a\", \"outputs\": {\"a\": {\"value\": \"%s\"}}}"
                        .formatted("x".repeat(size - 80))
                        .getBytes(StandardCharsets.UTF_8)
                : LargeDocument.of(size);
    }

    @Benchmark
    public StateDocument parse(Read read) {
        read.megabytes += document.length / MEGABYTE;
        return StateDocument.parse(document);
    }

    /** As from a connection whose client did not say how much will come. */
    @Benchmark
    public StateDocument readOfUnknownLength(Read read) throws IOException {
        read.megabytes += document.length / MEGABYTE;
        return StateDocument.read(new ByteArrayInputStream(document), -1, Long.MAX_VALUE);
    }
}
