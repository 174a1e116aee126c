package io.kolumn.state.tfe;

import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Purpose;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.server.ServiceConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Addresses for states that are sent in two phases. The client sends no credential there, so the address holds it, sealed, with
 * everything that was announced. It takes one document, the announced one, for a quarter of an hour.
 *
 * <p>An address is only given for a state that will probably be accepted. All others are asked for inline: a client shows the
 * reason of a refusal there, and nothing but the status here. See ADR 0058.
 */
@Singleton
final class StateUploads {

    /** A client retries for six minutes. */
    private static final Duration LIFE = Duration.ofMinutes(15);

    /** Proxies accept lines of 8 KB. */
    private static final int LONGEST = 6000;

    /** Credentials are taken from addresses below by {@code AuthenticationFilter}. */
    private static final String PATH = ErrorFormat.JSON_API_ROOT + "/uploads/";

    private static final int MEMBERS = 5;

    /**
     * What was announced.
     *
     * @param lock the lock of the write; null for none
     * @param md5 of the document, in hex
     */
    record Announced(WorkspaceName workspace, @Nullable String lock, String md5, long serial, String lineage) {

        private String text() {
            return String.join("\n", workspace.id(), lock == null ? "" : lock, md5, String.valueOf(serial), lineage);
        }

        private static Announced of(String text) {
            String[] members = text.split("\n", MEMBERS);
            return new Announced(
                    WorkspaceName.ofId(members[0]),
                    members[1].isEmpty() ? null : members[1],
                    members[2],
                    Long.parseLong(members[3]),
                    members[4]);
        }
    }

    private final ServiceConfig config;
    private final SealedCredentials seal;

    StateUploads(ServiceConfig config, SealedCredentials seal) {
        this.config = config;
        this.seal = seal;
    }

    /** Returns whether clients send states in two phases where that is possible. */
    boolean offered() {
        return config.twoPhaseUpload();
    }

    /**
     * Returns the address for a state, or empty if the client has to send it inline.
     *
     * @param head of the workspace; null if there is none
     * @param lock the lock of the write; null for none
     */
    Optional<String> address(
            WorkspaceName workspace,
            @Nullable StateHead head,
            @Nullable String lock,
            StateVersionUpload upload,
            HttpServerRequest request) {
        if (!offered() || upload.force() || !admitted(head, lock)) {
            return Optional.empty();
        }
        return upload.announced(workspace, lock)
                .filter(announced ->
                        follows(head, announced) && announced.lineage().length() < LONGEST)
                .map(announced -> seal.seal(Purpose.UPLOAD, request.getHeader("Authorization"), LIFE, announced.text()))
                .map(text -> root(request) + PATH + text)
                .filter(address -> address.length() <= LONGEST);
    }

    private static boolean admitted(@Nullable StateHead head, @Nullable String lock) {
        Lock held = head == null ? null : head.held();
        return held == null ? lock == null : held.heldBy(lock);
    }

    private static boolean follows(@Nullable StateHead head, Announced announced) {
        StateVersion current = head == null ? null : head.current();
        return current == null
                || (announced.lineage().equals(current.lineage())
                        && current.serial() != null
                        && announced.serial() > current.serial());
    }

    private String root(HttpServerRequest request) {
        return config.publicUrl().orElseGet(() -> request.scheme() + "://" + request.authority());
    }

    /**
     * Returns what was announced for an address.
     *
     * @throws Refusal with 404 if the address has ended, was altered, or was sealed by another process without common keys
     */
    Announced announced(String text) {
        return seal.open(Purpose.UPLOAD, text)
                .map(opened -> Announced.of(opened.content()))
                .orElseThrow(() ->
                        Refusal.notFound("The address of the upload has ended or was altered. Replicas need the same"
                                + " kolumn.state.sessions.keys."));
    }
}
