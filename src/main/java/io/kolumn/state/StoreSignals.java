package io.kolumn.state;

import java.util.List;
import java.util.function.Consumer;

/**
 * Short messages between the processes that use one storage. They carry news and no data: a message may be lost, such as
 * while the storage is unavailable, and one may come twice. Safe for use by many threads.
 */
public interface StoreSignals {

    /** The maximum size of a message in bytes of UTF-8. */
    int MAX_SIZE = 7_500;

    /**
     * Sends messages to all processes that listen, this one too, in this order.
     *
     * @throws StateException.Unavailable if they may not have been sent
     * @throws IllegalArgumentException if one is larger than {@link #MAX_SIZE}
     */
    void send(List<String> messages);

    /**
     * Listens from now on, on a thread of its own and by a connection of its own, which is made again when it is lost.
     *
     * @param messages gets each message; it must be fast
     */
    Listening listen(Consumer<String> messages);

    /** Somebody who listens. */
    interface Listening extends AutoCloseable {

        /**
         * Returns whether messages arrive, as far as a message of its own has proven lately. False at first, without a
         * connection, and where something between, such as a pooler, keeps messages away.
         */
        boolean arriving();

        /** Returns how often messages may have been lost: it grows with each end of {@link #arriving}. */
        long losses();

        /** Stops listening. */
        @Override
        void close();
    }
}
