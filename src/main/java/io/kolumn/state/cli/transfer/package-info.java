/**
 * Whole states on their way: out of one storage into another, into an archive and back, and in from the layouts of other
 * tools; and the proof that everything is there. Knows no storage and no terminal.
 */
@NullMarked
package io.kolumn.state.cli.transfer;

import org.jspecify.annotations.NullMarked;
