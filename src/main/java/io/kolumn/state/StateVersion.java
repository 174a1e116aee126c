package io.kolumn.state;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The record of one accepted document. Once committed, neither the record nor its content changes.
 *
 * @param number counts the versions of a state from 1, also after deletions; 0 for a quarantined document
 * @param id the random id of its commit. Number and id identify the content, so the loser of a race is never mistaken
 *     for the winner
 * @param format the format of the document
 * @param empty whether the document has neither resources nor outputs
 * @param serial the serial of the document, or null
 * @param lineage the lineage of the document, or null
 * @param sha256 of the exact bytes, in lower-case hex
 * @param size in bytes
 * @param created the time of acceptance, truncated to microseconds; later than that of the previous version, whatever
 *     the clocks say
 * @param author the writer, if known
 * @param operation the operation of the writer, such as {@code OperationTypeApply} or {@code put}
 * @param fence the fence of the lock under which it was written; 0 for none
 */
public record StateVersion(
        long number,
        String id,
        StateDocument.Format format,
        boolean empty,
        @Nullable Long serial,
        @Nullable String lineage,
        String sha256,
        long size,
        Instant created,
        String author,
        String operation,
        long fence) {

    public StateVersion {
        if (number < 0 || size < 0 || fence < 0 || id.isEmpty() || sha256.length() != 64) {
            throw new IllegalArgumentException("Not a version: number " + number + ", id '" + id + "', size " + size);
        }
        created = created.truncatedTo(ChronoUnit.MICROS);
    }

    public static StateVersion of(
            long number,
            String id,
            StateDocument document,
            Instant created,
            String author,
            String operation,
            long fence) {
        return new StateVersion(
                number,
                id,
                document.format(),
                document.isEmpty(),
                document.serial(),
                document.lineage(),
                document.sha256(),
                document.size(),
                created,
                author,
                operation,
                fence);
    }

    /** Returns whether this is the record of exactly these bytes. */
    public boolean describes(StateDocument document) {
        return size == document.size() && sha256.equals(document.sha256());
    }

    /** Returns whether the content is stored encrypted by this service. */
    public boolean sealed() {
        return format == StateDocument.Format.SEALED;
    }

    public boolean tracked() {
        return serial != null || lineage != null;
    }
}
