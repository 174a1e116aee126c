package io.kolumn.state;

import java.util.function.Supplier;

/**
 * When the call of the backend began that a thread works for, by {@link System#nanoTime()}: so a storage can bound what one
 * call waits for it in all, however many questions and tries the call takes.
 */
public final class CallBegin {

    private static final ScopedValue<Long> BEGIN = ScopedValue.newInstance();

    private CallBegin() {}

    /** Now, where the thread works for no call. */
    public static long nanoTime() {
        return BEGIN.isBound() ? BEGIN.get() : System.nanoTime();
    }

    /** Does something as a part of a call that began at {@code start}, unless it is a part of one already. */
    public static <T> T since(long start, Supplier<T> work) {
        return BEGIN.isBound() ? work.get() : ScopedValue.where(BEGIN, start).call(work::get);
    }

    /** Does something as if the call began now: for one that waited for somebody else meanwhile. */
    public static <T> T anew(Supplier<T> work) {
        return ScopedValue.where(BEGIN, System.nanoTime()).call(work::get);
    }
}
