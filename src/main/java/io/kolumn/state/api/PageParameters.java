package io.kolumn.state.api;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.http.QueryParameters;
import jakarta.ws.rs.DefaultValue;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is wanted.
 *
 * @param prefix of names; empty for all
 * @param after the last entry of the page before; null or empty for the first page
 * @param limit the number of entries, not yet checked
 */
record PageParameters(
        @RestQuery @DefaultValue("") @Parameter(allowEmptyValue = true, example = "team-a/")
        String prefix,

        @RestQuery @Parameter(allowEmptyValue = true, description = "The 'next' of the previous page") @Nullable
        String after,

        @RestQuery
        @DefaultValue("100")
        @Parameter(
                description = "1 to 1000",
                schema =
                        @Schema(
                                type = SchemaType.INTEGER,
                                format = "int32",
                                minimum = "1",
                                maximum = "1000",
                                defaultValue = "100"))
        String limit) {

    /** Returns the entry after which the page begins, or null for the first page. */
    <T> @Nullable T position(Function<String, T> parse) {
        return after == null || after.isEmpty() ? null : parse.apply(after);
    }

    /**
     * Returns the number of entries.
     *
     * @throws Invalid if it is not a number
     */
    int size() {
        return QueryParameters.number("limit", limit);
    }
}
