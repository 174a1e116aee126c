package io.kolumn.state.store;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import java.util.List;

/**
 * Where documents can be imported from that are no storage of this program's: the layout of another tool. To add one,
 * implement this as a CDI bean beside the store whose library it uses; {@code kolumn-state import --from=<type>} picks it.
 */
public interface DocumentSource {

    /** What stands before the keys of a source where somebody writes them. */
    String KEY_PREFIX = "--from-set ";

    /** Takes documents. */
    interface Receiver {

        /**
         * A document.
         *
         * @param name as the source has it, perhaps no valid name of a state
         */
        void document(String name, StateDocument document);

        /** What may be a state and cannot be brought. */
        void refused(String name, String why);

        /**
         * What is there and is not a state, as everybody knows by what it is called.
         *
         * @param why as the end of a sentence that begins with the place
         */
        void skipped(String where, String why);

        /** A document that is called as states are. What holds the settings of a backend is none. */
        default void called(String name, String where, StateDocument document) {
            if (DataDirectoryFile.is(document)) {
                skipped(where, DataDirectoryFile.WHY);
            } else {
                document(name, document);
            }
        }

        /** A document out of a place where anything else may be too: other JSON is told, and not taken for a state. */
        default void found(String name, String where, StateDocument document) {
            if (document.format() == StateDocument.Format.OTHER) {
                refused(name, where + " is not a state: it is JSON without a numeric version.");
            } else {
                called(name, where, document);
            }
        }
    }

    /** The name of the layout, such as {@code terraform-pg}: lower-case letters, digits and dashes. */
    String type();

    /** One line on what it is, for people who choose. */
    String text();

    List<ConfigKey> keys();

    /** What is wrong with values that are each right by themselves; empty if nothing is. Opens nothing. */
    default List<Problem> problems(StoreConfig config) {
        return List.of();
    }

    /**
     * Gives every document in turn, on the caller's thread, in the order of their names. Only reads.
     *
     * @throws io.kolumn.state.StateException.Unavailable if the source cannot answer
     */
    void read(StoreConfig config, Receiver receiver);
}
