package io.kolumn.state.ui;

import io.kolumn.state.StateName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Addresses of the pages. Public for the templates, as all that they show. Names of states need no encoding; everything else is encoded here. */
public final class Links {

    private Links() {}

    /** A part of a name, and the list of what is below it. */
    public record Crumb(String label, String href) {}

    static String states(String prefix) {
        return of("/ui/states", prefix.isEmpty() ? Map.of() : Map.of("prefix", prefix));
    }

    static String state(StateName name) {
        return "/ui/state/" + name;
    }

    static String version(StateName name, long version) {
        return state(name) + "?version=" + version;
    }

    static String instance(StateName name, long version, String address) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("version", Long.toString(version));
        query.put("address", address);
        return of("/ui/instance/" + name, query);
    }

    static String graph(StateName name) {
        return "/ui/graph/" + name;
    }

    static String history(StateName name) {
        return "/ui/history/" + name;
    }

    /** Returns the part of the history that shows the quarantine. */
    static String quarantine(StateName name) {
        return history(name) + "#quarantine";
    }

    static String diff(StateName name, long from, long to) {
        return "/ui/diff/" + name + "?from=" + from + "&to=" + to;
    }

    static String restore(StateName name, long version) {
        return "/ui/restore/" + name + "?version=" + version;
    }

    static String restoreQuarantined(StateName name, String id) {
        return of("/ui/restore/" + name, Map.of("quarantined", id));
    }

    static String download(StateName name, long version) {
        return "/ui/download/" + name + "?version=" + version;
    }

    static String downloadQuarantined(StateName name, String id) {
        return of("/ui/download/" + name, Map.of("quarantined", id));
    }

    static String delete(StateName name) {
        return "/ui/delete/" + name;
    }

    static String labels(StateName name) {
        return "/ui/labels/" + name;
    }

    static String purge(StateName name) {
        return "/ui/purge/" + name;
    }

    static String purge(StateName name, long version) {
        return "/ui/purge/" + name + "?version=" + version;
    }

    static String purgeQuarantined(StateName name, String id) {
        return of("/ui/purge/" + name, Map.of("quarantined", id));
    }

    static String unlock(StateName name) {
        return "/ui/unlock/" + name;
    }

    /** Returns an address with a query of these, in their order. */
    static String of(String path, Map<String, String> query) {
        StringBuilder address = new StringBuilder(path);
        char sign = '?';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            address.append(sign).append(parameter.getKey()).append('=').append(encoded(parameter.getValue()));
            sign = '&';
        }
        return address.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Returns the folders of a name or of a prefix that ends with a slash, from the root. */
    static List<Crumb> crumbs(String name) {
        List<Crumb> crumbs = new ArrayList<>();
        int from = 0;
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', from)) {
            crumbs.add(new Crumb(name.substring(from, slash), states(name.substring(0, slash + 1))));
            from = slash + 1;
        }
        return crumbs;
    }
}
