package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.http.QueryParameters;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list, as {@code page[number]} and {@code page[size]} ask for it.
 *
 * @param number from 1
 * @param size the most resources of a page, 1 to {@value #MAX_SIZE}
 * @param last whether no page follows
 */
record Page(int number, int size, boolean last) {

    static final int MAX_SIZE = 100;

    /** Terraform names no size and takes what it gets. */
    private static final int DEFAULT_SIZE = 100;

    /**
     * Returns the page that a request asks for.
     *
     * @throws Refusal with 422 if one of the two is no number in its range
     */
    static Page of(UriInfo asked) {
        MultivaluedMap<String, String> query = asked.getQueryParameters();
        int size = number("page[size]", query.getFirst("page[size]"), DEFAULT_SIZE, MAX_SIZE);
        return new Page(number("page[number]", query.getFirst("page[number]"), 1, Integer.MAX_VALUE), size, false);
    }

    private static int number(String name, @Nullable String value, int otherwise, int most) {
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        if (!value.matches("[1-9]\\d{0,8}") || Integer.parseInt(value) > most) {
            throw Refusal.unprocessable(name + "=" + QueryParameters.shown(value) + " is not a number from 1"
                    + (most == Integer.MAX_VALUE ? "" : " to " + most) + ".");
        }
        return Integer.parseInt(value);
    }

    /** Returns the number of resources on the pages before this one. */
    long before() {
        return (long) (number - 1) * size;
    }

    Page ending(boolean noneFollows) {
        return new Page(number, size, noneFollows);
    }

    /** Clients follow all three without a check, so they always agree; of an uncounted list, the next page is the last known. */
    ObjectNode toJson(long total) {
        ObjectNode json = JsonApi.object();
        json.put("current-page", number).put("page-size", size);
        if (number > 1) {
            json.put("prev-page", number - 1);
        } else {
            json.putNull("prev-page");
        }
        if (last) {
            json.putNull("next-page");
        } else {
            json.put("next-page", number + 1);
        }
        long pages = total >= 0 ? Math.max(number, (total + size - 1) / size) : last ? number : number + 1L;
        json.put("total-pages", pages);
        if (total >= 0) {
            json.put("total-count", total);
        }
        return json;
    }
}
