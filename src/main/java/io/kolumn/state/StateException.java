package io.kolumn.state;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The error model. Each error is a rejection or a failure that a caller can handle. Its message names the state, the
 * holder or the key, and what to do. Bugs are {@link IllegalArgumentException} or {@link IllegalStateException}
 * instead.
 */
public abstract sealed class StateException extends RuntimeException {

    private final @Nullable QuarantineOutcome quarantine;
    private @Nullable Lock callersLock;

    private StateException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.quarantine = null;
    }

    /** A refusal; {@code quarantine} is the outcome for its document; null if none came with the id of a lock. */
    private StateException(@Nullable QuarantineOutcome quarantine, String text) {
        super(quarantine == null ? text : text + quarantine.sentence(), null);
        this.quarantine = quarantine;
    }

    /** Returns the outcome for a refused document that came with the id of a lock, or null. */
    public final @Nullable QuarantineOutcome quarantine() {
        return quarantine;
    }

    /** Returns the id of the quarantined document, or null. */
    public final @Nullable String quarantined() {
        return quarantine == null ? null : quarantine.id();
    }

    /** Returns the same refusal with the outcome for its document; errors of other calls stay unchanged. */
    public StateException withQuarantine(QuarantineOutcome said) {
        return this;
    }

    /** Returns the lock of the caller under which the call was refused or failed; null if it used none. For records. */
    public final @Nullable Lock callersLock() {
        return callersLock;
    }

    /** Notes the lock of the caller, and returns this error. */
    public final StateException under(@Nullable Lock lock) {
        callersLock = lock;
        return this;
    }

    /** Returns the stable short name of the error, as in {@code urn:kolumn:state:<code>}. */
    public abstract String code();

    /** The state or version does not exist. */
    public static final class NotFound extends StateException {
        private final StateName name;

        public NotFound(StateName name, String message) {
            super(message, null);
            this.name = name;
        }

        public StateName name() {
            return name;
        }

        @Override
        public String code() {
            return "not-found";
        }
    }

    /** Another holds the lock. */
    public static final class Locked extends StateException {
        private final StateName name;
        private final Lock holder;

        public Locked(StateName name, Lock holder) {
            this(name, holder, null);
        }

        private Locked(StateName name, Lock holder, @Nullable QuarantineOutcome quarantine) {
            super(quarantine, text(name, holder));
            this.name = name;
            this.holder = holder;
        }

        private static String text(StateName name, Lock holder) {
            LockInfo info = holder.info();
            return "State '" + name + "' is locked by " + (info.who().isEmpty() ? "(unnamed)" : info.who())
                    + (holder.owner().isEmpty() ? "" : " as " + holder.owner())
                    + " (lock '" + info.id() + "'"
                    + (info.operation().isEmpty() ? "" : ", operation '" + info.operation() + "'") + ", since "
                    + holder.acquired() + (holder.expires() == null ? "" : ", lease until " + holder.expires()) + ").";
        }

        public StateName name() {
            return name;
        }

        public Lock holder() {
            return holder;
        }

        @Override
        public Locked withQuarantine(QuarantineOutcome said) {
            return new Locked(name, holder, said);
        }

        @Override
        public String code() {
            return "locked";
        }
    }

    /** The write conflicts with the current state. */
    public static final class Conflict extends StateException {

        /** The rule that rejected the call. */
        public enum Reason {
            SERIAL("serial"),
            LINEAGE("lineage"),
            LOCK_LOST("lock-lost"),
            /** The holder requested its lock again after writing under it. */
            LOCK_USED("lock-used"),
            PRECONDITION("precondition"),
            /** The target name of a move or copy already has a state. */
            EXISTS("exists"),
            /** The existing state differs from the imported one. */
            DIFFERS("differs"),
            /** The content of the document is encrypted or has an unknown format. */
            UNREADABLE("unreadable"),
            /** The version to purge is current, or the state is not deleted. */
            CURRENT("current");

            private final String code;

            Reason(String code) {
                this.code = code;
            }

            public String code() {
                return code;
            }
        }

        private final StateName name;
        private final Reason reason;
        private final @Nullable StateVersion current;
        private final String text;

        public Conflict(StateName name, Reason reason, @Nullable StateVersion current, String text) {
            this(name, reason, current, text, null);
        }

        private Conflict(
                StateName name,
                Reason reason,
                @Nullable StateVersion current,
                String text,
                @Nullable QuarantineOutcome quarantine) {
            super(quarantine, text);
            this.name = name;
            this.reason = reason;
            this.current = current;
            this.text = text;
        }

        public StateName name() {
            return name;
        }

        public Reason reason() {
            return reason;
        }

        /** Returns the current version of the state, or null if it has none. */
        public @Nullable StateVersion current() {
            return current;
        }

        @Override
        public Conflict withQuarantine(QuarantineOutcome said) {
            return new Conflict(name, reason, current, text, said);
        }

        @Override
        public String code() {
            return "conflict";
        }
    }

    /** The state was moved to another name. */
    public static final class Moved extends StateException {
        private final StateName name;
        private final @Nullable StateName to;
        private final Instant at;

        /** @param to the new name; null if the caller cannot read it */
        public Moved(StateName name, @Nullable StateName to, Instant at) {
            this(name, to, at, null);
        }

        private Moved(StateName name, @Nullable StateName to, Instant at, @Nullable QuarantineOutcome quarantine) {
            super(quarantine, text(name, to, at));
            this.name = name;
            this.to = to;
            this.at = at;
        }

        private static String text(StateName name, @Nullable StateName to, Instant at) {
            String day = LocalDate.ofInstant(at, ZoneOffset.UTC).toString();
            return to == null
                    ? "State '" + name + "' was moved to another name on " + day
                            + ", which you may not read. Ask its owner for the new name."
                    : "State '" + name + "' was moved to '" + to + "' on " + day + ". Use the address that ends with /"
                            + to + ".";
        }

        /** Returns the old name. */
        public StateName name() {
            return name;
        }

        /** Returns the new name, or null if the caller cannot read it. */
        public @Nullable StateName to() {
            return to;
        }

        /** Returns the time of the move. */
        public Instant at() {
            return at;
        }

        /** Returns the same error without the new name, for a caller who cannot read it. */
        public Moved withoutTarget() {
            return new Moved(name, null, at, quarantine());
        }

        @Override
        public Moved withQuarantine(QuarantineOutcome said) {
            return new Moved(name, to, at, said);
        }

        @Override
        public String code() {
            return "moved";
        }
    }

    /** The input is not valid; nothing was changed. */
    public static final class Invalid extends StateException {

        /** The kind of the problem. */
        public enum Fault {
            MALFORMED,
            TOO_LARGE
        }

        private final Fault fault;

        public Invalid(String message) {
            this(Fault.MALFORMED, message);
        }

        public Invalid(Fault fault, String message) {
            super(message, null);
            this.fault = fault;
        }

        public Fault fault() {
            return fault;
        }

        @Override
        public String code() {
            return "invalid";
        }
    }

    /** The caller is not authenticated, or no longer. */
    public static final class Unauthenticated extends StateException {

        private final String text;

        public Unauthenticated(String message) {
            this(message, null);
        }

        private Unauthenticated(String text, @Nullable QuarantineOutcome quarantine) {
            super(quarantine, text);
            this.text = text;
        }

        @Override
        public Unauthenticated withQuarantine(QuarantineOutcome said) {
            return new Unauthenticated(text, said);
        }

        @Override
        public String code() {
            return "unauthenticated";
        }
    }

    /**
     * The caller lacks a permission. Without any permission on the state it is {@link #hidden()}, and the caller does
     * not see whether the state exists.
     */
    public static final class Forbidden extends StateException {
        private final String permission;
        private final @Nullable StateName hidden;
        private final String text;

        public Forbidden(String permission, String message) {
            this(permission, message, null, null);
        }

        private Forbidden(
                String permission, String text, @Nullable StateName hidden, @Nullable QuarantineOutcome quarantine) {
            super(quarantine, text);
            this.permission = permission;
            this.hidden = hidden;
            this.text = text;
        }

        /** Creates the error for a caller without any permission on the state. */
        public static Forbidden hiding(StateName name, String permission) {
            return new Forbidden(permission, "You have no permission on state '" + name + "'.", name, null);
        }

        /** A holder of a lock knows that the state exists. */
        @Override
        public Forbidden withQuarantine(QuarantineOutcome said) {
            boolean known = said.fate() != QuarantineOutcome.Fate.NEVER_HELD;
            return hidden != null && !known ? this : new Forbidden(permission, text, known ? null : hidden, said);
        }

        /** Returns the state whose existence is hidden from the caller, or null. */
        public @Nullable StateName hidden() {
            return hidden;
        }

        /** Returns the missing permission, such as {@code unlock-force}. */
        public String permission() {
            return permission;
        }

        @Override
        public String code() {
            return "forbidden";
        }
    }

    /** The configuration is not valid; contains all problems at once. */
    public static final class Configuration extends StateException {

        /**
         * One problem of the configuration.
         *
         * @param key the key as written in application.properties
         * @param value the given value, redacted if the key is secret; null if there is none
         * @param message the problem, and what to write instead
         */
        public record Problem(String key, @Nullable String value, String message) {

            @Override
            public String toString() {
                return key + (value == null ? "" : "=" + value) + ": " + message;
            }
        }

        private final List<Problem> problems;

        public Configuration(List<Problem> problems) {
            super("Invalid configuration:" + String.join("", lines(problems)), null);
            this.problems = List.copyOf(problems);
        }

        private static List<String> lines(List<Problem> problems) {
            return problems.stream().map(problem -> "\n  " + problem).toList();
        }

        public List<Problem> problems() {
            return problems;
        }

        @Override
        public String code() {
            return "configuration";
        }
    }

    /**
     * The storage is unavailable; a retry may help. With {@link #outcomeUnknown()}, the answer to a commit was lost
     * and it may have happened. The message contains no credentials or statements, but may name hosts, folders and
     * buckets. {@link #publicMessage()} is the text for every caller.
     */
    public static final class Unavailable extends StateException {
        private static final String AWAY =
                "The storage is unavailable. Try again in a moment. The log of the service has the details.";
        private static final String UNKNOWN =
                "The storage did not confirm the change. Check before you try again. The log of the service has"
                        + " the details.";

        private final boolean outcomeUnknown;
        private final String publicMessage;

        public Unavailable(String message, @Nullable Throwable cause) {
            this(message, cause, false, AWAY);
        }

        private Unavailable(String message, @Nullable Throwable cause, boolean outcomeUnknown, String publicMessage) {
            super(message, cause);
            this.outcomeUnknown = outcomeUnknown;
            this.publicMessage = publicMessage;
        }

        /** Creates the error for a commit whose answer was lost. */
        public static Unavailable outcomeUnknown(String message, @Nullable Throwable cause) {
            return new Unavailable(message, cause, true, UNKNOWN);
        }

        /** Creates an error whose message names nothing of the storage, so that every caller can read it. */
        public static Unavailable forEverybody(String message, @Nullable Throwable cause) {
            return new Unavailable(message, cause, false, message);
        }

        /** Creates an error from an earlier failure, for a later call that did nothing. */
        public static Unavailable again(Unavailable before) {
            String publicMessage = before.outcomeUnknown ? AWAY : before.publicMessage;
            return new Unavailable(String.valueOf(before.getMessage()), before, false, publicMessage);
        }

        /** Returns the same error with a text for every caller, which names nothing of the storage. */
        public Unavailable telling(String kind) {
            return new Unavailable(String.valueOf(getMessage()), getCause(), outcomeUnknown, kind);
        }

        /** Returns the text for every caller: the kind of the failure, without the location of the storage. */
        public String publicMessage() {
            return publicMessage;
        }

        public boolean outcomeUnknown() {
            return outcomeUnknown;
        }

        @Override
        public String code() {
            return "unavailable";
        }
    }
}
