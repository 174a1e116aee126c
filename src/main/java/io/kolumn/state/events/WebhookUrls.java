package io.kolumn.state.events;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** URLs of receivers: which are good, and what of them is sent as a header. */
final class WebhookUrls {

    private WebhookUrls() {}

    /** What is wrong with a URL, without a part of it; null if nothing is. */
    static @Nullable String problem(String text, boolean plainHttp) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            return "is not a URL";
        }
        String host = url.getHost();
        String scheme = url.getScheme();
        if (host == null || scheme == null || url.getRawFragment() != null) {
            return "is not a URL with scheme and host, and without a fragment";
        }
        boolean near = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
        if (scheme.equals("https") || (scheme.equals("http") && (near || plainHttp))) {
            return null;
        }
        return scheme.equals("http")
                ? "must be https: events tell names of states and people. plain-http=true permits it"
                : "must be https";
    }

    /** The same URL without its user, which is sent as a header. */
    static URI withoutUser(URI url) {
        if (url.getRawUserInfo() == null) {
            return url;
        }
        return URI.create(url.toString().replace(url.getRawUserInfo() + "@", ""));
    }
}
