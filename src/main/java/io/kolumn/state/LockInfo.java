package io.kolumn.state;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the holder of a lock says of itself: the fields of Terraform's LockInfo ({@code internal/states/statemgr} of its
 * sources). Texts are as the client wrote them, empty where it wrote nothing; {@link #MAX_SIZE} bounds them all
 * together.
 *
 * @param id the lock's id, by which its holder proves itself; empty in a request that wants the service to make one
 * @param operation what the holder does, such as {@code OperationTypeApply}
 * @param info free text ({@code reason} in {@code /v1})
 * @param who user and machine, as the client says
 * @param version the client's version
 * @param created when the client made it; null in a request that leaves it to the service
 * @param path the client's path to the state
 * @param sent the body as a Terraform client sent it, given back to others byte for byte; null if none
 */
public record LockInfo(
        String id,
        String operation,
        String info,
        String who,
        String version,
        @Nullable Instant created,
        String path,
        @Nullable String sent) {

    /**
     * What clients call an operation that changes no state. Terraform and OpenTofu: {@code plan}, and the side of {@code init
     * -migrate-state} that is read. Of a client of {@code /v1}: {@code plan}.
     */
    private static final Set<String> READING = Set.of("OperationTypePlan", "migration source state", "plan");

    /** Characters of all fields together, or of the body as sent. */
    public static final int MAX_SIZE = 16 * 1024;

    /**
     * @throws StateException.Invalid if it is too large, the id holds a control character, or another text a NUL or one
     *     half of a surrogate pair, which not every storage can keep
     */
    public LockInfo {
        int size = id.length() + operation.length() + info.length() + who.length() + version.length() + path.length();
        if (size > MAX_SIZE || (sent != null && sent.length() > MAX_SIZE)) {
            throw new StateException.Invalid("The lock's info is larger than " + MAX_SIZE + " characters.");
        }
        if (id.chars().anyMatch(Character::isISOControl)) {
            throw new StateException.Invalid("The lock's id holds a control character.");
        }
        for (String text : List.of(id, operation, info, who, version, path)) {
            if (text.codePoints().anyMatch(LockInfo::unfit)) {
                throw new StateException.Invalid("The lock info contains NUL or an unpaired surrogate.");
            }
        }
    }

    private static boolean unfit(int codePoint) {
        return codePoint == 0 || Character.getType(codePoint) == Character.SURROGATE;
    }

    /** A holder that says no more than who it is and what it does. */
    public static LockInfo of(String id, String who, String operation) {
        return new LockInfo(id, operation, "", who, "", null, "", null);
    }

    /**
     * Whether the holder is going to write, as far as its operation tells: one that is not known, or none, counts as writing.
     * So does {@code OperationTypeInvalid}, which {@code import} sends as well as {@code console}.
     */
    public boolean writes() {
        return !READING.contains(operation);
    }

    public LockInfo completed(String madeId, Instant now) {
        return new LockInfo(
                id.isEmpty() ? madeId : id, operation, info, who, version, created == null ? now : created, path, sent);
    }
}
