package io.kolumn.state.store.local;

import static io.kolumn.state.store.local.LocalStoreProcess.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateStoreContractTransitions;
import io.kolumn.state.StateVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one folder, some of which are killed in the middle of what they do. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalStoreProcessesTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 25;
    private static final int KILLS = 30;
    private static final int FEWEST_KILLS = 8;
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final Pattern ACKNOWLEDGED = Pattern.compile("(\\d+) (\\d+) ([0-9a-f]{32})");

    @TempDir
    Path temporary;

    private String path() {
        return temporary.resolve("kolumn.klstate").toString();
    }

    @Test
    void aCounterUnderTheLockComesOutExact() throws Exception {
        String threads = Integer.toString(THREADS);
        String rounds = Integer.toString(ROUNDS);
        List<Long> counters = new ArrayList<>();
        List<Long> fences = new ArrayList<>();
        try (LocalStoreProcess one = LocalStoreProcess.start("count", path(), threads, rounds);
                LocalStoreProcess two = LocalStoreProcess.start("count", path(), threads, rounds)) {
            assertThat(Stream.of(one.line(), two.line())).containsOnly("ready");
            one.signal();
            two.signal();
            CompletableFuture<List<String>> others =
                    CompletableFuture.supplyAsync(() -> one.lines().toList());
            Stream.concat(two.lines().toList().stream(), others.get().stream())
                    .map(line -> line.split(" "))
                    .forEach(line -> {
                        counters.add(Long.valueOf(line[0]));
                        fences.add(Long.valueOf(line[1]));
                    });
            assertThat(one.exit()).isZero();
            assertThat(two.exit()).isZero();
        }

        int all = 2 * THREADS * ROUNDS;
        assertThat(counters).hasSize(all).doesNotHaveDuplicates();
        assertThat(fences).hasSize(all).doesNotHaveDuplicates();
        try (LocalFolder folder = new LocalFolder(temporary)) {
            LocalStore store = folder.open();
            StateHead head = store.head(SHARED).orElseThrow();
            assertThat(head.lock()).isNull();
            assertThat(head.fence()).isEqualTo(all);
            assertThat(head.lastVersion()).isEqualTo(all);
            assertThat(head.highestSerial()).isEqualTo(all);
            assertThat(text(store, LocalFolder.current(head))).contains("\"counter\":" + all + ",");
            assertThat(folder.read(SHARED + ".klstate")).contains("\"counter\":" + all + ",");
            assertThat(folder.file(SHARED + ".klstate.lock")).doesNotExist();
            assertThat(store.attachments(SHARED)).isEmpty();
        }
    }

    private static String text(LocalStore store, StateVersion version) {
        return new String(store.content(SHARED, version).orElseThrow().toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void nothingAcknowledgedIsLostWhenAWriterIsKilled() throws Exception {
        Random random = new Random();
        Map<Long, String> acknowledged = new HashMap<>();
        ConcurrentLinkedQueue<String> survivors = new ConcurrentLinkedQueue<>();
        try (LocalStoreProcess survivor = LocalStoreProcess.start("write", path())) {
            CompletableFuture<Void> listening =
                    CompletableFuture.runAsync(() -> survivor.lines().forEach(survivors::add));
            long end = System.nanoTime() + LONGEST.toNanos();
            for (int kill = 0; kill < KILLS && (kill < FEWEST_KILLS || System.nanoTime() < end); kill++) {
                try (LocalStoreProcess victim = LocalStoreProcess.start("write", path())) {
                    assertThat(victim.line()).isEqualTo("ready");
                    for (int writes = random.nextInt(6); writes > 0; writes--) {
                        note(acknowledged, victim.line());
                    }
                    spin(random.nextInt(40_000));
                    victim.kill();
                    victim.lines().forEach(line -> note(acknowledged, line));
                }
                drain(survivors, acknowledged);
                assertNothingIsLost(acknowledged);
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> drain(survivors, acknowledged) > 0);
            }
            survivor.signal();
            assertThat(survivor.exit()).isZero();
            listening.get();
            drain(survivors, acknowledged);
        }
        assertNothingIsLost(acknowledged);
        assertOnlyWhatIsKeptIsLeft();
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    private static int drain(ConcurrentLinkedQueue<String> lines, Map<Long, String> acknowledged) {
        int noted = 0;
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            noted += note(acknowledged, line) ? 1 : 0;
        }
        return noted;
    }

    /** A number that was acknowledged twice, with two ids, is a version that was lost. */
    private static boolean note(Map<Long, String> acknowledged, String line) {
        Matcher write = ACKNOWLEDGED.matcher(Objects.requireNonNull(line, "The writer has ended"));
        if (write.matches()) {
            assertThat(acknowledged.put(Long.valueOf(write.group(1)), write.group(3)))
                    .as("version %s", write.group(1))
                    .isNull();
        }
        return write.matches();
    }

    private void assertNothingIsLost(Map<Long, String> acknowledged) {
        long newest =
                acknowledged.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
        try (LocalFolder folder = new LocalFolder(temporary)) {
            LocalStore store = folder.open();
            List<StateVersion> history = store.history(SHARED, Long.MAX_VALUE, Integer.MAX_VALUE);
            long there = history.isEmpty() ? 0 : history.getFirst().number();
            assertThat(there).isGreaterThanOrEqualTo(newest);
            for (StateVersion version : history) {
                String id = acknowledged.get(version.number());
                assertThat(id == null ? version.id() : id).isEqualTo(version.id());
            }
            readsOrIsDropped(store, history);
        }
    }

    /** The survivor goes on: what is no more there must have left the history. */
    private static void readsOrIsDropped(LocalStore store, List<StateVersion> history) {
        for (StateVersion version : history) {
            if (store.content(SHARED, version).isEmpty()) {
                assertThat(store.history(SHARED, version.number() + 1, 1)).doesNotContain(version);
            }
        }
    }

    private void assertOnlyWhatIsKeptIsLeft() throws IOException {
        try (LocalFolder folder = new LocalFolder(temporary)) {
            folder.open();
            assertThat(folder.file(SHARED + ".klstate")).exists();
            for (String file : LocalFolder.files(folder.inside(SHARED.value()))) {
                LocalFolder.age(folder.inside(SHARED.value()).resolve(file));
            }
            LocalStore store = folder.reopen();
            StateHead head = store.head(SHARED).orElseThrow();
            List<String> kept = new ArrayList<>(List.of("+head"));
            for (StateVersion version : store.history(SHARED, Long.MAX_VALUE, Integer.MAX_VALUE)) {
                if (version.size() > LogWriter.SMALL) {
                    kept.add("+" + version.number() + "-" + version.id());
                }
                assertThat(store.content(SHARED, version)).isPresent();
            }
            assertThat(head.versionCount())
                    .isEqualTo(store.history(SHARED, Long.MAX_VALUE, Integer.MAX_VALUE)
                            .size());
            assertThat(LocalFolder.files(folder.inside(SHARED.value()))).containsExactlyInAnyOrderElementsOf(kept);
            assertThat(folder.read(SHARED + ".klstate")).isEqualTo(text(store, LocalFolder.current(head)));
            assertThat(store.attachments(SHARED)).isEmpty();
            LocalFolder.commit(
                    store,
                    StateStoreContractTransitions.write(
                            head, StateStoreContractTransitions.document(head.highestSerial() + 1)));
        }
    }
}
