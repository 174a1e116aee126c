package io.kolumn.state.transfer;

import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;

/**
 * What is where in an archive. Names of its own start with {@code +}, which no segment of a state's name may, so that the
 * folder of a state can hold those of others. Every document's entry has the sha-256 of its bytes in its name.
 */
final class ArchiveLayout {

    static final String FORMAT = "kolumn-state-archive";
    static final int LAYOUT = 1;

    /** The first entry: that this is an archive, and of which layout. */
    static final String MANIFEST = "manifest.json";

    /** The last entry: how much there is, so that an archive that was cut off is known. */
    static final String SUMMARY = "summary.json";

    private static final String STATES = "states/";
    private static final String STATE = "/+state.json";

    private ArchiveLayout() {}

    /** The records of a state; it comes behind its documents, and what it does not name does not count. */
    static String state(StateName name) {
        return STATES + name + STATE;
    }

    static boolean isState(String entry) {
        return entry.startsWith(STATES) && entry.endsWith(STATE);
    }

    static String nameOf(String entry) {
        return entry.substring(STATES.length(), entry.length() - STATE.length());
    }

    static String content(StateName name, StateVersion version) {
        String which = version.number() == 0 ? "aside" : Long.toString(version.number());
        return STATES + name + "/+" + which + "-" + version.sha256();
    }
}
