package io.kolumn.state.store.s3;

import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Asks for many objects at once, on virtual threads, with a bound for all callers of a store together. */
final class S3Parallel {

    private static final int MAX_PARALLEL = 24;

    private final Semaphore places = new Semaphore(MAX_PARALLEL);

    /** What comes of each, in order; the first failure is that of the whole. */
    <A, B> List<B> map(List<A> from, Function<A, B> question) {
        if (from.size() < 2) {
            return from.stream().map(question).toList();
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<B>> running = new ArrayList<>(from.size());
            for (A one : from) {
                running.add(threads.submit(() -> bounded(question, one)));
            }
            return answers(running);
        }
    }

    private <A, B> B bounded(Function<A, B> question, A one) throws InterruptedException {
        places.acquire();
        try {
            return question.apply(one);
        } finally {
            places.release();
        }
    }

    private static <B> List<B> answers(List<Future<B>> running) {
        List<B> answers = new ArrayList<>(running.size());
        try {
            for (Future<B> one : running) {
                answers.add(one.get());
            }
            return answers;
        } catch (ExecutionException e) {
            running.forEach(one -> one.cancel(true));
            if (e.getCause() instanceof StateException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            running.forEach(one -> one.cancel(true));
            Thread.currentThread().interrupt();
            throw new Unavailable("The request to the store was interrupted.", e);
        }
    }
}
