/**
 * Whole states on their way: from one storage to another, into an archive and back, and from the layouts of other tools;
 * and the check that everything has arrived. Knows no terminal.
 */
@NullMarked
package io.kolumn.state.transfer;

import org.jspecify.annotations.NullMarked;
