package io.kolumn.state.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;

/** What is logged while something happens. */
public final class LogLines {

    private LogLines() {}

    public static List<String> of(String logger, Runnable happens) {
        return captured(logger, happens, LogRecord::getMessage);
    }

    /** What each line has beside its text, as logs in JSON show it. */
    public static List<Map<String, String>> members(String logger, Runnable happens) {
        return captured(logger, happens, line -> ((ExtLogRecord) line).getMdcCopy());
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
