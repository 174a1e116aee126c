package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store may be written to: AWS may; any other only after the {@link S3Probe} found nothing wrong, which is kept
 * in the bucket for a day; and none about which there is an {@link S3Verdict}. Nothing is asked before it must be known.
 */
final class S3Conformance {

    /** 1 was of a probe of few races. */
    private static final int LAYOUT = 2;

    private static final Duration KEPT = Duration.ofDays(1);

    /** How long those who come next are told the same, in nanoseconds: of a store that is away, and of one proven wrong. */
    private static final long RETRY_UNAVAILABLE = Duration.ofSeconds(1).toNanos();

    private static final long RETRY_REFUSED = Duration.ofMinutes(1).toNanos();
    private static final String UNKNOWN = "Whether the store is usable is unknown";
    private static final String NOTHING = "Nothing is written. ";
    private static final String ASK = " Ask the operator of the service. Its log has the details.";
    private static final Logger LOG = Logger.getLogger(S3Conformance.class);

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Settings settings;
    private final S3Verdict verdict;

    /** Whether writes may go on; what was found then is null or allowed. */
    private volatile boolean settled;

    /** What is wrong with the store, as far as it was found out. */
    private volatile S3Probe.@Nullable Finding wrong;

    /** Whether the store has answered at all: what it keeps of its promises is then found out soon. */
    private volatile boolean answered;

    private volatile @Nullable S3Probe last;

    /** Whether what was proven before a verdict counts no more. */
    private boolean anew;

    private @Nullable Unavailable failure;
    private long until;

    S3Conformance(S3Bucket bucket, S3Layout layout, S3Settings settings) {
        this.bucket = bucket;
        this.layout = layout;
        this.settings = settings;
        this.verdict = new S3Verdict(bucket, layout, settings);
        this.settled = settings.trusted();
    }

    /** @throws Unavailable if the store was proven wrong, or cannot be reached to be proven */
    void ensure() {
        if (!settled) {
            ensureOnce();
        }
    }

    boolean answered() {
        return answered;
    }

    /** Whether conditional writes are relied on now, and nothing is known that speaks against it. */
    boolean holds() {
        S3Probe.Finding found = wrong;
        return settled && (found == null || found.conditionsHold());
    }

    /** What the probe proved wrong and is not allowed; empty if nothing was. A verdict lets reads go on. */
    Optional<S3Probe.Finding> refused() {
        return settled || verdict.problem() != null ? Optional.empty() : Optional.ofNullable(wrong);
    }

    /** For people: whether conditional writes can be relied on, as far as that is known. */
    String conditionalWrites() {
        S3Probe.Finding found = wrong;
        if (found != null && found.conditionsHold()) {
            return "true";
        }
        if (found != null) {
            return settled ? "false, and allowed (allow_unsafe_locks=true)" : "false";
        }
        return settled ? "true" : "not known yet";
    }

    /** What is wrong although it is allowed; null if nothing is. */
    @Nullable
    String warning() {
        S3Probe.Finding found = wrong;
        return settled && found != null ? found.problem() : null;
    }

    /** The store was seen breaking its promise: from now on nobody writes, here or elsewhere. */
    void condemn(BrokenPromise broken, Instant now) {
        verdict.pass(broken, now);
        condemned();
    }

    /**
     * Whether another replica has found the store wrong, or somebody lifted the verdict: one small GET.
     *
     * @throws Unavailable if it cannot be read
     */
    void look(String what) {
        switch (verdict.look(what, Instant.now())) {
            case NONE -> {}
            case FOUND -> condemned();
            case LIFTED -> lifted();
        }
    }

    private synchronized void condemned() {
        String problem = String.valueOf(verdict.problem());
        wrong = new S3Probe.Finding("endpoint", problem, false, null);
        anew = true;
        failure = null;
        settled = settings.allowUnsafeLocks();
        if (settled) {
            LOG.warnf("UNSAFE, but served (allow_unsafe_locks=true): %s", problem);
        } else {
            LOG.errorf("Nothing is written. %s", problem);
        }
    }

    private synchronized void lifted() {
        LOG.info("The verdict on the store was removed. The store is probed again.");
        wrong = null;
        failure = null;
        settled = false;
    }

    /** What was written to try the store out is removed, or stays after this time. */
    void cleaned(Duration timeout) {
        S3Probe probe = last;
        if (probe != null) {
            probe.cleaned(timeout);
        }
    }

    /** One caller finds out; the others wait for it, and those who come a moment later are told the same. */
    private synchronized void ensureOnce() {
        if (settled) {
            return;
        }
        if (failure != null && System.nanoTime() - until < 0) {
            throw Unavailable.again(failure);
        }
        try {
            settle();
            failure = null;
        } catch (Unavailable e) {
            failure = e;
            until = System.nanoTime() + (wrong == null ? RETRY_UNAVAILABLE : RETRY_REFUSED);
            throw e;
        }
    }

    private void settle() {
        look(UNKNOWN);
        answered = true;
        if (verdict.problem() != null) {
            if (settled) {
                return;
            }
            throw new Unavailable(NOTHING + verdict.problem(), null)
                    .telling(NOTHING + "The storage let two writers win. Reads continue." + ASK);
        }
        wrong = null;
        if (!anew && provenBefore()) {
            settled = true;
            return;
        }
        S3Probe probe = new S3Probe(bucket, layout, settings, late -> condemn(late, Instant.now()));
        last = probe;
        S3Probe.Finding found = probe.run();
        wrong = found.problem() == null ? null : found;
        if (wrong == null) {
            LOG.infof("Bucket '%s' at %s supports conditional writes.", settings.bucket(), settings.place());
            keep(found.time());
        } else if (settings.allowUnsafeLocks()) {
            LOG.warnf("UNSAFE, but served (allow_unsafe_locks=true): %s", found.problem());
        } else {
            throw new Unavailable(NOTHING + found.problem(), null)
                    .telling(NOTHING + "The probe of the storage found unsafe conditional writes. Reads continue."
                            + ASK);
        }
        anew = false;
        settled = true;
    }

    /** A result that cannot be read is none. */
    private boolean provenBefore() {
        return bucket.read(UNKNOWN, layout.proof(), (answer, in) -> {
                    Map<String, String> kept = FlatJson.read(in.readAllBytes());
                    Optional<Instant> now = S3Bucket.time(answer);
                    return now.isPresent() && told(kept) && recent(kept.get("proven"), now.get());
                })
                .orElse(false);
    }

    private boolean told(Map<String, String> kept) {
        return String.valueOf(LAYOUT).equals(kept.get("layout"))
                && settings.place().equals(kept.get("place"))
                && settings.encryption().equals(kept.get("encryption"));
    }

    private static boolean recent(@Nullable String proven, Instant now) {
        try {
            Instant then = Instant.parse(String.valueOf(proven));
            return then.isAfter(now.minus(KEPT)) && then.isBefore(now.plus(KEPT));
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Only a good result is kept, so that a store that was mended is tried again at once. */
    private void keep(@Nullable Instant now) {
        if (now == null) {
            return;
        }
        Map<String, String> members = new LinkedHashMap<>();
        members.put("layout", String.valueOf(LAYOUT));
        members.put("place", settings.place());
        members.put("encryption", settings.encryption());
        members.put("proven", now.toString());
        bucket.write(
                "The result of the probe was not stored",
                layout.proof(),
                S3Bucket.Body.json(FlatJson.write(members)),
                false);
    }
}
