package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes of the current document: writes and deletes it, by {@link WriteRules}, and then {@link Retention}. */
final class Writes {

    private final StateStore store;
    private final Committer committer;
    private final WriteRules rules;
    private final Retention retention;

    Writes(StateStore store, Committer committer, WriteRules rules, Retention retention) {
        this.store = store;
        this.committer = committer;
        this.rules = rules;
        this.retention = retention;
    }

    Committed<WriteResult> put(StateName name, StateDocument document, WriteOptions options, Caller caller) {
        return next(name, new Put(document, Authorization.push(caller, name)), options, caller);
    }

    /** The content of the next version, decided over each head. */
    interface Content {

        /** Returns whether this version has the content already, so that nothing needs to be done. */
        boolean is(StateVersion current);

        /**
         * Returns the document over this head, or throws if it may not follow.
         *
         * @param lock the result of {@link WriteRules#admit}
         */
        StateDocument over(StateHead head, WriteOptions options, @Nullable Lock lock);

        /** Returns the operation for the record of the version. */
        String operation(@Nullable Lock lock);

        /** Returns {@link HeadUpdate#retryUnsafe}. */
        boolean retryUnsafe();
    }

    private final class Put implements Content {
        private final StateDocument document;
        private final WriteRules.Push push;

        Put(StateDocument document, WriteRules.Push push) {
            this.document = document;
            this.push = push;
        }

        @Override
        public boolean is(StateVersion current) {
            return current.describes(document);
        }

        @Override
        public StateDocument over(StateHead head, WriteOptions options, @Nullable Lock lock) {
            rules.follows(head, document, options, lock, push);
            return document;
        }

        @Override
        public String operation(@Nullable Lock lock) {
            String operation = lock == null ? "" : lock.info().operation();
            return operation.isEmpty() ? "put" : operation;
        }

        @Override
        public boolean retryUnsafe() {
            return false;
        }
    }

    /** Commits a content as the next version, under the rules of locks and preconditions. */
    Committed<WriteResult> next(StateName name, Content content, WriteOptions options, Caller caller) {
        Committed<WriteResult> committed = committer.committed(name, (head, now) -> {
            rules.here(head, now);
            WriteRules.whole(head);
            Authorization.checkLock(caller, head.lock(), options.lockId(), name);
            Lock own = head.lock() != null && head.lock().heldBy(options.lockId()) ? head.lock() : null;
            return HeadUpdate.under(own, () -> next(head, content, options, now));
        });
        Transition transition = committed.transition();
        if (transition != null && transition.from() != null) {
            retention.written(transition.from(), committed.result().version(), transition.dropped());
        }
        return committed;
    }

    /** Decides by the rules 1 to 5. Returns the next head, or none if the version has the content already. */
    private HeadUpdate<WriteResult> next(StateHead head, Content content, WriteOptions options, Instant now) {
        StateVersion current = head.current();
        if (current != null && content.is(current)) {
            return HeadUpdate.stands(new WriteResult(current, false, false));
        }
        Lock lock = rules.admit(head, options, now);
        StateDocument document = content.over(head, options, lock);
        StateVersion version = version(head, document, content.operation(lock), options, lock, now);
        List<StateVersion> dropped = retention.superfluous(store, head, version.fence(), now);
        StateHead to = head.withVersion(version, dropped.size(), lock);
        HeadUpdate<WriteResult> step =
                HeadUpdate.commit(head, to, document, dropped, new WriteResult(version, current == null, true));
        return content.retryUnsafe() ? step.withoutRetry() : step;
    }

    private static StateVersion version(
            StateHead head,
            StateDocument document,
            String operation,
            WriteOptions options,
            @Nullable Lock lock,
            Instant now) {
        String author = options.author().isEmpty() && lock != null ? lock.info().who() : options.author();
        return StateVersion.of(
                head.lastVersion() + 1,
                RandomId.next(),
                document,
                head.next(now),
                author,
                operation,
                lock == null ? 0 : lock.fence());
    }

    Committed<Deleted> delete(StateName name, WriteOptions options, Caller caller) {
        return committer.committed(name, (head, now) -> {
            rules.here(head, now);
            Authorization.checkLock(caller, head.lock(), options.lockId(), name);
            boolean nothing = head.current() == null && !head.created() && !head.incomplete();
            if (nothing && options.preconditions().isEmpty()) {
                return HeadUpdate.stands(Deleted.NOTHING);
            }
            Lock lock = rules.admit(head, options, now);
            return HeadUpdate.under(
                    lock, () -> nothing ? HeadUpdate.stands(Deleted.NOTHING) : without(head, lock, now));
        });
    }

    private static HeadUpdate<Deleted> without(StateHead head, @Nullable Lock lock, Instant now) {
        StateHead to = head.withoutVersion(lock, RandomId.next(), now);
        return HeadUpdate.commit(head, to, new Deleted(head.current(), head.current() != null || head.created()))
                .withoutRetry();
    }

    /**
     * The result of a delete.
     *
     * @param version the version that was current; null for a created state without one
     * @param changed whether there was either
     */
    record Deleted(@Nullable StateVersion version, boolean changed) {
        private static final Deleted NOTHING = new Deleted(null, false);
    }
}
