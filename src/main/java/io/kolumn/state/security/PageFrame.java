package io.kolumn.state.security;

/** What stands around a page for people, where there are pages. Whoever has it need not be known. */
public interface PageFrame {

    /**
     * A whole page.
     *
     * @param html the document
     * @param policy its content security policy
     */
    record Framed(String html, String policy) {}

    /**
     * Returns a page of this content.
     *
     * @param title of the page, as plain text
     * @param content as HTML, without a value that a caller gave and that was not checked
     * @param proofNeeded whether callers have to prove who they are
     */
    Framed around(String title, String content, boolean proofNeeded);
}
