/**
 * A certificate of this machine's own, for trials: its bytes, its files in a folder of the user, and the bundle by which
 * clients trust it. Serves nothing itself.
 */
@NullMarked
package io.kolumn.state.certificate;

import org.jspecify.annotations.NullMarked;
