package io.kolumn.state.store.s3;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands before an S3 server as a store of one's own: counts what is asked, plays the faults of networks and stores, and
 * behaves as look-alike stores do. Any number of doors may stand before one server.
 */
public final class S3Door implements AutoCloseable {

    /** What a store that speaks S3 may do otherwise. */
    public enum Behaviour {
        /** Every PUT is done, whatever its condition says. */
        IGNORES_CONDITIONS,
        /** A condition is asked first and the object written later: racers that ask at the same time all win. */
        LETS_RACERS_WIN,
        /** The same in one of 30 races: a race is all that is written to one path under one condition. */
        RACES_AT_TIMES,
        /** The same with bodies of 4 KiB or more: smaller ones are written at once. */
        RACES_WITH_LARGE_BODIES,
        /** A condition is kept against all that come through this door, and not against what comes through another. */
        KEEPS_CONDITIONS_TO_ITSELF,
        /** An encryption that is asked for is not mentioned in the answer. */
        IGNORES_ENCRYPTION
    }

    /** To ask too. */
    private static final Duration LONG_ENOUGH_FOR_RACERS = Duration.ofMillis(50);

    private static final int LARGE = 4 << 10;
    private static final int AT_TIMES = 30;

    private record Played(Predicate<S3Call> when, S3Fault fault, AtomicInteger left) {
        boolean takes(S3Call call) {
            return when.test(call) && left.getAndUpdate(n -> n > 0 ? n - 1 : n) > 0;
        }
    }

    private final S3Server server;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Played> faults = new CopyOnWriteArrayList<>();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> races = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> lines = new ConcurrentHashMap<>();
    private final AtomicInteger raced = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Duration delay = Duration.ZERO;
    private volatile Set<Behaviour> behaviours = EnumSet.noneOf(Behaviour.class);

    S3Door(S3Server server) {
        this.server = server;
        try {
            listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public String endpoint() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** From now on, for every such request. The fault that was asked for last comes first. */
    public void play(S3Fault fault, Predicate<S3Call> when) {
        play(Integer.MAX_VALUE, fault, when);
    }

    /** For so many such requests. */
    public void play(int times, S3Fault fault, Predicate<S3Call> when) {
        faults.addFirst(new Played(when, fault, new AtomicInteger(times)));
    }

    /** Plays no fault any more. */
    public void calm() {
        faults.clear();
    }

    /** Behaves so, and in nothing else otherwise than S3. */
    public void behave(Behaviour... now) {
        Set<Behaviour> all = EnumSet.noneOf(Behaviour.class);
        all.addAll(List.of(now));
        behaviours = all;
    }

    /** Each request takes so much longer, as over a network. */
    public void delay(Duration longer) {
        delay = longer;
    }

    /** How many requests came, by method and kind, such as "PUT heads". */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        answers().forEach((key, count) -> counts.merge(key.substring(0, key.lastIndexOf(' ')), count, Long::sum));
        return counts;
    }

    /** As {@link #counts}, with the status of the answer behind: "GET heads 304"; 0 where the connection was cut. */
    public Map<String, Long> answers() {
        Map<String, Long> all = new TreeMap<>();
        answers.forEach((key, count) -> all.put(key, count.sum()));
        return all;
    }

    public void forgetCounts() {
        answers.clear();
    }

    /** Cuts every connection there is. */
    public void cut() {
        open.forEach(S3Door::reset);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream(), 64 * 1024);
            OutputStream out = new BufferedOutputStream(client.getOutputStream(), 64 * 1024);
            for (HttpHead head = HttpHead.read(in); head != null; head = HttpHead.read(in)) {
                if (head.says("Expect", "100-continue")) {
                    out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
                S3Body body = S3Body.of(head, in);
                answer(S3Call.of(head), body, out);
                out.flush();
                body.drain();
                if (head.says("Connection", "close")) {
                    return;
                }
            }
        } catch (IOException e) {
            reset(client); // cut on purpose, or by one of the sides: then the other is cut too
        } finally {
            open.remove(client);
        }
    }

