package io.kolumn.state;

import java.util.List;

/**
 * A page of heads in byte order of their names.
 *
 * @param heads at most as many as were asked for
 * @param more whether there are further ones after the last of these
 */
public record HeadPage(List<StateHead> heads, boolean more) {

    public HeadPage {
        heads = List.copyOf(heads);
    }
}
