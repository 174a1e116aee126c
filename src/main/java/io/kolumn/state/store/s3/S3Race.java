package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Several write one object at one moment under one condition: exactly one may succeed, and what it wrote is then there.
 *
 * @param racers how many write
 * @param size of each body, in bytes
 * @param held whether the last byte of each request waits for the others, and not its first: a store then does at one
 *     moment what comes after the body, and otherwise what comes before it too
 */
record S3Race(S3Bucket bucket, int racers, int size, boolean held) {

    private static final String WHAT = "The store could not be probed";

    /** How often a race is run again that does not tell, because an answer was lost or the racers did not meet. */
    private static final int INCONCLUSIVE = 3;

    /** An object after a race: what must be in it, and under which tag. */
    record Standing(String key, String tag, String text) {}

    /**
     * What one racer was told.
     *
     * @param won null if its answer was lost
     * @param tag of the object that it wrote
     */
    private record Told(
            String text, @Nullable Boolean won, @Nullable String tag) {}

    private record Raced(List<Told> told, boolean together) {

        List<Told> winners() {
            return told.stream().filter(one -> Boolean.TRUE.equals(one.won())).toList();
        }

        boolean complete() {
            return told.stream().allMatch(one -> one.won() != null);
        }
    }

    /** Races to create an object, under a key of its own for each attempt. */
    Standing create(Supplier<String> keys) throws BrokenPromise {
        boolean refused = false;
        for (int attempt = 0; attempt < INCONCLUSIVE; attempt++) {
            String key = keys.get();
            Raced raced = raced(key, null);
            refused = refused(raced);
            Optional<Standing> one = judged(key, raced, "create one object (If-None-Match)");
            if (one.isPresent()) {
                return one.get();
            }
            if (refused && read(key).isPresent()) {
                throw new BrokenPromise("tells each of " + racers
                        + " writers that they were too late to create one object (If-None-Match), but keeps the write of"
                        + " one");
            }
        }
        throw undecided(refused, "create one object (If-None-Match)");
    }

    /** Races to replace an object. */
    Standing replace(Standing before) throws BrokenPromise {
        String tag = before.tag();
        boolean refused = false;
        for (int attempt = 0; attempt < INCONCLUSIVE; attempt++) {
            Raced raced = raced(before.key(), tag);
            refused = refused(raced);
            Optional<Standing> one = judged(before.key(), raced, "replace one object (If-Match)");
            if (one.isPresent()) {
                return one.get();
            }
            String now = read(before.key())
                    .map(Standing::tag)
                    .orElseThrow(() -> new Unavailable(WHAT + ": its write is gone.", null));
            if (refused && !now.equals(tag)) {
                throw new BrokenPromise(
                        "tells each of " + racers
                                + " writers that they were too late to replace one object (If-Match), but keeps the write of one");
            }
            tag = now;
        }
        throw undecided(refused, "replace one object (If-Match)");
    }

    /** The last one of an object: what is there must be what its winner wrote. */
    void shown(Standing last) throws BrokenPromise {
        if (read(last.key()).filter(now -> now.text().equals(last.text())).isEmpty()) {
            throw new BrokenPromise(
                    "does not return the write of the one of " + racers + " writers that was told it won");
        }
    }

    private Optional<Standing> read(String key) {
        return bucket.read(
                WHAT,
                key,
                (answer, in) -> new Standing(
                        key, String.valueOf(answer.eTag()), new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    }

    private static boolean refused(Raced raced) {
        return raced.complete() && raced.winners().isEmpty();
    }

    /** Two winners are two, whatever else was lost; one is one only if all were told, and came together. */
    private Optional<Standing> judged(String key, Raced raced, String condition) throws BrokenPromise {
        List<Told> winners = raced.winners();
        if (winners.size() > 1) {
            throw new BrokenPromise("lets " + winners.size() + " of " + racers + " simultaneous writers " + condition);
        }
        if (winners.isEmpty() || !raced.complete() || !raced.together()) {
            return Optional.empty();
        }
        Told winner = winners.getFirst();
        return Optional.of(new Standing(key, String.valueOf(winner.tag()), winner.text()));
    }

    private Unavailable undecided(boolean refused, String condition) throws BrokenPromise {
        if (refused) {
            throw new BrokenPromise("refuses each of " + racers + " simultaneous writers to " + condition);
        }
        return new Unavailable(
                WHAT + ": answers were lost repeatedly, or " + racers
                        + " requests could not be sent at the same time. Allow more connections"
                        + " (quarkus.s3.sync-client.apache.max-connections).",
                null);
    }

    private Raced raced(String key, @Nullable String tag) {
        StartLine line = new StartLine(racers);
        String race = UUID.randomUUID().toString();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Told>> running = new ArrayList<>(racers);
            for (int racer = 0; racer < racers; racer++) {
                String text = text("racer " + racer + " of " + race);
                running.add(threads.submit(() -> attempt(line, key, text, tag)));
            }
            List<Told> told = new ArrayList<>(racers);
            for (Future<Told> one : running) {
                told.add(one.get());
            }
            return new Raced(told, line.together());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unavailable away) {
                throw away;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(WHAT + ": interrupted.", e);
        }
    }

    /** Never the same twice: a tag is made of the bytes alone, and would hold again. */
    private String text(String start) {
        return start + " ".repeat(Math.max(1, size - start.length() - 1)) + ".";
    }

    private Told attempt(StartLine line, String key, String text, @Nullable String tag) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ContentStreamProvider content = held ? new HeldBody(bytes, line) : () -> new ByteArrayInputStream(bytes);
        S3Bucket.Body body = new S3Bucket.Body(content, bytes.length, "text/plain");
        boolean sent = false;
        try {
            if (!held) {
                line.reached();
            }
            PutObjectResponse answer = bucket.writeIf(WHAT, key, body, tag);
            sent = true;
            return new Told(text, answer != null, answer == null ? null : answer.eTag());
        } catch (Unavailable e) {
            if (e.outcomeUnknown()) {
                return new Told(text, null, null);
            }
            throw e;
        } finally {
            if (!sent) {
                line.spoilt();
            }
        }
    }
}
