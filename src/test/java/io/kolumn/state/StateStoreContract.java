package io.kolumn.state;

import static io.kolumn.state.StateStoreContractTransitions.NOW;
import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.label;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.newId;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Unavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link StateStore} does, as tests: extend it, and say how a handle on the storage of this test is opened.
 * Where a storage cannot do as the contract says, override the test and give the reason.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class StateStoreContract {

    private static final StateName NAME = StateName.of("team-a/network/prod");
    private static final StateName OTHER = StateName.of("team-b");
    private static final ListQuery EVERYTHING = new ListQuery("", null, ListQuery.MAX_LIMIT, true, true);
    private static final int RACERS = 6;
    private static final int ROUNDS = 25;

    private final List<StateStore> handles = new ArrayList<>();
    private StateStore store;

    /** A new handle on the storage of this test, which is empty at first; the contract closes it. */
    protected abstract StateStore open();

    /** False if what was committed goes with the last handle. */
    protected boolean survivesReopen() {
        return true;
    }

    /** More states than the storage gives out in one answer of its own, where that has pages. */
    protected int manyStates() {
        return 150;
    }

    @BeforeEach
    void openTheFirstHandle() {
        store = another();
    }

    @AfterEach
    void closeTheHandles() {
        handles.forEach(StateStore::close);
    }

    private StateStore another() {
        StateStore handle = open();
        handles.add(handle);
        return handle;
    }

    private void reopen() {
        if (survivesReopen()) {
            closeTheHandles();
            handles.clear();
            store = another();
        }
    }

    private StateHead commit(Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return head(transition.name());
    }

    private StateHead head(StateName name) {
        return store.head(name).orElseThrow();
    }

    private static StateVersion current(StateHead head) {
        return Objects.requireNonNull(head.current());
    }

    private List<StateVersion> history(StateName name) {
        return store.history(name, Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    private List<String> names(ListQuery query) {
        return store.list(query).heads().stream()
                .map(head -> head.name().value())
                .toList();
    }

    private void createAll(String... names) {
        for (String name : names) {
            commit(create(StateName.of(name), document(1)));
        }
    }

    private void assertComesBack(StateName name, byte[] bytes) {
        StateHead head = commit(create(name, StateDocument.parse(bytes)));
        reopen();
        StateDocument read = store.content(name, current(head)).orElseThrow();
        assertThat(read.toBytes()).isEqualTo(bytes);
        assertThat(List.of(read.format(), read.isEmpty(), read.size(), read.sha256()))
                .isEqualTo(List.of(
                        current(head).format(),
                        current(head).empty(),
                        (long) bytes.length,
                        current(head).sha256()));
        assertThat(read.serial()).isEqualTo(current(head).serial());
        assertThat(read.lineage()).isEqualTo(current(head).lineage());
    }

    // What was written is read.

    @Test
    void aFirstCommitIsRead() {
        Transition first = create(NAME, document(1));

        assertThat(store.commit(first)).isTrue();

        assertThat(head(NAME).revision()).isNotEmpty();
        assertThat(head(NAME).withRevision("")).isEqualTo(first.to());
        assertThat(store.content(NAME, current(first.to()))).contains(document(1));
        assertThat(history(NAME)).containsExactly(first.to().current());
    }

    @Test
    void everyFixtureComesBackByteForByte() throws IOException {
        for (String fixture : List.of(
                "terraform-v4-small.tfstate",
                "terraform-v4-medium.tfstate",
                "terraform-v4-empty-after-destroy.tfstate",
                "opentofu-encrypted.tfstate",
                "kolumn-universal.klstate",
                "kolumn-universal-newer.klstate")) {
            try (InputStream in = StateStoreContract.class.getResourceAsStream("/fixtures/" + fixture)) {
                assertComesBack(
                        StateName.of("fixtures/" + fixture),
                        Objects.requireNonNull(in, fixture).readAllBytes());
            }
        }
    }

    @Test
    void textIsNeverWrittenAnew() {
        assertComesBack(
                NAME,
                "\r\n{ \"z\" : 1.0e0,\t\"a\":\"käse 日本 \uD83E\uDDC0 \\u00e9 \\/ '; -- %s ${x}\" , \"n\":null }\n\n"
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void fiveMegabytesComeBackByteForByte() {
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        large.writeBytes("{\"serial\": 1, \"noise\": \"".getBytes(StandardCharsets.US_ASCII));
        new Random(5).ints(5 << 20, 'A', 'Z' + 1).forEach(large::write);
        large.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));
        assertComesBack(NAME, large.toByteArray());
    }

    @Test
    protected void theLongestNamesAreNames() {
        StateName wide = StateName.of("n".repeat(StateName.MAX_LENGTH));
        StateName deep = StateName.of("d/".repeat(StateName.MAX_LENGTH / 2) + "d");
        assertComesBack(wide, document(1).toBytes());
        assertComesBack(deep, document(2).toBytes());
        commit(lock(head(wide), lock("one", 1)));
        commit(delete(head(deep)));
        assertThat(names(EVERYTHING)).containsExactly(deep.value(), wide.value());
    }

    @Test
    void aNameThatIsTheFolderOfAnotherIsAState() {
        String[] names = {"a/b/c", "a", "a/b", "a/b.c", "a.b", "a-b", "a_b"};
        for (int i = 0; i < names.length; i++) {
            commit(create(StateName.of(names[i]), document(i)));
        }
        reopen();
        for (int i = 0; i < names.length; i++) {
            StateName name = StateName.of(names[i]);
            assertThat(store.content(name, current(head(name)))).contains(document(i));
            assertThat(history(name)).hasSize(1);
        }
        assertThat(names(EVERYTHING)).containsExactlyInAnyOrder(names);
    }

    @Test
    void everyFieldOfAHeadSurvives() {
        StateVersion version = record(42, document(7));
        FormerLocks former = FormerLocks.NONE.and(lock("before", 8)).and(lock("before that", 7));
        Labels labels = Labels.of(Map.of("team", "käse 日本 \uD83E\uDDC0 \"\\'%", "app.kubernetes.io/name", ""));
        StateHead to = new StateHead(NAME, "", newId(), version, lock("id", 9), 42, 17, 11, 99, NOW, former, labels);
        StateHead stored = commit(new Transition(null, to, document(7), List.of()));

        reopen();

        assertThat(head(NAME)).isEqualTo(stored);
        assertThat(stored.withRevision("")).isEqualTo(to);
    }

    @Test
    void everyFieldOfALockSurvives() {
        String sent = "{\"ID\":\"ü\",\"Created\":\"2026-01-01T00:00:00.123456789+02:00\",\n \"Who\":\"日本\"}\n";
        LockInfo info =
                new LockInfo("käse 1", "OperationTypePlan", "why \"so\"\n", "日本@host", "1.11.4", NOW, "/p", sent);
        List<Lock> locks = List.of(
                new Lock(
                        info,
                        3,
                        NOW.plusSeconds(1),
                        NOW.plus(Duration.ofHours(24)),
                        "github/repo:acme/app:ref:refs/heads/main"),
                new Lock(new LockInfo("bare", "", "", "", "", null, "", null), 4, NOW, null));
        for (Lock lock : locks) {
            commit(store.head(NAME).map(head -> lock(head, lock)).orElseGet(() -> lock(NAME, lock)));
            reopen();
            assertThat(head(NAME).lock()).isEqualTo(lock);
            assertThat(head(NAME).fence()).isEqualTo(lock.fence());
        }
    }

    @Test
    void everyFieldOfAVersionSurvives() {
        StateDocument content = document(1);
        StateVersion bare = new StateVersion(
                1,
                newId(),
                StateDocument.Format.OTHER,
                true,
                null,
                null,
                content.sha256(),
                content.size(),
                NOW,
                "",
                "",
                0);
        StateHead head = commit(write(NAME, null, bare, content));
        List<StateVersion> versions = new ArrayList<>(List.of(bare));
        for (StateDocument.Format format : StateDocument.Format.values()) {
            StateVersion full = new StateVersion(
                    head.lastVersion() + 1,
                    newId(),
                    format,
                    false,
                    Long.MAX_VALUE,
                    "lineage 日本 'x'",
                    content.sha256(),
                    content.size(),
                    NOW.plusSeconds(head.lastVersion()),
                    "ädä@example.org",
                    "OperationTypeApply",
                    77);
            head = commit(write(NAME, head, full, content));
            versions.addFirst(full);
        }
        store.putAttachment(NAME, record(0, content), content);

        reopen();

        assertThat(head(NAME).current()).isEqualTo(versions.getFirst());
        assertThat(history(NAME)).isEqualTo(versions);
    }

    // What is not there is empty.

    @Test
    void nothingIsKnownOfANameWithoutCommit() {
        createAll("team-a", "team-a/network/prod/eu", "team-a/network/prod-2");

        assertThat(store.head(NAME)).isEmpty();
        assertThat(history(NAME)).isEmpty();
        assertThat(store.attachments(NAME)).isEmpty();
        assertThat(store.content(NAME, record(1, document(1)))).isEmpty();
        assertThat(names(EVERYTHING)).doesNotContain(NAME.value());
        assertThatCode(() -> store.deleteContent(NAME, record(1, document(1)))).doesNotThrowAnyException();
    }

    @Test
    void contentOfAnotherIdOrNumberIsEmpty() {
        StateVersion version = current(commit(create(NAME, document(1))));

        assertThat(store.content(NAME, record(1, document(1)))).isEmpty();
        assertThat(store.content(NAME, record(2, version.id(), document(1), NOW)))
                .isEmpty();
        assertThat(store.content(OTHER, version)).isEmpty();
    }

    @Test
    void contentIsNeverServedForTheRecordOfOtherBytes() {
        StateVersion version = current(commit(create(NAME, document(1))));
        StateVersion forged = record(version.number(), version.id(), document(2), version.created());

        assertThat(contentOrDamage(NAME, forged)).isNull();
    }

    private @Nullable StateDocument contentOrDamage(StateName name, StateVersion version) {
        try {
            return store.content(name, version).orElse(null);
        } catch (Unavailable damaged) {
            return null;
        }
    }

    // A commit is the whole change or none.

    @Test
    void aCommitReplacesTheHeadAndKeepsTheOlderVersion() {
        StateHead first = commit(create(NAME, document(1)));
        StateHead second = commit(write(first, document(2)));

        assertThat(second.revision()).isNotEqualTo(first.revision());
        assertThat(store.content(NAME, current(first))).contains(document(1));
        assertThat(store.content(NAME, current(second))).contains(document(2));
        assertThat(history(NAME)).containsExactly(second.current(), first.current());
    }

    @Test
    void aCommitWithoutContentChangesTheHeadAlone() {
        StateHead written = commit(create(NAME, document(1)));
        StateHead locked = commit(lock(written, lock("id", 1)));
        StateHead unlocked = commit(lock(locked, null));

        assertThat(locked.lock()).isEqualTo(lock("id", 1));
        assertThat(unlocked.lock()).isNull();
        assertThat(unlocked.fence()).isEqualTo(1);
        assertThat(unlocked.current()).isEqualTo(written.current());
        assertThat(history(NAME)).containsExactly(written.current());
        assertThat(store.content(NAME, current(unlocked))).contains(document(1));
    }

    @Test
    void aNameCanBeLockedBeforeItIsWritten() {
        StateHead locked = commit(lock(NAME, lock("id", 1)));
        assertThat(locked.current()).isNull();
        assertThat(locked.tombstone()).isFalse();
        assertThat(history(NAME)).isEmpty();

        StateHead written = commit(write(locked, document(1)));
        assertThat(written.lock()).isEqualTo(lock("id", 1));
        assertThat(written.lastVersion()).isEqualTo(1);
    }

    @Test
    void aCommitOverAMovedHeadChangesNothing() {
        StateHead first = commit(create(NAME, document(1)));
        StateHead second = commit(write(first, document(2)));
        Transition late = write(first, document(3), current(first));

        assertThat(store.commit(late)).isFalse();

        assertNothingCameOf(late, second);
    }

    private void assertNothingCameOf(Transition refused, StateHead before) {
        List<StateVersion> history = history(NAME);
        reopen();
        assertThat(head(NAME)).isEqualTo(before);
        assertThat(history(NAME)).isEqualTo(history).doesNotContain(refused.version());
        assertThat(contentOrDamage(NAME, Objects.requireNonNull(refused.version())))
                .isNull();
        for (StateVersion kept : history) {
            assertThat(store.content(NAME, kept)).isPresent();
        }
    }

    @Test
    void creatingWhatIsThereChangesNothing() {
        StateHead first = commit(create(NAME, document(1)));
        Transition second = create(NAME, document(2));
        assertThat(store.commit(second)).isFalse();
        assertNothingCameOf(second, first);

        StateHead tombstone = commit(delete(first));
        assertThat(store.commit(second)).isFalse();
        assertNothingCameOf(second, tombstone);
    }

    @Test
    void replacingWhatIsNotThereChangesNothing() {
        StateHead elsewhere = commit(create(OTHER, document(1)));
        StateHead imagined =
                new StateHead(NAME, elsewhere.revision(), newId(), elsewhere.current(), null, 1, 1, 0, 1, NOW);

        assertThat(store.commit(write(imagined, document(2)))).isFalse();

        assertThat(store.head(NAME)).isEmpty();
        assertThat(history(NAME)).isEmpty();
        assertThat(names(EVERYTHING)).containsExactly(OTHER.value());
    }

    @Test
    void aHeadThatLooksLikeAnEarlierOneIsAnother() {
        StateHead unlocked = commit(create(NAME, document(1)));
        StateHead locked = commit(lock(unlocked, lock("id", 1)));
        StateHead again = commit(lock(locked, null));

        assertThat(again.revision()).isNotEqualTo(unlocked.revision());
        assertThat(store.commit(lock(unlocked, lock("thief", 2)))).isFalse();
        assertThat(head(NAME)).isEqualTo(again);
    }

    @Test
    void theSameTransitionAgainIsRefusedAndDamagesNothing() {
        Transition first = create(NAME, document(1));
        StateHead one = commit(first);
        assertThat(store.commit(first)).isFalse();
        assertThat(head(NAME)).isEqualTo(one);

        Transition second = write(one, document(2));
        StateHead two = commit(second);
        assertThat(store.commit(second)).isFalse();
        assertThat(store.commit(first)).isFalse();

        reopen();
        assertThat(head(NAME)).isEqualTo(two);
        assertThat(history(NAME)).containsExactly(two.current(), one.current());
        assertThat(store.content(NAME, current(one))).contains(document(1));
        assertThat(store.content(NAME, current(two))).contains(document(2));
    }

    @Test
    void theLoserOfANumberIsNeverTakenForTheWinner() {
        StateHead first = commit(create(NAME, document(1)));
        Transition loser = write(first, document(2));
        StateHead winner = commit(write(first, document(3)));
        assertThat(store.commit(loser)).isFalse();
        StateHead third = commit(write(winner, document(4)));

        assertThat(history(NAME)).containsExactly(third.current(), winner.current(), first.current());
        assertThat(store.content(NAME, current(winner))).contains(document(3));
    }

    // Deleted states and dropped versions.

    @Test
    void aDeletedStateLeavesATombstoneAndItsHistory() {
        StateHead written = commit(create(NAME, document(1)));
        StateHead tombstone = commit(delete(written));

        reopen();

        assertThat(head(NAME)).isEqualTo(tombstone);
        assertThat(tombstone.tombstone()).isTrue();
        assertThat(history(NAME)).containsExactly(written.current());
        assertThat(store.content(NAME, current(written))).contains(document(1));
    }

    @Test
    void aRecreatedStateGoesOnCounting() {
        StateHead locked = commit(lock(commit(create(NAME, document(8))), lock("id", 5)));
        StateHead tombstone = commit(delete(commit(lock(locked, null))));
        StateHead recreated = commit(write(tombstone, document(3)));

        assertThat(recreated.lastVersion()).isEqualTo(2);
        assertThat(recreated.fence()).isEqualTo(5);
        assertThat(recreated.highestSerial()).isEqualTo(8);
        assertThat(recreated.versionCount()).isEqualTo(2);
        assertThat(history(NAME)).containsExactly(recreated.current(), locked.current());
        assertThat(store.content(NAME, current(locked))).contains(document(8));
    }

    @Test
    void historyIsNewestFirstAndBounded() {
        StateHead head = commit(create(NAME, document(1)));
        for (int i = 2; i <= 12; i++) {
            head = commit(write(head, document(i)));
        }
        reopen();

        assertThat(numbers(Long.MAX_VALUE, Integer.MAX_VALUE))
                .containsExactly(12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertThat(numbers(Long.MAX_VALUE, 3)).containsExactly(12L, 11L, 10L);
        assertThat(numbers(10, 2)).containsExactly(9L, 8L);
        assertThat(numbers(3, 100)).containsExactly(2L, 1L);
        assertThat(numbers(1, 100)).isEmpty();
    }

    private List<Long> numbers(long before, int limit) {
        return store.history(NAME, before, limit).stream()
                .map(StateVersion::number)
                .toList();
    }

    @Test
    void headAndHistoryAreReadAsOfOneMoment() {
        assertThat(store.headWithHistory(NAME)).isEmpty();
        commit(lock(OTHER, lock("l", 7)));
        StateHead first = commit(create(NAME, document(1)));
        StateHead second = commit(write(first, document(2)));
        StateHead third = commit(write(second, document(3), current(first)));

        StateStore other = another();
        assertThat(other.headWithHistory(NAME)).contains(new HeadWithHistory(third, history(NAME)));
        assertThat(history(NAME)).containsExactly(current(third), current(second));
        assertThat(other.headWithHistory(OTHER)).contains(new HeadWithHistory(head(OTHER), List.of()));

        StateHead tombstone = commit(delete(commit(lock(third, lock("m", 1)))));
        assertThat(other.headWithHistory(NAME)).contains(new HeadWithHistory(tombstone, history(NAME)));
        assertThat(store.headWithHistory(StateName.of("nowhere"))).isEmpty();
    }

    /** Each commit brings a version and drops the one before it, so that a mixture would show. */
    @Test
    void headAndHistoryAreNeverOfTwoMoments() throws Exception {
        StateHead begun = commit(create(NAME, document(1)));
        StateStore other = another();
        AtomicBoolean ended = new AtomicBoolean();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> writer = threads.submit(() -> {
                StateHead head = begun;
                for (int serial = 2; serial <= ROUNDS * 4; serial++) {
                    assertThat(other.commit(write(head, document(serial), current(head))))
                            .isTrue();
                    head = other.head(NAME).orElseThrow();
                }
                ended.set(true);
                return null;
            });
            while (!ended.get() && !writer.isDone()) {
                HeadWithHistory seen = store.headWithHistory(NAME).orElseThrow();
                assertThat(seen.kept()).containsExactly(current(seen.head()));
            }
            writer.get();
        }
    }

    @Test
    void droppedRecordsLeaveTheHistoryWithTheCommit() {
        StateHead first = commit(create(NAME, document(1)));
        StateHead second = commit(write(first, document(2)));
        StateHead third = commit(write(second, document(3)));
        StateHead fourth = commit(write(third, document(4), current(first), current(third)));

        reopen();

        assertThat(history(NAME)).containsExactly(fourth.current(), second.current());
        assertThat(head(NAME).versionCount()).isEqualTo(2);
        assertThat(store.content(NAME, current(second))).contains(document(2));
    }

    @Test
    void forgettingDropsTheContentOfThatVersionAlone() {
        StateHead first = commit(create(NAME, document(1)));
        StateHead second = commit(write(first, document(2)));
        StateHead third = commit(write(second, document(3), current(first), current(second)));
        store.deleteContent(NAME, current(first));
        store.deleteContent(NAME, current(second));
        store.deleteContent(NAME, current(second));

        reopen();

        assertThat(store.content(NAME, current(first))).isEmpty();
        assertThat(store.content(NAME, current(second))).isEmpty();
        assertThat(store.content(NAME, current(third))).contains(document(3));
        assertThat(history(NAME)).containsExactly(third.current());
    }

    /** As a state is carried over from another storage: ids of commits of their own, and numbers with gaps. */
    @Test
    void theIdOfACommitNeedNotBeThatOfItsVersion() {
        StateVersion third = record(3, document(3));
        StateVersion seventh = record(7, document(7));
        StateHead to = new StateHead(NAME, "", "adopting-" + newId(), third, null, 3, 1, 0, 3, NOW);
        StateHead first = commit(new Transition(null, to, document(3), List.of()));
        StateHead next = new StateHead(NAME, "", "adopting-" + newId(), seventh, null, 7, 2, 5, 7, NOW);
        Transition second = new Transition(first, next, document(7), List.of());

        assertThat(store.commit(second)).isTrue();
        assertThat(store.commit(second)).isFalse();
        reopen();

        assertThat(head(NAME).withRevision("")).isEqualTo(next);
        assertThat(history(NAME)).containsExactly(seventh, third);
        assertThat(store.content(NAME, third)).contains(document(3));
        assertThat(store.content(NAME, seventh)).contains(document(7));
    }

    @Test
    void everythingCanBeDroppedAtOnceAndNumbersBeginAgain() {
        StateHead first = commit(create(NAME, document(1)));
        StateHead second = commit(write(first, document(2)));
        StateHead nothing = new StateHead(NAME, "", newId(), null, null, 0, 0, second.fence(), -1, NOW);
        List<StateVersion> old = List.of(current(first), current(second));
        StateHead emptied = commit(new Transition(second, nothing, null, old));
        assertThat(history(NAME)).isEmpty();
        old.forEach(version -> store.deleteContent(NAME, version));
        assertThat(names(EVERYTHING)).isEmpty();

        StateHead again = commit(write(emptied, document(9)));
        reopen();

        assertThat(again.lastVersion()).isEqualTo(1);
        assertThat(history(NAME)).containsExactly(current(again));
        assertThat(store.content(NAME, current(again))).contains(document(9));
        assertThat(contentOrDamage(NAME, current(first))).isNull();
    }

    // Lists.

    @Test
    void namesAreListedInByteOrder() {
        createAll("b", "a/b", "a.b", "a-b", "a", "aa", "a/B", "B", "_x", "0", "a/b/c", "a/b-c", "a0");
        assertThat(names(ListQuery.all()))
                .containsExactly("0", "B", "_x", "a", "a-b", "a.b", "a/B", "a/b", "a/b-c", "a/b/c", "a0", "aa", "b");
    }

    /** What hidden files a storage has of its own, these are none of them. */
    @Test
    void segmentsThatBeginWithADotAreNames() {
        List<String> names = List.of(
                "..a",
                ".github",
                ".github/x",
                "live",
                "live/.terragrunt-stack/vpc",
                "live/.x",
                "live/a",
                "live/a/.lock");
        names.reversed().forEach(this::createAll);
        StateName vpc = StateName.of("live/.terragrunt-stack/vpc");
        StateVersion refused = record(0, document(7));
        store.putAttachment(vpc, refused, document(7));
        StateHead second = commit(write(head(vpc), document(2)));

        assertThat(names(ListQuery.all())).containsExactlyElementsOf(names);
        assertThat(names(prefix("live/."))).containsExactly("live/.terragrunt-stack/vpc", "live/.x");
        assertThat(names(after("", "live/.terragrunt-stack/vpc"))).containsExactly("live/.x", "live/a", "live/a/.lock");
        reopen();
        assertThat(names(EVERYTHING)).containsExactlyElementsOf(names);
        assertThat(store.content(vpc, current(second))).contains(document(2));
        assertThat(history(vpc)).extracting(StateVersion::number).containsExactly(2L, 1L);
        assertThat(store.attachments(vpc)).containsExactly(refused);
        commit(delete(head(vpc)));
        assertThat(names(ListQuery.all())).hasSize(names.size() - 1).doesNotContain(vpc.value());
    }

    @Test
    void pagesFollowOneAnother() {
        List<String> names = new ArrayList<>(IntStream.range(0, manyStates())
                .mapToObj(i -> "team-" + i % 7 + "/state-" + i)
                .toList());
        names.forEach(this::createAll);
        Collections.sort(names);

        List<String> paged = new ArrayList<>();
        HeadPage page;
        StateName after = null;
        do {
            page = store.list(new ListQuery("", after, manyStates() / 4 + 1, false, false));
            page.heads().forEach(head -> paged.add(head.name().value()));
            after = page.heads().getLast().name();
        } while (page.more());

        assertThat(paged).isEqualTo(names);
    }

    @Test
    void aPageKnowsWhetherThereIsMore() {
        createAll("a", "b", "c");
        commit(delete(head(StateName.of("c"))));

        assertThat(store.list(new ListQuery("", null, 1, false, false)).more()).isTrue();
        assertThat(store.list(new ListQuery("", null, 2, false, false)).more()).isFalse();
        assertThat(store.list(new ListQuery("", null, 2, true, false)).more()).isTrue();
        assertThat(store.list(new ListQuery("", null, 3, true, false)).more()).isFalse();
        assertThat(store.list(new ListQuery("x", null, 1, true, false)).heads()).isEmpty();
    }

    @Test
    void aPrefixIsPlainText() {
        createAll("team", "team-a/x", "team-a/y", "team_a", "teama", "Team", "team.a", "tea", "other/team");

        assertThat(names(prefix("team"))).containsExactly("team", "team-a/x", "team-a/y", "team.a", "team_a", "teama");
        assertThat(names(prefix("team-a/"))).containsExactly("team-a/x", "team-a/y");
        assertThat(names(prefix("team_"))).containsExactly("team_a");
        assertThat(names(prefix("team."))).containsExactly("team.a");
        assertThat(names(prefix("team-a/x/"))).isEmpty();
        assertThat(names(prefix("%"))).isEmpty();
        assertThat(names(prefix("../"))).isEmpty();
    }

    private static ListQuery prefix(String prefix) {
        return new ListQuery(prefix, null, ListQuery.MAX_LIMIT, false, false);
    }

    @Test
    void aListStartsAfterANameThatNeedNotBeThere() {
        createAll("a", "a-b", "a/b", "b");

        assertThat(names(after("", "a-b"))).containsExactly("a/b", "b");
        assertThat(names(after("", "a.b"))).containsExactly("a/b", "b");
        assertThat(names(after("a", "a-b"))).containsExactly("a/b");
        assertThat(names(after("", "b"))).isEmpty();
        assertThat(names(after("a", "0"))).containsExactly("a", "a-b", "a/b");
    }

    private static ListQuery after(String prefix, String after) {
        return new ListQuery(prefix, StateName.of(after), ListQuery.MAX_LIMIT, false, false);
    }

    @Test
    void deletedAndMerelyLockedNamesAreListedWhenAskedFor() {
        createAll("live", "live-locked", "deleted", "deleted-locked");
        commit(lock(head(StateName.of("live-locked")), lock("id", 1)));
        commit(lock(StateName.of("unborn-locked"), lock("id", 1)));
        commit(lock(commit(lock(StateName.of("unborn"), lock("id", 1))), null));
        commit(delete(head(StateName.of("deleted"))));
        commit(lock(commit(delete(head(StateName.of("deleted-locked")))), lock("id", 1)));

        assertThat(names(kinds(false, false))).containsExactly("live", "live-locked");
        assertThat(names(kinds(true, false))).containsExactly("deleted", "deleted-locked", "live", "live-locked");
        assertThat(names(kinds(false, true))).containsExactly("deleted-locked", "live", "live-locked", "unborn-locked");
        assertThat(names(kinds(true, true)))
                .containsExactly("deleted", "deleted-locked", "live", "live-locked", "unborn-locked");
    }

    private static ListQuery kinds(boolean deleted, boolean locked) {
        return new ListQuery("", null, ListQuery.MAX_LIMIT, deleted, locked);
    }

    @Test
    void labelsComeAndGoWithTheHead() {
        StateHead created = commit(label(NAME, Labels.of(Map.of("team", "a"))));
        assertThat(created.labels()).isEqualTo(Labels.of(Map.of("team", "a")));
        assertThat(created.current()).isNull();
        assertThat(created.lastVersion()).isZero();

        StateHead written = commit(write(created, document(1)));
        assertThat(written.labels()).isNull();

        StateHead labelled = commit(label(written, Labels.NONE));
        assertThat(labelled.labels()).isEqualTo(Labels.NONE);
        assertThat(labelled.current()).isEqualTo(written.current());
        Labels most = Labels.of(IntStream.range(0, Labels.MAX_COUNT)
                .boxed()
                .collect(Collectors.toMap(
                        i -> "k".repeat(Labels.LONGEST_KEY - 2) + (10 + i), i -> "ü".repeat(Labels.LONGEST_VALUE))));
        StateHead many = commit(label(labelled, most));
        assertThat(store.commit(label(labelled, Labels.of(Map.of("late", ""))))).isFalse();
        reopen();
        assertThat(head(NAME)).isEqualTo(many);
        assertThat(head(NAME).labels()).isEqualTo(most);
        assertThat(store.headWithHistory(NAME).orElseThrow().head()).isEqualTo(many);

        StateHead deleted = commit(delete(head(NAME)));
        assertThat(deleted.labels()).isNull();
        StateHead again = commit(label(deleted, Labels.NONE));
        assertThat(again.created()).isTrue();
        assertThat(again.lastVersion()).isEqualTo(1);
    }

    @Test
    void createdStatesAreListed() {
        createAll("written", "deleted", "again");
        commit(label(StateName.of("created"), Labels.NONE));
        commit(label(commit(delete(head(StateName.of("again")))), Labels.of(Map.of("team", "a"))));
        commit(delete(head(StateName.of("deleted"))));
        commit(delete(commit(label(StateName.of("gone"), Labels.NONE))));

        assertThat(names(kinds(false, false))).containsExactly("again", "created", "written");
        assertThat(names(kinds(true, true))).containsExactly("again", "created", "deleted", "written");
        assertThat(store.list(ListQuery.all()).heads())
                .containsExactly(
                        head(StateName.of("again")), head(StateName.of("created")), head(StateName.of("written")));
        assertThat(store.count().states()).isEqualTo(1);
    }

    @Test
    void statesAreListedByTheirLabels() {
        createAll("a", "b/1", "b/2", "b/3", "none");
        commit(label(head(StateName.of("a")), Labels.of(Map.of("team", "a", "env", "prod"))));
        commit(label(head(StateName.of("b/1")), Labels.of(Map.of("team", "b", "env", "prod"))));
        commit(label(head(StateName.of("b/2")), Labels.of(Map.of("team", "b,=\"'\\", "cost center", ""))));
        commit(label(head(StateName.of("b/3")), Labels.NONE));
        commit(label(StateName.of("created"), Labels.of(Map.of("team", "b"))));
        commit(label(StateName.of("dropped"), Labels.of(Map.of("team", "b"))));
        commit(delete(head(StateName.of("dropped"))));

        assertThat(names(labelled("", "env=prod"))).containsExactly("a", "b/1");
        assertThat(names(labelled("", "team=b"))).containsExactly("b/1", "created");
        assertThat(names(labelled("b/", "team=b"))).containsExactly("b/1");
        assertThat(names(labelled("", "team=b,env"))).containsExactly("b/1");
        assertThat(names(labelled("", "team"))).containsExactly("a", "b/1", "b/2", "created");
        assertThat(names(labelled("", "cost center"))).containsExactly("b/2");
        assertThat(names(labelled("", "cost center="))).containsExactly("b/2");
        assertThat(names(labelled("", "team=b\\,=\"'\\\\"))).containsExactly("b/2");
        assertThat(names(labelled("", "team,missing"))).isEmpty();
        assertThat(names(labelled("", "Team"))).isEmpty();
        ListQuery page = new ListQuery("", null, 2, true, true, LabelSelector.parse("team"));
        HeadPage first = store.list(page);
        assertThat(first.heads()).containsExactly(head(StateName.of("a")), head(StateName.of("b/1")));
        assertThat(first.more()).isTrue();
        HeadPage second = store.list(page.behind(first.heads().getLast().name(), 2));
        assertThat(second.heads()).containsExactly(head(StateName.of("b/2")), head(StateName.of("created")));
        assertThat(second.more()).isFalse();
    }

    private static ListQuery labelled(String prefix, String labels) {
        return new ListQuery(prefix, null, ListQuery.MAX_LIMIT, true, true, LabelSelector.parse(labels));
    }

    @Test
    void listedHeadsAreTheHeads() {
        createAll("a", "b", "c");
        commit(lock(head(StateName.of("b")), lock("id", 1)));
        commit(delete(head(StateName.of("c"))));

        assertThat(store.list(EVERYTHING).heads())
                .containsExactly(head(StateName.of("a")), head(StateName.of("b")), head(StateName.of("c")));
    }

    @Test
    void lockedHeadsAreListedApart() {
        createAll("a", "a-locked", "b", "b/locked", "deleted");
        commit(lock(head(StateName.of("a-locked")), lock("1", 1)));
        commit(lock(head(StateName.of("b/locked")), lock("2", 1)));
        commit(lock(commit(delete(head(StateName.of("deleted")))), lock("3", 1)));
        commit(lock(StateName.of("unborn"), lock("4", 1)));
        commit(lock(commit(lock(StateName.of("was-locked"), lock("5", 1))), null));

        assertThat(locked("", null)).containsExactly("a-locked", "b/locked", "deleted", "unborn");
        assertThat(locked("b", null)).containsExactly("b/locked");
        assertThat(locked("", "b")).containsExactly("b/locked", "deleted", "unborn");
        assertThat(locked("../", null)).isEmpty();
        assertThat(store.locked("", null, 2).heads())
                .containsExactly(head(StateName.of("a-locked")), head(StateName.of("b/locked")));
        assertThat(store.locked("", null, 2).more()).isTrue();
        assertThat(store.locked("", null, 4).more()).isFalse();
    }

    private List<String> locked(String prefix, @Nullable String after) {
        return store.locked(prefix, after == null ? null : StateName.of(after), ListQuery.MAX_LIMIT).heads().stream()
                .map(head -> head.name().value())
                .toList();
    }

    @Test
    void everythingIsCounted() {
        assertThat(store.count()).isEqualTo(new StoreCount(0, 0, 0, null, 0));
        createAll("a", "b/c", "deleted");
        StateHead head = commit(write(head(StateName.of("a")), document(2)));
        commit(delete(head(StateName.of("deleted"))));
        Lock lock = lock("1", 1);
        commit(lock(StateName.of("unborn"), lock));
        StateVersion quarantined = record(0, document(7));
        store.putAttachment(StateName.of("a"), quarantined, document(7));

        StoreCount count = store.count();

        assertThat(count.states()).isEqualTo(2);
        assertThat(count.locks()).isEqualTo(1);
        assertThat(count.oldestLock()).isEqualTo(lock.acquired());
        assertThat(count.quarantined()).isEqualTo(1);
        assertThat(count.bytes())
                .isGreaterThanOrEqualTo(current(head).size() + document(1).size());
    }

    // The quarantine.

    @Test
    void whatIsSetAsideIsReadAndIsNoVersion() {
        StateHead head = commit(create(NAME, document(1)));
        StateVersion refused = record(0, document(2));
        store.putAttachment(NAME, refused, document(2));

        reopen();

        assertThat(store.attachments(NAME)).containsExactly(refused);
        assertThat(store.content(NAME, refused)).contains(document(2));
        assertThat(head(NAME)).isEqualTo(head);
        assertThat(history(NAME)).containsExactly(head.current());
        assertThat(store.commit(write(head, document(3)))).isTrue();
        assertThat(store.attachments(NAME)).containsExactly(refused);
    }

    @Test
    void whatIsSetAsideNeedsNoState() {
        StateVersion refused = record(0, document(2));
        store.putAttachment(NAME, refused, document(2));

        reopen();

        assertThat(store.attachments(NAME)).containsExactly(refused);
        assertThat(store.content(NAME, refused)).contains(document(2));
        assertThat(store.head(NAME)).isEmpty();
        assertThat(names(EVERYTHING)).isEmpty();
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        assertThat(store.attachments(NAME)).containsExactly(refused);
    }

    @Test
    void whatIsSetAsideIsListedOldestFirst() {
        List<StateVersion> refused = IntStream.range(0, 5)
                .mapToObj(i -> record(0, newId(), document(i), NOW.plusSeconds(i)))
                .toList();
        for (int i : new int[] {3, 0, 4, 2, 1}) {
            store.putAttachment(NAME, refused.get(i), document(i));
        }
        reopen();
        assertThat(store.attachments(NAME)).isEqualTo(refused);
    }

    @Test
    void setAsideUnderTheSameIdReplaces() {
        StateVersion first = record(0, newId(), document(1), NOW);
        StateVersion second = record(0, newId(), document(2), NOW.plusSeconds(1));
        StateVersion replacement = record(0, first.id(), document(3), NOW.plusSeconds(2));
        store.putAttachment(NAME, first, document(1));
        store.putAttachment(NAME, second, document(2));
        store.putAttachment(NAME, replacement, document(3));
        store.putAttachment(NAME, replacement, document(3));

        assertThat(store.attachments(NAME)).containsExactly(second, replacement);
        assertThat(store.content(NAME, replacement)).contains(document(3));
    }

    @Test
    void whatIsSetAsideBelongsToOneState() {
        StateVersion refused = record(0, document(2));
        store.putAttachment(StateName.of("a/b"), refused, document(2));

        for (String name : List.of("a", "a/b/c", "a/bc", "b")) {
            assertThat(store.attachments(StateName.of(name))).isEmpty();
            assertThat(store.content(StateName.of(name), refused)).isEmpty();
        }
    }

    @Test
    void whatIsSetAsideIsCountedForManyStatesAtOnce() {
        StateName other = StateName.of("a/b");
        StateName nested = StateName.of("a");
        StateVersion gone = record(0, document(4));
        store.putAttachment(NAME, record(0, document(2)), document(2));
        store.putAttachment(NAME, record(0, newId(), document(3), NOW), document(3));
        store.putAttachment(other, record(0, document(2)), document(2));
        store.putAttachment(nested, gone, document(4));
        store.deleteContent(nested, gone);
        reopen();

        List<StateName> asked = List.of(NAME, nested, StateName.of("a-b"), StateName.of("a/b/c"), StateName.of("z"));

        store.attached(asked).ifPresent(counts -> assertThat(counts).isEqualTo(Map.of(NAME, 2)));
        store.attached(List.of(other)).ifPresent(counts -> assertThat(counts).isEqualTo(Map.of(other, 1)));
        store.attached(List.of()).ifPresent(counts -> assertThat(counts).isEmpty());
    }

    @Test
    void whatIsSetAsideCanBeForgotten() {
        StateHead head = commit(create(NAME, document(1)));
        StateVersion gone = record(0, newId(), document(2), NOW);
        StateVersion stays = record(0, newId(), document(3), NOW.plusSeconds(1));
        store.putAttachment(NAME, gone, document(2));
        store.putAttachment(NAME, stays, document(3));

        store.deleteContent(NAME, gone);
        store.deleteContent(NAME, gone);
        reopen();

        assertThat(store.attachments(NAME)).containsExactly(stays);
        assertThat(store.content(NAME, gone)).isEmpty();
        assertThat(store.content(NAME, stays)).contains(document(3));
        assertThat(head(NAME)).isEqualTo(head);
    }

    // Several handles, several threads.

    @Test
    void everyHandleSeesEveryCommitAtOnce() {
        StateStore other = another();
        StateHead seen = commit(create(NAME, document(1)));
        for (int i = 2; i <= 20; i++) {
            StateStore writer = i % 2 == 0 ? other : store;
            StateStore reader = i % 2 == 0 ? store : other;
            assertThat(writer.commit(write(seen, document(i)))).isTrue();
            seen = reader.head(NAME).orElseThrow();
            assertThat(seen.lastVersion()).isEqualTo(i);
            assertThat(reader.content(NAME, current(seen))).contains(document(i));
            assertThat(reader.list(ListQuery.all()).heads()).containsExactly(seen);
            assertThat(reader.history(NAME, Long.MAX_VALUE, 1)).containsExactly(seen.current());
        }
    }

    @Test
    void ofRacingCreationsOneWins() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            StateName name = StateName.of("race/" + round);
            assertOneWins(name, racer -> create(name, document(racer)));
        }
    }

    @Test
    void ofRacingWritesOneWins() throws Exception {
        commit(create(NAME, document(0)));
        for (int round = 0; round < ROUNDS; round++) {
            StateHead from = head(NAME);
            assertOneWins(NAME, racer -> write(from, document(racer)));
            assertThat(history(NAME)).hasSize(round + 2);
        }
    }

    @Test
    void ofRacingLocksAndWritesAndDeletesOneWins() throws Exception {
        commit(create(NAME, document(0)));
        for (int round = 0; round < ROUNDS; round++) {
            StateHead from = head(NAME);
            assertOneWins(NAME, racer -> switch (racer % 3) {
                case 0 -> lock(from, lock("racer " + racer, from.fence() + 1));
                case 1 -> write(from, document(racer));
                default -> delete(from);
            });
        }
    }

    private void assertOneWins(StateName name, Function<Integer, Transition> attempt) throws Exception {
        StateStore other = another();
        List<Transition> attempts =
                IntStream.range(0, RACERS).mapToObj(attempt::apply).toList();
        List<Callable<Boolean>> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            StateStore handle = i % 2 == 0 ? store : other;
            Transition transition = attempts.get(i);
            racers.add(() -> handle.commit(transition));
        }
        List<Boolean> won = race(racers);

        assertThat(won).containsOnlyOnce(true);
        Transition winner = attempts.get(won.indexOf(true));
        assertThat(head(name).withRevision("")).isEqualTo(winner.to());
        for (Transition one : attempts) {
            StateVersion version = one.version();
            if (version != null) {
                assertThat(contentOrDamage(name, version)).isEqualTo(one == winner ? one.content() : null);
            }
        }
    }

    /** A client that gives up waiting tries again while its first attempt is still under way. */
    @Test
    void theSameTransitionAtTheSameTimeHappensOnce() throws Exception {
        StateStore other = another();
        commit(create(NAME, document(0)));
        for (int round = 1; round <= ROUNDS; round++) {
            Transition same = write(head(NAME), document(round));
            List<Boolean> won = race(List.of(
                    () -> commitOrFail(store, same),
                    () -> commitOrFail(other, same),
                    () -> commitOrFail(store, same),
                    () -> commitOrFail(other, same)));

            assertThat(won).containsOnlyOnce(true);
            assertThat(head(NAME).withRevision("")).isEqualTo(same.to());
            assertThat(history(NAME)).hasSize(round + 1);
            assertThat(store.content(NAME, current(head(NAME)))).contains(document(round));
        }
    }

    private static boolean commitOrFail(StateStore handle, Transition transition) {
        try {
            return handle.commit(transition);
        } catch (Unavailable failed) {
            return false;
        }
    }

    @Test
    void commitsOfDifferentStatesDoNotMeet() throws Exception {
        StateStore other = another();
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            StateName name = StateName.of("own/" + i);
            StateStore handle = i % 2 == 0 ? store : other;
            writers.add(() -> {
                boolean all = handle.commit(create(name, document(1)));
                for (int serial = 2; serial <= 20; serial++) {
                    all &= handle.commit(write(handle.head(name).orElseThrow(), document(serial)));
                }
                return all;
            });
        }
        assertThat(race(writers)).containsOnly(true);
        assertThat(store.list(ListQuery.all()).heads()).hasSize(8).allMatch(head -> head.lastVersion() == 20);
    }

    @Test
    void readersNeverSeeHalfACommitNorAnOlderOne() throws Exception {
        StateStore other = another();
        commit(create(NAME, document(1)));
        AtomicBoolean done = new AtomicBoolean();
        Callable<Boolean> writer = () -> {
            try {
                for (int serial = 2; serial <= 150; serial++) {
                    StateHead from = head(NAME);
                    StateVersion dropped = current(from);
                    assertThat(store.commit(write(from, document(serial), dropped)))
                            .isTrue();
                    store.deleteContent(NAME, dropped);
                }
                return true;
            } finally {
                done.set(true);
            }
        };

        assertThat(race(List.of(
                        writer,
                        () -> readsWhole(store, done),
                        () -> readsWhole(other, done),
                        () -> listsWhole(other, done))))
                .containsOnly(true);
        assertThat(head(NAME).lastVersion()).isEqualTo(150);
        assertThat(history(NAME)).containsExactly(current(head(NAME)));
    }

    private static boolean readsWhole(StateStore handle, AtomicBoolean done) {
        long newest = 0;
        while (!done.get()) {
            StateHead head = handle.head(NAME).orElseThrow();
            assertThat(head.lastVersion()).isGreaterThanOrEqualTo(newest);
            newest = head.lastVersion();
            assertThat(current(head).number()).isEqualTo(newest);
            StateDocument content = handle.content(NAME, current(head)).orElse(null);
            if (content == null) {
                assertThat(handle.head(NAME).orElseThrow().lastVersion()).isGreaterThan(newest);
            } else {
                assertThat(content).isEqualTo(document(newest));
            }
        }
        return true;
    }

    private static boolean listsWhole(StateStore handle, AtomicBoolean done) {
        long newest = 0;
        while (!done.get()) {
            List<StateHead> heads = handle.list(ListQuery.all()).heads();
            assertThat(heads).hasSize(1);
            assertThat(heads.getFirst().lastVersion()).isGreaterThanOrEqualTo(newest);
            List<StateVersion> history = handle.history(NAME, Long.MAX_VALUE, 10);
            assertThat(history).hasSize(1);
            assertThat(history.getFirst().number()).isGreaterThanOrEqualTo(newest);
            newest = history.getFirst().number();
        }
        return true;
    }

    /** Lets all go at one moment, and gives their answers in order. */
    private static <T> List<T> race(List<Callable<T>> racers) throws Exception {
        CyclicBarrier start = new CyclicBarrier(racers.size());
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> racer : racers) {
                running.add(threads.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    return racer.call();
                }));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> racer : running) {
                answers.add(racer.get(60, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    // The storage as a whole.

    @Test
    void everythingSurvivesReopen() {
        for (int i = 0; i < 30; i++) {
            StateHead head = commit(create(StateName.of("s/" + i), document(i)));
            if (i % 3 > 0) {
                head = commit(write(head, document(i + 1)));
            }
            if (i % 3 > 1) {
                commit(delete(head));
            }
        }
        List<StateHead> before = store.list(EVERYTHING).heads();
        reopen();
        assertThat(before).hasSize(30);
        assertThat(store.list(EVERYTHING).heads()).isEqualTo(before);
        for (StateHead head : before) {
            assertThat(history(head.name())).hasSize(head.versionCount());
        }
    }

    @Test
    void indexDocumentsAreReplacedAndDropped() {
        store.indexes().ifPresent(new StateStoreContractIndexes(store)::documentsAreReplacedAndDropped);
    }

    @Test
    void resourceTablesAreSearchedAsQueriesMatch() {
        store.resources().ifPresent(new StateStoreContractIndexes(store)::tablesAreSearchedAsQueriesMatch);
    }

    @Test
    void resourceTablesArePagedInOrder() {
        store.resources().ifPresent(new StateStoreContractIndexes(store)::tablesArePagedInOrder);
    }

    @Test
    void resourceTablesFollowTheVersionsOfStates() {
        store.resources().ifPresent(new StateStoreContractIndexes(store)::tablesFollowTheVersionsOfStates);
    }

    @Test
    void anIndexDocumentTakesThePlaceOfRows() {
        store.resources()
                .ifPresent(table -> store.indexes()
                        .ifPresent(documents ->
                                new StateStoreContractIndexes(store).aDocumentTakesThePlaceOfRows(table, documents)));
    }

    @Test
    void resourceTablesAreCleared() {
        store.resources().ifPresent(new StateStoreContractIndexes(store)::tablesAreCleared);
    }

    @Test
    void aHandleThatIsClosedLeavesTheOthersAlone() {
        StateHead head = commit(create(NAME, document(1)));
        if (survivesReopen()) {
            another().close();
        }
        assertThat(store.commit(write(head, document(2)))).isTrue();
        assertThat(store.check().healthy()).isTrue();
    }

    @Test
    void aStorageInOrderIsHealthy() throws Exception {
        assertThat(store.check())
                .matches(StoreCheck::healthy)
                .extracting(StoreCheck::problem)
                .isNull();
        commit(create(NAME, document(1)));
        assertThat(race(Collections.nCopies(RACERS, () -> store.check().healthy())))
                .containsOnly(true);
        assertThat(names(EVERYTHING)).containsExactly(NAME.value());
    }

    @Test
    void aClosedStoreSaysSo() {
        StateHead head = commit(create(NAME, document(1)));
        store.close();
        store.close();

        List<Callable<?>> calls = Arrays.asList(
                () -> store.head(NAME),
                () -> store.content(NAME, current(head)),
                () -> store.commit(write(head, document(2))),
                () -> store.list(ListQuery.all()),
                () -> store.history(NAME, 10, 10),
                () -> store.attachments(NAME),
                () -> {
                    store.deleteContent(NAME, current(head));
                    return true;
                },
                () -> {
                    store.putAttachment(NAME, record(0, document(2)), document(2));
                    return true;
                });
        for (Callable<?> call : calls) {
            assertThatThrownBy(call::call).isInstanceOf(Unavailable.class).hasMessageContaining("closed");
        }
        assertThat(store.check().healthy()).isFalse();
        assertThat(store.check().problem()).contains("closed");
    }
}
