package io.kolumn.state;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The description of a lock by its holder: the fields of Terraform's LockInfo ({@code internal/states/statemgr} of
 * its sources). Texts are as the client wrote them, or empty. {@link #MAX_SIZE} limits all of them together.
 *
 * @param id the id of the lock, which identifies its holder; empty in a request to generate one
 * @param operation the operation of the holder, such as {@code OperationTypeApply}
 * @param info free text ({@code reason} in {@code /v1})
 * @param who user and machine, as the client claims
 * @param version the version of the client
 * @param created the time of creation; null in a request to set it
 * @param path the path of the client to the state
 * @param sent the body of a Terraform client, returned to others byte for byte; null if there is none
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
     * Names of operations that change no state. Terraform and OpenTofu: {@code plan}, and the source of {@code init
     * -migrate-state}. Clients of {@code /v1}: {@code plan}.
     */
    private static final Set<String> READING = Set.of("OperationTypePlan", "migration source state", "plan");

    /** The maximum number of characters of all fields together, or of the body. */
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
            throw new StateException.Invalid("The lock's id contains a control character.");
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

    /** Creates the description of a holder with only a name and an operation. */
    public static LockInfo of(String id, String who, String operation) {
        return new LockInfo(id, operation, "", who, "", null, "", null);
    }

    /**
     * Returns whether the holder is going to write. An unknown or missing operation counts as a write. So does {@code
     * OperationTypeInvalid}, which both {@code import} and {@code console} send.
     */
    public boolean writes() {
        return !READING.contains(operation);
    }

    public LockInfo completed(String madeId, Instant now) {
        return new LockInfo(
                id.isEmpty() ? madeId : id, operation, info, who, version, created == null ? now : created, path, sent);
    }
}
