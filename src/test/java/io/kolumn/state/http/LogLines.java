package io.kolumn.state.http;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;

/** What is logged while something happens. */
public final class LogLines {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LogLines() {}

    public static List<String> of(String logger, Runnable happens) {
        return captured(logger, happens, LogRecord::getMessage);
    }

    /** What each line has beside its text, as logs in JSON show it. */
    public static List<Map<String, String>> members(String logger, Runnable happens) {
        return captured(logger, happens, line -> ((ExtLogRecord) line).getMdcCopy());
    }

    /** The texts that another process logs, as JSON, while something happens and shortly after. */
    public static List<String> of(PackagedService service, String logger, Runnable happens) {
        int before = service.log().length();
        happens.run();
        AtomicReference<String> seen = new AtomicReference<>("");
        await().pollInterval(Duration.ofMillis(200)).until(() -> service.log().equals(seen.getAndSet(service.log())));
        return service.log()
                .substring(before)
                .lines()
                .map(LogLines::parsed)
                .filter(line -> line.path("loggerName").asText().startsWith(logger))
                .map(line -> line.path("message").asText() + line.path("exception"))
                .toList();
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> List<T> captured(String logger, Runnable happens, Function<LogRecord, T> wanted) {
        List<T> lines = new CopyOnWriteArrayList<>();
        Handler capture = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(wanted.apply(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(logger);
        log.addHandler(capture);
        try {
            happens.run();
        } finally {
            log.removeHandler(capture);
        }
        return lines;
    }
}