    private void answer(S3Call call, S3Body body, OutputStream out) throws IOException {
        pause(delay);
        S3Fault.Store store = () -> behaved(call, body);
        Played played =
                faults.stream().filter(fault -> fault.takes(call)).findFirst().orElse(null);
        int status = 0;
        try (S3Answer answer = played == null ? store.answer() : played.fault().answer(call, store)) {
            status = answer.status();
            count(call, status);
            answer.head().write(out);
            send(answer, out);
        } catch (S3Fault.Cut e) {
            if (status == 0) {
                count(call, 0);
            }
            out.flush();
            throw e;
        }
    }

    private void count(S3Call call, int status) {
        String kind = call.kind().name().toLowerCase(Locale.ROOT);
        answers.computeIfAbsent(call.method() + " " + kind + " " + status, key -> new LongAdder())
                .increment();
    }

    private static void send(S3Answer answer, OutputStream out) throws IOException {
        byte[] piece = new byte[64 * 1024];
        for (long left = answer.length(); left > 0; ) {
            int read = answer.body().read(piece, 0, (int) Math.min(left, piece.length));
            if (read < 0) {
                throw new IOException("The server ended the connection within an answer");
            }
            out.write(piece, 0, read);
            left -= read;
        }
    }

    private S3Answer behaved(S3Call call, S3Body body) throws IOException {
        if (behaviours.contains(Behaviour.KEEPS_CONDITIONS_TO_ITSELF)) {
            ReentrantLock line = lines.computeIfAbsent(call.path(), path -> new ReentrantLock());
            line.lock();
            try {
                return done(call, body);
            } finally {
                line.unlock();
            }
        }
        return done(call, body);
    }

    private S3Answer done(S3Call call, S3Body body) throws IOException {
        String problem = S3Signature.problem(call, S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
        if (problem != null) {
            return S3Answer.error(call, 403, problem, null);
        }
        S3Call asked = call;
        if (call.method().equals("PUT") && call.conditional()) {
            if (raced(call, body)) {
                if (!holds(call)) {
                    return S3Answer.error(call, 412, "PreconditionFailed", null);
                }
                pause(LONG_ENOUGH_FOR_RACERS);
                asked = unconditional(call);
            } else if (behaviours.contains(Behaviour.IGNORES_CONDITIONS)) {
                asked = unconditional(call);
            }
        }
        return encrypted(call, server.answer(asked, body));
    }

    /** Whether the condition is asked at one moment and the object written at another. */
    private boolean raced(S3Call call, S3Body body) {
        if (behaviours.contains(Behaviour.RACES_AT_TIMES)) {
            String race = call.path() + " " + call.head().header("If-Match");
            return races.computeIfAbsent(race, first -> raced.incrementAndGet()) % AT_TIMES == 0;
        }
        return behaviours.contains(Behaviour.LETS_RACERS_WIN)
                || behaviours.contains(Behaviour.KEEPS_CONDITIONS_TO_ITSELF)
                || (behaviours.contains(Behaviour.RACES_WITH_LARGE_BODIES) && body.length() >= LARGE);
    }

    private boolean holds(S3Call call) {
        String tag = server.tag(call.path());
        String match = call.head().header("If-Match");
        return match == null ? tag == null : match.equals(tag);
    }

    private static S3Call unconditional(S3Call call) {
        return call.with(call.head().without("If-None-Match").without("If-Match"));
    }

    private void pause(Duration length) throws IOException {
        try {
            if (length.isPositive() && closed.await(length.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new S3Fault.Cut();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private S3Answer encrypted(S3Call call, S3Answer answer) {
        if (call.key().isEmpty() || call.method().equals("DELETE") || answer.status() >= 300) {
            return answer;
        }
        HttpHead head = answer.head();
        for (String name : S3Server.ENCRYPTION) {
            String asked = server.encryption(call.path()).header(name);
            head = asked == null || behaviours.contains(Behaviour.IGNORES_ENCRYPTION)
                    ? head.without(name)
                    : head.with(name, asked);
        }
        return answer.with(head);
    }

    private static void reset(@Nullable Socket socket) {
        try {
            if (socket != null && !socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            // it is gone already
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
