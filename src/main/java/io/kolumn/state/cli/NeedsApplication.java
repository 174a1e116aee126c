package io.kolumn.state.cli;

/** A command that says what has to be there before it can run, once its arguments are read. */
interface NeedsApplication {

    CommandRunner.Need need();
}
