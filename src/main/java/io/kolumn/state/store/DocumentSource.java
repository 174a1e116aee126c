package io.kolumn.state.store;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import java.util.List;

/**
 * A foreign layout to import documents from. To add one, implement this as a CDI bean beside the store whose library
 * it uses. {@code kolumn-state import --from=<type>} selects it.
 */
public interface DocumentSource {

    /** The prefix of the keys of a source on the command line. */
    String KEY_PREFIX = "--from-set ";

    /** Receives documents. */
    interface Receiver {

        /**
         * Receives a document.
         *
         * @param name in the source, which may not be a valid state name
         */
        void document(String name, StateDocument document);

        /** Receives a possible state that cannot be imported. */
        void refused(String name, String why);

        /**
         * Receives something that is not a state by its name.
         *
         * @param why the end of a sentence that starts with the location
         */
        void skipped(String where, String why);

        /** Receives a document with the name of a state. Settings of a backend are skipped. */
        default void called(String name, String where, StateDocument document) {
            if (DataDirectoryFile.is(document)) {
                skipped(where, DataDirectoryFile.WHY);
            } else {
                document(name, document);
            }
        }

        /** Receives a document from a location with other files: other JSON is reported as not a state. */
        default void found(String name, String where, StateDocument document) {
            if (document.format() == StateDocument.Format.OTHER) {
                refused(name, where + " is not a state: it is JSON without a numeric version.");
            } else {
                called(name, where, document);
            }
        }
    }

    /** Returns the name of the layout, such as {@code terraform-pg}: lower-case letters, digits and dashes. */
    String type();

    /** Returns a one-line description. */
    String text();

    List<ConfigKey> keys();

    /** Returns problems of values that are each valid, or an empty list. Opens nothing. */
    default List<Problem> problems(StoreConfig config) {
        return List.of();
    }

    /**
     * Passes every document in the order of names, on the caller's thread. Only reads.
     *
     * @throws io.kolumn.state.StateException.Unavailable if the source is unavailable
     */
    void read(StoreConfig config, Receiver receiver);
}
