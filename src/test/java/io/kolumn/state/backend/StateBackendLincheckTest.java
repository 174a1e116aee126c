package io.kolumn.state.backend;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.kolumn.state.Documents;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.store.memory.MemoryStore;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The backend is linearizable: every answer, refusals included, is the one of some order of the calls one after the
 * other. A write that passed the check of a lock which another took in between, say, has no such order.
 */
@Param(name = "id", gen = IntGen.class, conf = "1:2")
@Param(name = "serial", gen = IntGen.class, conf = "1:3")
public class StateBackendLincheckTest {

    private static final StateName NAME = StateName.of("prod");
    private static final List<StateDocument> DOCUMENTS =
            List.of(Documents.serial(0), Documents.serial(1), Documents.serial(2), Documents.serial(3));
    /** Immutable, so that no order of their steps matters; the store has a test of its own. */
    private static final String[] VALUES = Stream.of(
                    RandomId.class,
                    UUID.class,
                    StateName.class,
                    StateDocument.class,
                    StateVersion.class,
                    StateHead.class,
                    Lock.class,
                    LockInfo.class,
                    LockOptions.class,
                    WriteOptions.class,
                    WriteRules.class,
                    Retention.class,
                    Transition.class,
                    HeadUpdate.class,
                    WriteResult.class,
                    LockResult.class,
                    VersionedDocument.class,
                    Operation.class,
                    MovableClock.class)
            .map(Class::getName)
            .toArray(String[]::new);

    private final StateBackend backend =
            new StateBackend(new MemoryStore(), new MovableClock(), BackendSettings.defaults());

    @Operation
    public String lock(@Param(name = "id") int id) {
        return answer(() -> {
            LockResult acquired = backend.lock(NAME, LockInfo.of("id-" + id, "", ""), LockOptions.none());
            return (acquired.fresh() ? "taken " : "held ") + acquired.lock().fence();
        });
    }

    @Operation
    public String unlock(@Param(name = "id") int id) {
        return answer(() -> "released " + backend.unlock(NAME, "id-" + id));
    }

    @Operation
    public String forceUnlock() {
        return answer(() -> "broken " + backend.forceUnlock(NAME, ""));
    }

    @Operation
    public String put(@Param(name = "serial") int serial) {
        return answer(() -> told(backend.put(NAME, DOCUMENTS.get(serial), WriteOptions.none())));
    }

    @Operation
    public String putLocked(@Param(name = "serial") int serial, @Param(name = "id") int id) {
        WriteOptions asHolder = WriteOptions.none().withLock("id-" + id);
        return answer(() -> told(backend.put(NAME, DOCUMENTS.get(serial), asHolder)));
    }

    private static String told(WriteResult written) {
        return written.version().number()
                + (written.created() ? " created" : "")
                + (written.changed() ? " changed" : "");
    }

    @Operation
    public String delete() {
        return answer(() -> "deleted " + backend.delete(NAME, WriteOptions.none()));
    }

    @Operation
    public String get() {
        return answer(() -> backend.get(NAME)
                .map(stored ->
                        stored.version().number() + ": " + stored.document().serial())
                .orElse("none"));
    }

    private static String answer(Supplier<String> call) {
        try {
            return call.get();
        } catch (Locked locked) {
            return "locked by " + locked.holder().id();
        } catch (Conflict conflict) {
            return conflict.reason().code();
        }
    }

    @Test
    void everyInterleavingIsLinearizable() {
        new ModelCheckingOptions()
                .addGuarantee(
                        forClasses(MemoryStore.class.getName()).allMethods().treatAsAtomic())
                .addGuarantee(forClasses(VALUES).allMethods().ignore())
                .iterations(25)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(2)
                .check(StateBackendLincheckTest.class);
    }

    @Test
    void realThreadsAreLinearizable() {
        new StressOptions()
                .iterations(20)
                .invocationsPerIteration(1_000)
                .threads(3)
                .actorsPerThread(3)
                .check(StateBackendLincheckTest.class);
    }
}
