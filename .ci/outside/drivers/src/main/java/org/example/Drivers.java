package org.example;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import java.util.Map;

/** Asks a PostgreSQL and an S3 that are not there: the drivers do, and say so. */
public final class Drivers {

    private Drivers() {}

    public static void main(String[] args) {
        ask(
                "postgres",
                Map.of(
                        "host", "127.0.0.1",
                        "port", "1",
                        "database", "states",
                        "username", "states",
                        "conn_timeout", "1s",
                        "request_timeout", "2s"));
        ask(
                "s3",
                Map.of(
                        "endpoint", "http://127.0.0.1:1",
                        "bucket", "states",
                        "access_key", "id",
                        "secret_key", "secret",
                        "max_retries", "0"));
    }

    private static void ask(String type, Map<String, String> config) {
        try (StateBackend states = BackendFactory.withBuiltIns().create(type, config)) {
            states.get(StateName.of("team-a/demo"));
            throw new AssertionError(type + " answers");
        } catch (Unavailable e) {
            System.out.println(type + ": " + e.getMessage());
        }
    }
}
