package io.kolumn.state.ui;

import io.kolumn.state.security.PageFrame;
import jakarta.inject.Singleton;

/** The frame of the pages around a page that everyone may read, and that does not ask who does. */
@Singleton
final class OpenPage implements PageFrame {

    private static final String CODE = "<pre><code>";
    private static final String CODE_END = "</code></pre>";

    private final Assets assets;

    OpenPage(Assets assets) {
        this.assets = assets;
    }

    @Override
    public Framed around(String title, String content, boolean proofNeeded) {
        Frame frame = new Frame(
                title,
                "tokens",
                null,
                proofNeeded,
                false,
                "",
                false,
                null,
                assets.address("pages.css"),
                assets.address("pages.js"),
                assets.address("htmx.min.js"));
        return new Framed(Templates.open(frame, copied(content)).render(), Pages.POLICY);
    }

    /** With a button at each example, as on the other pages. */
    private static String copied(String content) {
        return content.replace(
                        CODE,
                        "<div class=\"code\"><button class=\"copy\" type=\"button\">Copy</button>"
                                + "<pre tabindex=\"0\"><code>")
                .replace(CODE_END, CODE_END + "</div>");
    }
}
