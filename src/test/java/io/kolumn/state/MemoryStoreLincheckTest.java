package io.kolumn.state;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.kolumn.state.store.memory.MemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The memory store is linearizable: of racing commits from one head exactly one wins, and all see it. */
@Param(name = "from", gen = IntGen.class, conf = "0:2")
public class MemoryStoreLincheckTest {

    private static final StateName NAME = StateName.of("prod");
    private static final List<StateDocument> DOCUMENTS = List.of(
            Documents.serial(0), Documents.serial(1), Documents.serial(2), Documents.serial(3), Documents.serial(4));

    private static final String[] COLLECTIONS = {
        ConcurrentHashMap.class.getName(), ConcurrentSkipListSet.class.getName()
    };

    /** Immutable, so that no order of their steps matters. */
    private static final String[] VALUES = {
        StateName.class.getName(),
        StateDocument.class.getName(),
        StateVersion.class.getName(),
        StateHead.class.getName(),
        Transition.class.getName(),
        VersionedDocument.class.getName()
    };

    private final MemoryStore store = new MemoryStore();

    /** Racers from one head bring heads that are alike in all but who brought them. */
    @Operation
    public boolean commit(@Param(name = "from") int from) {
        return store.commit(new Transition(head(from), head(from + 1), DOCUMENTS.get(from + 1), List.of()));
    }

    /** A lock, say: it moves the head and brings no version. */
    @Operation
    public boolean touch(@Param(name = "from") int from) {
        StateHead there = head(from);
        return there != null
                && store.commit(
                        new Transition(there, there.withLock(null, "commit-touched", Instant.EPOCH), null, List.of()));
    }

    @Operation
    public String head() {
        return store.head(NAME)
                .map(head -> head.revision() + " " + head.lastVersion())
                .orElse("none");
    }

    @Operation
    public List<Long> history() {
        return store.history(NAME, Long.MAX_VALUE, 10).stream()
                .map(StateVersion::number)
                .toList();
    }

    @Operation
    public boolean content(@Param(name = "from") int from) {
        return from > 0 && store.content(NAME, version(from)).isPresent();
    }

    private static @Nullable StateHead head(int number) {
        return number == 0
                ? null
                : StateHead.unborn(NAME, Instant.EPOCH)
                        .withVersion(version(number), 0, null)
                        .withRevision("commit-" + number);
    }

    private static StateVersion version(int number) {
        return StateVersion.of(number, "commit-" + number, DOCUMENTS.get(number), Instant.EPOCH, "", "put", 0);
    }

    @Test
    void everyInterleavingIsLinearizable() {
        new ModelCheckingOptions()
                .addGuarantee(forClasses(COLLECTIONS).allMethods().treatAsAtomic())
                .addGuarantee(forClasses(VALUES).allMethods().ignore())
                .iterations(25)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(2)
                .check(MemoryStoreLincheckTest.class);
    }

    @Test
    void realThreadsAreLinearizable() {
        new StressOptions()
                .iterations(20)
                .invocationsPerIteration(2_000)
                .threads(3)
                .actorsPerThread(3)
                .check(MemoryStoreLincheckTest.class);
    }
}
