package io.kolumn.state.config;

import io.kolumn.state.StateDocument;
import java.util.List;

/**
 * Where documents can be imported from that are no storage of this program's: the layout of another tool. To add one,
 * implement this as a CDI bean beside the store whose library it uses; {@code kolumn-state import --from=<type>} picks it.
 */
public interface DocumentSource {

    /** Takes documents. */
    interface Receiver {

        /**
         * A document.
         *
         * @param name as the source has it, perhaps no valid name of a state
         */
        void document(String name, StateDocument document);

        /** What stands in the place of a document and is none. */
        void refused(String name, String why);
    }

    /** The name of the layout, such as {@code terraform-pg}: lower-case letters, digits and dashes. */
    String type();

    /** One line on what it is, for people who choose. */
    String text();

    List<ConfigKey> keys();

    /**
     * Gives every document in turn, on the caller's thread, in the order of their names. Only reads.
     *
     * @throws io.kolumn.state.StateException.Unavailable if the source cannot answer
     */
    void read(StoreConfig config, Receiver receiver);
}
