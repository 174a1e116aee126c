/**
 * What is in a document: the differences of two, and outputs. Reads bytes where they stand and hides what is sensitive.
 * Knows the values of the root alone.
 */
@NullMarked
package io.kolumn.state.diff;

import org.jspecify.annotations.NullMarked;
