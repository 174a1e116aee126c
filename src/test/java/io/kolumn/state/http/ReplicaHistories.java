package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.Linearizability;
import io.kolumn.state.Linearizability.Seen;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What clients of several replicas saw of the same states, and whether it can have happened. */
public final class ReplicaHistories {

    private static final int CLIENTS = 6;
    private static final int STATES = 3;
    private static final int CALLS = 120;

    /** What was asked of a state, and the status that was answered; {@code seen} is the document that was read. */
    private record Call(String kind, String id, int serial, int status, String seen) {}

    /**
     * @param document empty for none
     * @param used whether the holder has written the document under its lock
     */
    private record State(String holder, String document, int serial, boolean used) {}

    private final Map<String, ConcurrentLinkedQueue<Seen<Call>>> histories = new HashMap<>();
    private final List<URI> replicas;
    private final Runnable atHalf;
    private final AtomicBoolean half = new AtomicBoolean();

    private ReplicaHistories(List<URI> replicas, Runnable atHalf) {
        this.replicas = replicas;
        this.atHalf = atHalf;
        for (int state = 0; state < STATES; state++) {
            histories.put("state-" + state, new ConcurrentLinkedQueue<>());
        }
    }

    /**
     * Has the clients do what they do, with {@code atHalf} once while they are at it. A client that gets no answer goes on
     * at the first replica.
     */
    public static ReplicaHistories run(List<URI> replicas, Runnable atHalf) {
        ReplicaHistories histories = new ReplicaHistories(replicas, atHalf);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = IntStream.range(0, CLIENTS)
                    .<Future<?>>mapToObj(client -> threads.submit(() -> histories.client(client)))
                    .toList();
            for (Future<?> client : clients) {
                client.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return histories;
    }

    /** What was answered at least once: the kind of call and the status. */
    public Set<String> answers() {
        return histories.values().stream()
                .flatMap(ConcurrentLinkedQueue::stream)
                .map(seen -> seen.call().kind() + seen.call().status())
                .collect(Collectors.toSet());
    }

    public void assertLinearizable() {
        histories.forEach((name, history) -> {
            assertThat(history).hasSizeGreaterThan(CALLS);
            assertThat(Linearizability.holds(
                            new State("", "", -1, false), ReplicaHistories::model, List.copyOf(history)))
                    .as("the history of %s: %s", name, history)
                    .isTrue();
        });
    }

    /** The rules, as docs/protocol.md has them. */
    private static @Nullable State model(State state, Call call) {
        return switch (call.kind()) {
            case "get" -> call.seen().equals(state.document()) ? state : null;
            case "lock" -> locked(state, call);
            case "unlock" -> unlocked(state, call);
            default -> written(state, call);
        };
    }

    private static @Nullable State locked(State state, Call call) {
        boolean free = state.holder().isEmpty() || state.holder().equals(call.id());
        int status = !free ? 423 : state.used() ? 409 : 200;
        State after = status == 200 ? new State(call.id(), state.document(), state.serial(), false) : state;
        return answered(call, status) ? after : null;
    }

    private static @Nullable State unlocked(State state, Call call) {
        boolean mine = state.holder().isEmpty() || state.holder().equals(call.id());
        State after = mine ? new State("", state.document(), state.serial(), false) : state;
        return answered(call, mine ? 200 : 423) ? after : null;
    }

    private static @Nullable State written(State state, Call call) {
        if (state.document().equals(call.seen())) {
            return answered(call, 200) ? state : null;
        }
        int status = !state.holder().isEmpty() && !state.holder().equals(call.id())
                ? 423
                : state.holder().isEmpty() && !call.id().isEmpty() ? 409 : call.serial() <= state.serial() ? 409 : 200;
        State after = status == 200
                ? new State(
                        state.holder(),
                        call.seen(),
                        call.serial(),
                        !state.holder().isEmpty())
                : state;
        return answered(call, status) ? after : null;
    }

    private static boolean answered(Call call, int status) {
        return call.status() == 0 || call.status() == status;
    }

    private void client(int number) {
        Random random = new Random(number);
        URI replica = replicas.get(number % replicas.size());
        for (int call = 0; call < CALLS; call++) {
            String name = "state-" + random.nextInt(STATES);
            long begin = System.nanoTime();
            Call answered;
            long end;
            Call asked = ask(random, "client-" + number, call, number);
            try {
                answered = send(replica, name, asked);
                end = answered.status() == 0 ? Long.MAX_VALUE : System.nanoTime();
            } catch (UncheckedIOException e) {
                answered = asked;
                end = Long.MAX_VALUE;
            }
            if (!(answered.kind().equals("get") && end == Long.MAX_VALUE)) {
                histories.get(name).add(new Seen<>(answered, begin, end));
            }
            if (call == CALLS / 2 && half.compareAndSet(false, true)) {
                atHalf.run();
            }
            if (end == Long.MAX_VALUE) {
                replica = replicas.get(0);
            }
        }
    }

    private static Call ask(Random random, String id, int call, int number) {
        int serial = call + random.nextInt(5);
        String document = TestStates.state(serial, TestStates.LINEAGE, number + "-" + call);
        return switch (random.nextInt(6)) {
            case 0 -> new Call("lock", id, 0, 0, "");
            case 1 -> new Call("unlock", id, 0, 0, "");
            case 2 -> new Call("get", "", 0, 0, "");
            case 3 -> new Call("put", "", serial, 0, document);
            default -> new Call("put", id, serial, 0, document);
        };
    }

    /** Status 0 for an answer that leaves open what happened. */
    private static Call send(URI replica, String name, Call asked) {
        Wire wire = Wire.to(replica);
        String path = "/terraform/" + name;
        Wire.Answer answer = switch (asked.kind()) {
            case "get" -> wire.get(path);
            case "lock" ->
                wire.request("LOCK", path).json(TestStates.lockInfo(asked.id())).send();
            case "unlock" ->
                wire.request("UNLOCK", path)
                        .json(TestStates.lockInfo(asked.id()))
                        .send();
            default ->
                wire.request("POST", path + (asked.id().isEmpty() ? "" : "?ID=" + asked.id()))
                        .json(asked.seen())
                        .send();
        };
        int status = answer.status() >= 500 ? 0 : answer.status();
        boolean get = asked.kind().equals("get");
        String seen = get && status == 200 ? answer.text() : asked.seen();
        return new Call(asked.kind(), asked.id(), asked.serial(), get && status == 404 ? 200 : status, seen);
    }
}
