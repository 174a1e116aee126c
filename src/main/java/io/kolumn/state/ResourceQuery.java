package io.kolumn.state;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A query for resources. All conditions must hold; an empty one is none. In {@code type}, {@code address} and {@code id} an
 * asterisk at the end stands for any rest.
 *
 * @param text part of the address, the id or an identifying attribute; ASCII letters match in either case
 * @param type such as {@code aws_instance} or {@code aws_*}
 * @param provider the whole source, or its end such as {@code hashicorp/aws} or {@code aws}
 * @param address such as {@code module.net.aws_subnet.a[0]} or {@code module.net.*}
 * @param id the id, the {@code arn} or the {@code self_link}
 * @param labels only resources of states with these labels
 * @param prefix of the names of states, as plain text
 * @param after only resources after this position; null from the start
 * @param limit the maximum number of resources, 1 to {@value ListQuery#MAX_LIMIT}
 */
public record ResourceQuery(
        String text,
        String type,
        String provider,
        String address,
        String id,
        LabelSelector labels,
        String prefix,
        @Nullable Position after,
        int limit) {

    /** The maximum length of a condition. */
    public static final int MAX_LENGTH = 1024;

    /**
     * Where a resource stands in the order of all: by the names of states, then by addresses, both in byte order.
     *
     * @param state the name of its state
     * @param address its address
     */
    public record Position(StateName state, String address) {

        /** Not in any name of a state. */
        private static final char BETWEEN = '|';

        /**
         * Returns the position of a text that {@link #toString} gave.
         *
         * @throws StateException.Invalid if it is none
         */
        public static Position parse(String text) {
            int at = text.indexOf(BETWEEN);
            if (at < 0) {
                throw new StateException.Invalid(
                        "after is not a position. Give the 'next' of the previous page as it is.");
            }
            return new Position(StateName.of(text.substring(0, at)), text.substring(at + 1));
        }

        @Override
        public String toString() {
            return state.value() + BETWEEN + address;
        }
    }

    /** @throws StateException.Invalid if the limit is out of range, or a condition is too long */
    public ResourceQuery {
        if (limit < 1 || limit > ListQuery.MAX_LIMIT) {
            throw new StateException.Invalid("limit=" + limit + " is not between 1 and " + ListQuery.MAX_LIMIT + ".");
        }
        check("q", text);
        check("type", type);
        check("provider", provider);
        check("address", address);
        check("id", id);
        check("prefix", prefix);
    }

    private static void check(String name, String value) {
        if (value.length() > MAX_LENGTH) {
            throw new StateException.Invalid(
                    name + " has " + value.length() + " characters; at most " + MAX_LENGTH + " are allowed.");
        }
        if (value.indexOf('\0') >= 0) {
            throw new StateException.Invalid(name + " contains a NUL character, which no resource has.");
        }
    }

    /** Returns a query for all resources. */
    public static ResourceQuery all() {
        return new ResourceQuery("", "", "", "", "", LabelSelector.ALL, "", null, ListQuery.MAX_LIMIT);
    }

    /** Returns the same query with this text. */
    public ResourceQuery withText(String value) {
        return new ResourceQuery(value, type, provider, address, id, labels, prefix, after, limit);
    }

    /** Returns the same query with this type. */
    public ResourceQuery withType(String value) {
        return new ResourceQuery(text, value, provider, address, id, labels, prefix, after, limit);
    }

    /** Returns the same query with this provider. */
    public ResourceQuery withProvider(String value) {
        return new ResourceQuery(text, type, value, address, id, labels, prefix, after, limit);
    }

    /** Returns the same query with this address. */
    public ResourceQuery withAddress(String value) {
        return new ResourceQuery(text, type, provider, value, id, labels, prefix, after, limit);
    }

    /** Returns the same query with this id. */
    public ResourceQuery withId(String value) {
        return new ResourceQuery(text, type, provider, address, value, labels, prefix, after, limit);
    }

    /** Returns the same query with these labels. */
    public ResourceQuery withLabels(LabelSelector value) {
        return new ResourceQuery(text, type, provider, address, id, value, prefix, after, limit);
    }

    /** Returns the same query with this prefix of names. */
    public ResourceQuery withPrefix(String value) {
        return new ResourceQuery(text, type, provider, address, id, labels, value, after, limit);
    }

    /** Returns the same query for the resources after this position. */
    public ResourceQuery behind(@Nullable Position position, int newLimit) {
        return new ResourceQuery(text, type, provider, address, id, labels, prefix, position, newLimit);
    }

    /** Returns whether the resource matches all but labels, prefix and position. */
    public boolean matches(IndexedResource resource) {
        return matchesText(resource)
                && (type.isEmpty() || like(type, resource.type()))
                && (provider.isEmpty() || isProvider(resource.provider()))
                && (address.isEmpty() || like(address, resource.address()))
                && (id.isEmpty() || isId(resource));
    }

    private boolean isProvider(String source) {
        return source.equals(provider) || source.endsWith("/" + provider);
    }

    private boolean isId(IndexedResource resource) {
        return like(id, resource.id())
                || like(id, resource.attributes().get(IndexedResource.ARN))
                || like(id, resource.attributes().get(IndexedResource.SELF_LINK));
    }

    private static boolean like(String asked, @Nullable String value) {
        if (value == null) {
            return false;
        }
        return asked.endsWith("*") ? value.startsWith(asked.substring(0, asked.length() - 1)) : value.equals(asked);
    }

    private boolean matchesText(IndexedResource resource) {
        if (text.isEmpty()) {
            return true;
        }
        String part = lower(text);
        String itsId = resource.id();
        return lower(resource.address()).contains(part)
                || (itsId != null && lower(itsId).contains(part))
                || resource.attributes().values().stream()
                        .anyMatch(value -> lower(value).contains(part));
    }

    /** Returns the text with ASCII letters in lower case and all else as it is, which every store can do alike. */
    public static String lower(String text) {
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text.toLowerCase(Locale.ROOT);
        }
        StringBuilder lower = new StringBuilder(text.length());
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return lower.toString();
    }
}
