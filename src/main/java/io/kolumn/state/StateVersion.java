package io.kolumn.state;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The record of one accepted document. Once committed neither it nor its content ever changes.
 *
 * @param number counts the versions of a state from 1, over deletes too; 0 for a quarantined document
 * @param id the random id of the commit that made it; with the number it names the content, so that a version that lost
 *     a race is never taken for the one that won
 * @param format what kind of document it is
 * @param empty whether it holds neither resources nor outputs
 * @param serial the document's own counter, null if it has none
 * @param lineage the document's own identity, null if it has none
 * @param sha256 of the exact bytes, in lower-case hex
 * @param size in bytes
 * @param created when it was accepted, in microseconds, which every storage can keep; more than that of it is cut off.
 *     Later than that of the version before it, whatever the clocks say
 * @param author who wrote it, as far as known
 * @param operation what the writer did, such as {@code OperationTypeApply} or {@code put}
 * @param fence of the lock under which it was written; 0 if under none
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

    /** Whether this is the record of exactly these bytes. */
    public boolean describes(StateDocument document) {
        return size == document.size() && sha256.equals(document.sha256());
    }

    /** Whether its content is what a store keeps in the place of a document that this service encrypted. */
    public boolean sealed() {
        return format == StateDocument.Format.SEALED;
    }

    public boolean tracked() {
        return serial != null || lineage != null;
    }
}
