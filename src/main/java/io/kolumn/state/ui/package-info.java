/**
 * Pages for people: templates, what is shown in them, and the actions of their forms. All that they show and do goes through
 * the backend, as at every other door.
 */
@NullMarked
package io.kolumn.state.ui;

import org.jspecify.annotations.NullMarked;
