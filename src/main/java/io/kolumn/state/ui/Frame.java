package io.kolumn.state.ui;

import org.jspecify.annotations.Nullable;

/**
 * What stands around every page.
 *
 * @param title of the page
 * @param section of the navigation to which it belongs
 * @param who the name of the caller; null where nobody has to prove anything
 * @param guest whether the caller has proved nothing, and could sign in
 * @param session whether the caller signed in here, and can sign out
 * @param token what a form must send along, so that no other site can send it
 * @param administrator whether the caller may see the setup of the service
 * @param css the address of the style sheet
 * @param js the address of the script
 * @param live what the page follows while it is looked at; null where there are no events
 * @param htmx the address of the script that changes parts of a page
 */
public record Frame(
        String title,
        String section,
        @Nullable String who,
        boolean guest,
        boolean session,
        String token,
        boolean administrator,
        @Nullable Live live,
        String css,
        String js,
        String htmx) {

    /**
     * The stream of events, as far as all pages have it in common.
     *
     * @param after the position at which the page was made
     * @param types the full names of the events, separated by spaces
     */
    public record Live(String after, String types) {}
}
