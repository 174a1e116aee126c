package io.kolumn.state.store;

import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.memory.MemoryStore;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Contents go behind the answer, and nobody who looks through this store, or closes it, notices. */
@Timeout(60)
class AsyncDeletingStoreTest {

    /** A storage in which nothing is dropped before the gate opens. */
    private static final class Slow extends ForwardingStore {
        private final CountDownLatch gate = new CountDownLatch(1);
        private final Queue<String> events = new ConcurrentLinkedQueue<>();
        private volatile boolean broken;

        Slow() {
            super(new MemoryStore());
        }

        @Override
        public void deleteContent(StateName name, StateVersion version) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            events.add("dropped " + version.number());
            if (broken) {
                throw new Unavailable("away", null);
            }
            super.deleteContent(name, version);
        }

        @Override
        public List<String> orphans(StateName name) {
            events.add("looked for orphans");
            return List.of();
        }

        @Override
        public void close() {
            events.add("closed");
            super.close();
        }
    }

    private static final StateName NAME = StateName.of("team-a/prod");

    private final Slow slow = new Slow();
    private final AsyncDeletingStore store = new AsyncDeletingStore(slow);

    private final StateVersion first = record(1, document(1));
    private final StateVersion second = record(2, document(2));

    /** Two versions, the first of which is no longer kept, and not dropped yet either. */
    @BeforeEach
    void forgetTheFirst() {
        store.commit(write(NAME, null, first, document(1)));
        store.commit(write(NAME, store.head(NAME).orElseThrow(), second, document(2), first));
        store.deleteContent(NAME, first);
    }

    @Test
    void whoForgetsDoesNotWaitAndSeesItGone() {
        assertThat(slow.events).isEmpty();
        assertThat(store.content(NAME, first)).isEmpty();
        assertThat(store.content(NAME, second)).contains(document(2));

        slow.gate.countDown();

        await().until(() -> slow.content(NAME, first).isEmpty());
        assertThat(slow.events).containsExactly("dropped 1");
    }

    @Test
    void closingWaitsForWhatIsUnderWay() {
        opensTheGateLater();

        store.close();

        assertThat(slow.events).containsExactly("dropped 1", "closed");
    }

    /** Else a migration that brings a version back could lose it again. */
    @Test
    void aVersionThatIsBroughtBackIsWrittenAfterItWasDropped() {
        opensTheGateLater();

        StateHead head = store.head(NAME).orElseThrow();
        assertThat(store.commit(write(NAME, head, first, document(1), second))).isTrue();

        assertThat(slow.events).containsExactly("dropped 1");
        assertThat(store.content(NAME, first)).contains(document(1));
    }

    @Test
    void orphansAreLookedForWhenNothingIsUnderWay() {
        opensTheGateLater();

        assertThat(store.orphans(NAME)).isEmpty();

        assertThat(slow.events).containsExactly("dropped 1", "looked for orphans");
    }

    @Test
    void whatCannotBeDroppedStaysBehindAndNothingElseHappens() {
        slow.broken = true;
        slow.gate.countDown();

        await().until(() -> slow.events.contains("dropped 1"));
        assertThat(store.commit(write(store.head(NAME).orElseThrow(), document(3))))
                .isTrue();
        await().until(() -> {
            store.deleteContent(NAME, first);
            return slow.events.size() > 1;
        });
        assertThat(slow.events).containsOnly("dropped 1");
    }

    @Test
    void whoForgetsMoreThanAreUnderWayAtOnceWaits() {
        for (int number = 2; number <= 16; number++) {
            store.deleteContent(NAME, record(number, document(number)));
        }
        StateVersion last = record(17, document(17));
        Thread forgetting = Thread.ofVirtual().start(() -> store.deleteContent(NAME, last));
        await().until(() -> forgetting.getState() == Thread.State.WAITING);
        assertThat(slow.events).isEmpty();

        slow.gate.countDown();

        await().until(() -> slow.events.size() == 17);
        assertThat(slow.events).contains("dropped 17");
    }

    @Test
    void whatWasSetAsideIsGoneBeforeTheAnswer() {
        slow.gate.countDown();
        StateVersion quarantined = record(0, document(9));
        store.putAttachment(NAME, quarantined, document(9));

        store.deleteContent(NAME, quarantined);

        assertThat(slow.events).contains("dropped 0");
        assertThat(slow.attachments(NAME)).isEmpty();
    }

    /** When somebody waits for it. */
    private void opensTheGateLater() {
        Thread waiting = Thread.currentThread();
        Thread.ofPlatform().daemon().start(() -> {
            await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            slow.gate.countDown();
        });
    }
}
