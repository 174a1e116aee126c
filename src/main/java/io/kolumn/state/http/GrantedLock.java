package io.kolumn.state.http;

import java.util.concurrent.atomic.AtomicBoolean;

/** The answer to a client that was granted a lock: it is delivered, or the lock is withdrawn. */
public final class GrantedLock {

    private final Object answer;
    private final Runnable withdrawal;
    private final AtomicBoolean settled = new AtomicBoolean();

    /**
     * An answer that is made by {@link Exchange#granted}.
     *
     * @param answer JSON text, or what becomes JSON
     * @param withdrawal takes the lock back
     */
    GrantedLock(Object answer, Runnable withdrawal) {
        this.answer = answer;
        this.withdrawal = withdrawal;
    }

    Object answer() {
        return answer;
    }

    /** Returns true once: to whoever delivers the answer from now on, or withdraws the lock. */
    boolean settle() {
        return settled.compareAndSet(false, true);
    }

    void withdraw() {
        withdrawal.run();
    }
}
