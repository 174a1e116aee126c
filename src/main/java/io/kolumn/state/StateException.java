package io.kolumn.state;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole error model. Every one is a refusal or a fault that a caller can meet and act on; its message names the
 * state, the holder or the key, and says what to do. A bug is an {@link IllegalArgumentException} or an
 * {@link IllegalStateException} instead.
 */
public abstract sealed class StateException extends RuntimeException {

    private final @Nullable QuarantineOutcome quarantine;

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

    /** The stable short name of the error, as in {@code urn:kolumn:state:<code>}. */
    public abstract String code();

    /** There is no such state, or no such version of it. */
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

    /** The state has moved on: the write does not follow what is there. */
    public static final class Conflict extends StateException {

        /** Which rule refused. */
        public enum Reason {
            SERIAL("serial"),
            LINEAGE("lineage"),
            LOCK_LOST("lock-lost"),
            /** A lock is asked for again by its holder, who has written under it. */
            LOCK_USED("lock-used"),
            PRECONDITION("precondition"),
            /** There is a state of the name that another was to be moved or copied to. */
            EXISTS("exists"),
            /** The state is another than the one that was to be carried over to its place. */
            DIFFERS("differs"),
            /** What is in the document cannot be read here, because it is encrypted or of a form that is not known. */
            UNREADABLE("unreadable"),
            /** What is to be purged is the current document, or has one. */
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

        /** The version that the state has now, or null if it has none. */
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

    /** The state has another name now, and was not found at the one it had before. */
    public static final class Moved extends StateException {
        private final StateName name;
        private final @Nullable StateName to;
        private final Instant at;

        /** @param to its name now; null if the caller may not know it */
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

        /** The name it had. */
        public StateName name() {
            return name;
        }

        /** The name it has, or null if the caller may not know it. */
        public @Nullable StateName to() {
            return to;
        }

        /** When it was moved. */
        public Instant at() {
            return at;
        }

        /** The same without the new name, for a caller who may not know it. */
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

    /** The input is not what it must be; nothing was changed. */
    public static final class Invalid extends StateException {

        /** What is wrong with it. */
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

    /** The caller has to prove who it is, and has not, or no longer. */
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
     * The caller may not do this. Where it may do nothing at all with a state, it is {@link #hidden()}: the caller is not
     * told whether there is such a state.
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

        /** Of somebody who may do nothing with this state. */
        public static Forbidden hiding(StateName name, String permission) {
            return new Forbidden(permission, "You may do nothing with state '" + name + "'.", name, null);
        }

        /** Who held a lock of the state knows of it. */
        @Override
        public Forbidden withQuarantine(QuarantineOutcome said) {
            boolean known = said.fate() != QuarantineOutcome.Fate.NEVER_HELD;
            return hidden != null && !known ? this : new Forbidden(permission, text, known ? null : hidden, said);
        }

        /** The state that the caller may not know of, or null if it may. */
        public @Nullable StateName hidden() {
            return hidden;
        }

        /** The permission that is missing, such as {@code unlock-force}. */
        public String permission() {
            return permission;
        }

        @Override
        public String code() {
            return "forbidden";
        }
    }

    /** The configuration is wrong; every problem of it at once. */
    public static final class Configuration extends StateException {

        /**
         * One problem.
         *
         * @param key the key as it would be written in application.properties
         * @param value the value given, redacted where the key is secret; null if there is none
         * @param message what is wrong and what to write instead
         */
        public record Problem(String key, @Nullable String value, String message) {

            @Override
            public String toString() {
                return key + (value == null ? "" : "=" + value) + ": " + message;
            }
        }

        private final List<Problem> problems;

        public Configuration(List<Problem> problems) {
            super("The configuration is wrong:" + String.join("", lines(problems)), null);
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
     * The storage cannot answer now; trying again may help. Where {@link #outcomeUnknown()}, the answer to a commit was
     * lost: it may have happened or not. The message never holds a credential or a statement, but may name hosts, folders
     * and buckets: {@link #told()} is what every caller may read.
     */
    public static final class Unavailable extends StateException {
        private static final String AWAY =
                "The storage cannot answer now; try again in a moment. The log of the service says more.";
        private static final String UNKNOWN =
                "The storage did not say whether this was done; look before you try again."
                        + " The log of the service says more.";

        private final boolean outcomeUnknown;
        private final String told;

        public Unavailable(String message, @Nullable Throwable cause) {
            this(message, cause, false, AWAY);
        }

        private Unavailable(String message, @Nullable Throwable cause, boolean outcomeUnknown, String told) {
            super(message, cause);
            this.outcomeUnknown = outcomeUnknown;
            this.told = told;
        }

        /** The answer to a commit was lost. */
        public static Unavailable outcomeUnknown(String message, @Nullable Throwable cause) {
            return new Unavailable(message, cause, true, UNKNOWN);
        }

        /** With a message that names nothing of the storage: every caller may read it. */
        public static Unavailable forEverybody(String message, @Nullable Throwable cause) {
            return new Unavailable(message, cause, false, message);
        }

        /**
         * A failure from before, told to one who comes a moment later: nothing of what they ask for was done, whatever
         * became of what failed.
         */
        public static Unavailable again(Unavailable before) {
            String told = before.outcomeUnknown ? AWAY : before.told;
            return new Unavailable(String.valueOf(before.getMessage()), before, false, told);
        }

        /** The same, of which every caller may read {@code kind}: it names nothing of the storage. */
        public Unavailable telling(String kind) {
            return new Unavailable(String.valueOf(getMessage()), getCause(), outcomeUnknown, kind);
        }

        /** What every caller may read: the kind of failure, and nothing of where the storage is. */
        public String told() {
            return told;
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
