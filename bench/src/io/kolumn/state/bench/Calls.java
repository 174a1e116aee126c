package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** What clients of a service do again and again, each with a connection and a state of its own. */
final class Calls implements AutoCloseable {

    private static final byte[] NOTHING = {};

    private final List<Client> clients = new ArrayList<>();
    private final List<Load.Call> calls = new ArrayList<>();

    /** What this many clients do with documents of this size; the states are there when this returns. */
    Calls(Service service, Operation operation, int size, int number) throws IOException {
        try {
            for (int client = 0; client < number; client++) {
                clients.add(new Client(service.port()));
                calls.add(call(clients.getLast(), operation, size, client));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    List<Load.Call> all() {
        return calls;
    }

    private static Load.Call call(Client http, Operation operation, int size, int client) throws IOException {
        String name = "bench/" + operation.name().toLowerCase(Locale.ROOT) + "-" + size + "-" + client;
        String path = "/v1/states/" + name;
        String terraform = "/terraform/" + name;
        String id = "0b1f8a9e-5a0a-4f5e-8f0f-" + String.format("%012d", client);
        byte[] lock = ("{\"ID\":\"" + id + "\",\"Operation\":\"OperationTypeApply\",\"Info\":\"\",\"Who\":\"bench\","
                        + "\"Version\":\"1.11.4\",\"Created\":\"2026-01-01T00:00:00Z\",\"Path\":\"\"}")
                .getBytes(StandardCharsets.UTF_8);
        Documents documents = new Documents(size);
        http.send("PUT", path, documents.next());
        return switch (operation) {
            case PUT -> () -> http.send("PUT", path, documents.next());
            case GET ->
                () -> {
                    if (http.send("GET", path, NOTHING) != size) {
                        throw new IOException("The service sent other bytes");
                    }
                };
            case POST -> () -> post(http, terraform, documents.next());
            case LOCK ->
                () -> {
                    http.send("LOCK", terraform, lock);
                    http.send("UNLOCK", terraform, lock);
                };
            case CYCLE ->
                () -> {
                    http.send("LOCK", terraform, lock);
                    http.send("GET", terraform, NOTHING);
                    post(http, terraform + "?ID=" + id, documents.next());
                    http.send("UNLOCK", terraform, lock);
                };
        };
    }

    private static void post(Client http, String path, byte[] document) throws IOException {
        try {
            String sum = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(document));
            http.send("POST", path, document, "Content-MD5: " + sum + "\r\n");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
    }
}
