package io.kolumn.state.store.local;

import io.kolumn.state.StateException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * What is done before a store answers: its folder is made, its mark is read, and nothing else if the mark says so. Everything
 * is looked through at the first start and in a copy; behind the answers if a process was killed.
 */
final class StoreStart implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(StoreStart.class);

    private final LocalLayout layout;
    private final LocalFiles files;
    private final Reserve reserve;
    private final StoreMark mark;
    private final LocalCommits.Locks locks;
    private final LocalRecovery recovery;
    private final boolean atOnce;
    private final ExecutorService behind = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("local-store-repair").factory());
    private volatile boolean closed;

    /** @param atOnce whether nothing is left to be done behind the answers */
    StoreStart(
            LocalLayout layout,
            LocalFiles files,
            Reserve reserve,
            StoreMark mark,
            LocalCommits.Locks locks,
            LocalRecovery recovery,
            boolean atOnce) {
        this.layout = layout;
        this.files = files;
        this.reserve = reserve;
        this.mark = mark;
        this.locks = locks;
        this.recovery = recovery;
        this.atOnce = atOnce;
    }

    /** On a thread that nobody interrupts. */
    void run() throws IOException {
        files.makeRoot();
        StoreMark.Start start = mark.read();
        reserve.tryToFill();
        switch (start) {
            case AS_IT_IS -> {}
            case MEND -> mend();
            case FIRST, COPY -> {
                List<Path> ended = interrupted();
                if (recovery.run(start == StoreMark.Start.COPY, () -> false)) {
                    forget(ended);
                }
                note();
            }
        }
    }

    private void mend() {
        List<Path> ended = interrupted();
        if (ended.isEmpty()) {
            return;
        }
        if (atOnce) {
            mend(ended);
        } else {
            behind.execute(() -> mend(ended));
        }
    }

    private void mend(List<Path> ended) {
        try {
            if (recovery.run(false, () -> closed)) {
                forget(ended);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warnf(
                    e,
                    "The leftovers of a killed process in %s could not all be repaired. The states are safe.",
                    layout.root());
        }
    }

    private List<Path> interrupted() {
        try {
            return mark.interrupted(locks);
        } catch (IOException e) {
            LOG.debugf(e, "Whether a process was killed is not known in a folder that cannot be written.");
            return List.of();
        }
    }

    private static void forget(List<Path> ended) throws IOException {
        for (Path process : ended) {
            Files.deleteIfExists(process);
        }
    }

    private void note() {
        try {
            mark.write();
        } catch (IOException e) {
            LOG.debugf(
                    e,
                    "The mark of %s could not be written; the next start looks through everything again.",
                    layout.root());
        }
    }

    /** For who changes nothing: what is not there is not made, and is no empty storage. */
    static void toRead(LocalLayout layout, LocalSettings settings, StoreMark mark) {
        Path root = layout.root();
        if (Files.isSymbolicLink(root)) {
            throw new Unavailable(
                    "The folder of the states cannot be used: " + new LocalFiles.LinkedException(root).getMessage(),
                    null);
        }
        if (Files.notExists(root)) {
            throw new Unavailable(
                    "There is no storage at " + settings.path() + " yet: the folder " + root
                            + " is missing. Name another path, or the storage that is meant; the service makes the folder, and"
                            + " adopts the plain files beside it.",
                    null);
        }
        try {
            mark.read();
        } catch (IOException e) {
            throw unusable(layout, e);
        }
    }

    static Unavailable unusable(LocalLayout layout, IOException e) {
        return new Unavailable("The folder " + layout.root() + " cannot be used: " + LocalStore.reason(e), e);
    }

    /** Ends what is done behind the answers; the next start does it again. */
    @Override
    public void close() {
        closed = true;
        behind.shutdown();
        UninterruptibleExecutor.awaitEnd(behind);
    }
}
