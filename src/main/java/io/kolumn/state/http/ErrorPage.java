package io.kolumn.state.http;

/** An error as a page for people. It needs nothing but the style sheet of the pages, and tells what problem+json tells. */
final class ErrorPage {

    /** What such a page may load. */
    static final String POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'";

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{title} - Kolumn State</title>
            <link rel="icon" href="/ui/assets/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/ui/assets/pages.css">
            </head>
            <body>
            <header class="bar"><a class="brand" href="/ui">Kolumn State</a></header>
            <main class="narrow">
            <div id="problem" class="note bad" role="alert">
            <h1>{title}</h1>
            <p>{detail}</p>
            </div>
            <p>{way}</p>
            </main>
            </body>
            </html>
            """;

    private ErrorPage() {}

    static String of(Problem problem) {
        String way = problem.status() == 401 ? "<a href=\"/ui/sign-in\">Sign in</a>" : "<a href=\"/ui\">All states</a>";
        return PAGE.replace("{way}", way)
                .replace("{title}", escaped(problem.title()))
                .replace("{detail}", escaped(problem.detail()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
