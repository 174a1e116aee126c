package io.kolumn.state.audit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An audit trail that somebody else keeps, such as a collector of logs: it begins anew with each process. */
public final class AuditChain {

    private long number;
    private String last = AuditRecord.NONE;

    /** The next line. Lines are to be kept in the order of their numbers. */
    public synchronized String next(Map<String, ? extends @Nullable Object> members) {
        byte[] line = AuditRecord.line(++number, last, members);
        last = AuditRecord.hash(line);
        return new String(line, StandardCharsets.UTF_8);
    }
}
