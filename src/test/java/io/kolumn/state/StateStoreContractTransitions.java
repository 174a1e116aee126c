package io.kolumn.state;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Documents, records and transitions as the backend makes them, for tests of stores: counters go on, and every commit has
 * an id of its own. There is no rule in here, so that a test can also ask a store for what a backend never would.
 */
public final class StateStoreContractTransitions {

    /** In microseconds: what every storage can keep of a time. */
    public static final Instant NOW = Instant.parse("2026-03-01T10:20:30.123456Z");

    private StateStoreContractTransitions() {}

    public static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** A small document of Terraform's kind, another one for each serial. */
    public static StateDocument document(long serial) {
        return StateDocument.parse("""
                {"version": 4, "serial": %d, "lineage": "contract", "outputs": {"serial": {"value": %d}}}
                """.formatted(serial, serial));
    }

    public static StateVersion record(long number, StateDocument document) {
        return record(number, newId(), document, NOW.plusSeconds(number));
    }

    public static StateVersion record(long number, String id, StateDocument document, Instant created) {
        return new StateVersion(
                number,
                id,
                document.format(),
                document.isEmpty(),
                document.serial(),
                document.lineage(),
                document.sha256(),
                document.size(),
                created,
                "ada@example.org",
                "put",
                0);
    }

    public static Lock lock(String id, long fence) {
        return new Lock(LockInfo.of(id, "ada@example.org", "OperationTypeApply"), fence, NOW, null);
    }

    /** The first version of a state that never was. */
    public static Transition create(StateName name, StateDocument document) {
        return write(name, null, record(1, document), document);
    }

    /** The next version of a state, which then drops these records. */
    public static Transition write(StateHead from, StateDocument document, StateVersion... dropped) {
        return write(from.name(), from, record(from.lastVersion() + 1, document), document, dropped);
    }

    /** A version with this very record. */
    public static Transition write(
            StateName name,
            @Nullable StateHead from,
            StateVersion version,
            StateDocument document,
            StateVersion... dropped) {
        StateHead to = new StateHead(
                name,
                "",
                version.id(),
                version,
                from == null ? null : from.lock(),
                version.number(),
                (from == null ? 0 : from.versionCount()) + 1 - dropped.length,
                from == null ? 0 : from.fence(),
                Math.max(from == null ? -1 : from.highestSerial(), version.serial() == null ? -1 : version.serial()),
                version.created());
        return new Transition(from, to, document, List.of(dropped));
    }

    /** The tombstone. */
    public static Transition delete(StateHead from) {
        return headOnly(from, null, from.lock());
    }

    /** Another lock, or none. */
    public static Transition lock(StateHead from, @Nullable Lock lock) {
        return headOnly(from, from.current(), lock);
    }

    /** A lock on a state that never was. */
    public static Transition lock(StateName name, Lock lock) {
        StateHead to = new StateHead(name, "", newId(), null, lock, 0, 0, lock.fence(), -1, NOW);
        return new Transition(null, to, null, List.of());
    }

    /** Other labels, and nothing else. */
    public static Transition label(StateHead from, Labels labels) {
        return new Transition(from, from.withLabels(labels, newId(), NOW), null, List.of());
    }

    /** A state that never was, with labels and no version. */
    public static Transition label(StateName name, Labels labels) {
        StateHead to = StateHead.unborn(name, NOW).withLabels(labels, newId(), NOW);
        return new Transition(null, to, null, List.of());
    }

    private static Transition headOnly(StateHead from, @Nullable StateVersion current, @Nullable Lock lock) {
        StateHead to = new StateHead(
                from.name(),
                "",
                newId(),
                current,
                lock,
                from.lastVersion(),
                from.versionCount(),
                lock == null ? from.fence() : Math.max(from.fence(), lock.fence()),
                from.highestSerial(),
                from.changed().plusSeconds(1));
        return new Transition(from, to, null, List.of());
    }
}
