package io.kolumn.state.http;

import java.io.IOException;

/**
 * An answer that is a stream of events, which goes on until its reader goes, its credential ends, or the service does. What it
 * is made of is hidden behind functions: the build would prepare the classes of fields for being turned into JSON.
 */
public final class EventAnswer {

    /** Where the text goes; it waits until that has left. */
    interface Output {
        void send(String text) throws IOException, InterruptedException;
    }

    /** What is sent. */
    interface Text {
        void write(Output out) throws IOException, InterruptedException;
    }

    private final Text text;
    private final Runnable close;

    EventAnswer(Text text, Runnable close) {
        this.text = text;
        this.close = close;
    }

    void write(Output out) throws IOException, InterruptedException {
        text.write(out);
    }

    /** Nobody reads any more. */
    void close() {
        close.run();
    }
}
