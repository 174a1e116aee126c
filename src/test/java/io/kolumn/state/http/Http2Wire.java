package io.kolumn.state.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;

/** HTTP/2 over TLS as frames on a socket: streams that end in the midst, and windows as the service gives them. */
final class Http2Wire implements AutoCloseable {

    static final int WINDOW = 65_535;

    private static final int FRAME = 16_384;
    private static final int PADDED = 0x8;
    private static final int PRIORITY = 0x20;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final byte[] CANCEL = {0, 0, 0, 8};
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Socket plain;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersDecoder heads = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicLong> windows = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicLong> received = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long mostStreams = -1;
    private volatile String goneAway = "";
    private int next = 1;
    private boolean together;

    Http2Wire(URI tls) throws IOException {
        plain = new Socket(tls.getHost(), tls.getPort());
        plain.setTcpNoDelay(true);
        SSLSocket socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(plain, tls.getHost(), tls.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 64 * 1024));
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(4, 0, 0, new byte[0]);
        out.flush();
        Thread.ofVirtual().start(this::read);
    }

    /** A stream with these headers. */
    synchronized int open(String method, String path, boolean end, String... more) {
        int stream = next;
        next += 2;
        windows.put(stream, new AtomicLong(WINDOW));
        received.put(stream, new AtomicLong());
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        header(block, ":method", method);
        header(block, ":scheme", "https");
        header(block, ":authority", "localhost");
        header(block, ":path", path);
        for (int i = 0; i < more.length; i += 2) {
            header(block, more[i], more[i + 1]);
        }
        send(1, end ? 5 : 4, stream, block.toByteArray());
        return stream;
    }

    /** As much as the windows let through at once. */
    void data(int stream, byte[] bytes, boolean end) {
        for (int at = 0; at < bytes.length || at == 0; ) {
            int piece = Math.min(FRAME, bytes.length - at);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(TIMEOUT)
                    .until(() -> window(0) >= piece && window(stream) >= piece);
            window0().addAndGet(-piece);
            windows.get(stream).addAndGet(-piece);
            boolean last = end && at + piece == bytes.length;
            send(0, last ? 1 : 0, stream, Arrays.copyOfRange(bytes, at, at + piece));
            at += Math.max(1, piece);
        }
    }

    /** Cancels a stream. */
    void reset(int stream) {
        send(3, 0, stream, CANCEL);
    }

    /** A whole small request and its cancellation at once, so that no answer can come before it. */
    synchronized void openAndReset(String method, String path, byte[] body, String... more) throws IOException {
        together = true;
        int stream = open(method, path, false, more);
        send(0, 1, stream, body);
        together = false;
        reset(stream);
    }

    /** What may be sent now: of a stream, or of the connection where it is 0. */
    long window(int stream) {
        return stream == 0 ? window0().get() : windows.get(stream).get();
    }

    long received(int stream) {
        return received.get(stream).get();
    }

    int status(int stream) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(2))
                .atMost(TIMEOUT)
                .until(() -> statuses.containsKey(stream) || closed.get());
        return statuses.getOrDefault(stream, -1);
    }

    boolean answered(int stream) {
        return statuses.containsKey(stream);
    }

    boolean closed() {
        return closed.get();
    }

    /** How many streams the service takes at once; -1 until it has said so. */
    long mostStreams() {
        return mostStreams;
    }

    /** What the service gave as its reason to end the connection; empty as long as it goes on. */
    String goneAway() {
        return goneAway;
    }

    /** As a client that dies: what is on its way is lost. */
    void abort() throws IOException {
        plain.setSoLinger(true, 0);
        plain.close();
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }

    private AtomicLong window0() {
        return windows.computeIfAbsent(0, connection -> new AtomicLong(WINDOW));
    }

    private void read() {
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt() & Integer.MAX_VALUE;
                came(type, flags, stream, in.readNBytes(length));
            }
        } catch (IOException | UncheckedIOException e) {
            closed.set(true);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void came(int type, int flags, int stream, byte[] payload) throws IOException, Http2Exception {
        switch (type) {
            case 0 -> {
                received.get(stream).addAndGet(payload.length);
                if (payload.length > 0) {
                    send(8, 0, 0, new byte[] {0, 0, (byte) (payload.length >> 8), (byte) payload.length});
                }
            }
            case 1 ->
                statuses.put(
                        stream,
                        Integer.parseInt(heads.decodeHeaders(stream, block(flags, payload))
                                .status()
                                .toString()));
            case 4 -> {
                if ((flags & 1) == 0) {
                    settings(Unpooled.wrappedBuffer(payload));
                    send(4, 1, 0, new byte[0]);
                }
            }
            case 8 -> {
                long more = Unpooled.wrappedBuffer(payload).readUnsignedInt();
                (stream == 0 ? window0() : windows.get(stream)).addAndGet(more);
            }
            case 7 -> {
                ByteBuf reason = Unpooled.wrappedBuffer(payload).skipBytes(4);
                goneAway = "GOAWAY " + reason.readUnsignedInt() + " " + reason.toString(StandardCharsets.UTF_8);
            }
            default -> {
                // a stream that was reset shows by what does not come
            }
        }
    }

    private void settings(ByteBuf payload) {
        while (payload.isReadable()) {
            int setting = payload.readUnsignedShort();
            long value = payload.readUnsignedInt();
            if (setting == MAX_CONCURRENT_STREAMS) {
                mostStreams = value;
            }
        }
    }

    /** The headers themselves, without the padding and the priority around them. */
    private static ByteBuf block(int flags, byte[] payload) {
        ByteBuf block = Unpooled.wrappedBuffer(payload);
        int padding = (flags & PADDED) == 0 ? 0 : block.readUnsignedByte();
        if ((flags & PRIORITY) != 0) {
            block.skipBytes(5);
        }
        return block.slice(block.readerIndex(), block.readableBytes() - padding);
    }

    private synchronized void send(int type, int flags, int stream, byte[] payload) {
        try {
            frame(type, flags, stream, payload);
            if (!together) {
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    /** Literal and never indexed (RFC 7541, 6.2.3); the lengths fit into seven bits. */
    private static void header(ByteArrayOutputStream block, String name, String value) {
        block.write(0x10);
        for (String text : new String[] {name, value}) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            if (bytes.length > 126) {
                throw new IllegalArgumentException("Too long: " + text);
            }
            block.write(bytes.length);
            block.writeBytes(bytes);
        }
    }

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Everybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Everybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
