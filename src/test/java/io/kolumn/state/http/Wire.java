package io.kolumn.state.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** HTTP as bytes on a socket: sends what a client library would tidy up, and shows what came back as it came. */
public final class Wire {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int CHUNK = 8 * 1024;

    private final String host;
    private final int port;

    private Wire(String host, int port) {
        this.host = host;
        this.port = port;
    }

    public static Wire to(URI server) {
        return new Wire(server.getHost(), server.getPort());
    }

    public Request request(String method, String target) {
        return new Request(method, target);
    }

    /** As a web page of another host would ask. */
    public Request request(String method, String target, String namedHost) {
        return new Request(method, target, namedHost);
    }

    public Answer get(String target) {
        return request("GET", target).send();
    }

    /** A request that was begun and is not finished; closing it is what a client does that goes away. */
    public Socket begin(String head) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(host, port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** One request on a connection of its own. */
    public final class Request {
        private final StringBuilder head = new StringBuilder();
        private final String method;
        private byte[] body = new byte[0];
        private boolean chunked;

        private Request(String method, String target) {
            this(method, target, host + ":" + port);
        }

        private Request(String method, String target, String namedHost) {
            this.method = method;
            head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
            header("Host", namedHost).header("Connection", "close");
        }

        public Request header(String name, String value) {
            head.append(name).append(": ").append(value).append("\r\n");
            return this;
        }

        public Request json(String text) {
            return json(text.getBytes(StandardCharsets.UTF_8));
        }

        public Request json(byte[] bytes) {
            return header("Content-Type", "application/json").body(bytes);
        }

        public Request body(byte[] bytes) {
            body = bytes;
            return header("Content-Length", Integer.toString(bytes.length));
        }

        /** As Go sends a body whose length it does not know. */
        public Request chunked(byte[] bytes) {
            body = bytes;
            chunked = true;
            return header("Transfer-Encoding", "chunked");
        }

        public Answer send() {
            try (Socket socket = connect()) {
                Thread.ofVirtual().start(() -> write(socket));
                return Answer.read(new BufferedInputStream(socket.getInputStream()), method);
            } catch (IOException e) {
                throw new UncheckedIOException(method + " failed: " + head, e);
            }
        }

        /** A server that refuses a body early may not read the rest of it: what counts is its answer. */
        private void write(Socket socket) {
            try {
                OutputStream out = socket.getOutputStream();
                out.write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                if (chunked) {
                    for (int at = 0; at < body.length; at += CHUNK) {
                        int length = Math.min(CHUNK, body.length - at);
                        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                        out.write(body, at, length);
                        out.write(new byte[] {'\r', '\n'});
                    }
                    out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                } else {
                    out.write(body);
                }
                out.flush();
            } catch (IOException e) {
                // the answer, or its absence, says more
            }
        }
    }

    /** What came back. */
    public static final class Answer {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final int status;
        private final List<String> headers;
        private final byte[] body;

        private Answer(int status, List<String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        /** Reads an answer to the end of the connection. */
        public static Answer read(InputStream in, String method) throws IOException {
            String first = line(in);
            if (!first.startsWith("HTTP/1.")) {
                throw new IOException("No answer, but: '" + first + "'");
            }
            int status = Integer.parseInt(first.substring(9, 12));
            List<String> headers = new ArrayList<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                headers.add(line);
            }
            Answer empty = new Answer(status, headers, new byte[0]);
            boolean chunked = "chunked".equalsIgnoreCase(empty.header("Transfer-Encoding"));
            boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
            String length = empty.header("Content-Length");
            if (bodiless || (length == null && !chunked)) {
                return new Answer(status, headers, in.readAllBytes());
            }
            byte[] rest = chunked ? dechunked(in) : in.readNBytes(Integer.parseInt(length));
            if (length != null && rest.length != Integer.parseInt(length)) {
                throw new IOException("Content-Length " + length + " and " + rest.length + " bytes");
            }
            return new Answer(status, headers, rest);
        }

        /** An answer that comes before the last one, such as 100. */
        public static Answer interim(InputStream in) throws IOException {
            int status = Integer.parseInt(line(in).substring(9, 12));
            List<String> headers = new ArrayList<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                headers.add(line);
            }
            return new Answer(status, headers, new byte[0]);
        }

        private static String line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                line.write(next);
            }
            return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        }

        private static byte[] dechunked(InputStream in) throws IOException {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (String size = line(in); !size.equals("0"); size = line(in)) {
                whole.write(in.readNBytes(Integer.parseInt(size, 16)));
                line(in);
            }
            return whole.toByteArray();
        }

        public int status() {
            return status;
        }

        /** The first of this name; null if there is none. */
        public @Nullable String header(String name) {
            return headers.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }

        public byte[] body() {
            return body;
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public byte[] gunzipped() {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException("No JSON: " + text(), e);
            }
        }

        @Override
        public String toString() {
            return status + " " + headers + "\n" + (body.length > 2000 ? body.length + " bytes" : text());
        }
    }
}
