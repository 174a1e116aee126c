package io.kolumn.state.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.GeneratedState;
import io.kolumn.state.StateDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large documents are compared in a JVM whose heap has room for the two of them and little more. */
class StateDiffMemoryTest {

    /** The heap is at most 6 times one document for small ones, 1.6 times the two for large ones. */
    @ParameterizedTest(name = "two of {0} MB in {1} MB of heap, each {2}th resource changed")
    @CsvSource({"10, 64, 100", "10, 64, 1", "100, 320, 1000"})
    void largeDocumentsAreComparedInASmallHeap(int megabytes, int heap, int each) throws Exception {
        String told = compareInAnotherJvm(megabytes, heap, each);

        String[] counts = told.strip().split(" ");
        int resources = Integer.parseInt(counts[0]);
        assertThat(resources).isBetween(megabytes * 800, megabytes * 1300);
        assertThat(Integer.parseInt(counts[1])).as("changed").isEqualTo((resources + each - 1) / each);
        assertThat(counts[2]).as("added and removed").isEqualTo("0");
    }

    private static String compareInAnotherJvm(int megabytes, int heap, int each) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx" + heap + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StateDiffMemoryTest.class.getName(),
                        Integer.toString(megabytes),
                        Integer.toString(each))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(told).isZero();
        return told;
    }

    /** The other JVM: makes two documents, compares them, and prints how many resources there are and what differs. */
    public static void main(String[] arguments) throws IOException {
        int size = Integer.parseInt(arguments[0]) * 1_000_000;
        int each = Integer.parseInt(arguments[1]);
        StateDocument before = GeneratedState.of(size, 1, each, "blue");
        StateDocument after = GeneratedState.of(size, 2, each, "green");
        int resources = DocumentIndex.of(before).resources().size();
        StateDiff diff = StateDiff.between(DocumentIndex.of(before), DocumentIndex.of(after), false);
        System.out.println(resources + " " + diff.changed() + " " + (diff.added() + diff.removed()));
    }

    @Test
    void anAddressThatIsThereAgainAndAgainCostsNoMoreThanOthers() {
        StringBuilder text = new StringBuilder("{\"version\": 4, \"resources\": [");
        for (int i = 0; i < 50_000; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("{\"type\": \"t\", \"name\": \"n\", \"instances\": [{\"attributes\": {}}]}");
        }
        StateDocument document = StateDocument.parse(text.append("]}").toString());
        long start = System.nanoTime();

        assertThat(differing(document)).isZero();

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(20);
    }

    private static int differing(StateDocument document) {
        try {
            StateDiff diff = StateDiff.between(DocumentIndex.of(document), DocumentIndex.of(document), false);
            return diff.added() + diff.changed() + diff.removed();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
