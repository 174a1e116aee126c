package io.kolumn.state;

import java.util.List;

/**
 * A page of heads in byte order of their names.
 *
 * @param heads at most the requested number
 * @param more whether there are more heads after the last one
 */
public record HeadPage(List<StateHead> heads, boolean more) {

    public HeadPage {
        heads = List.copyOf(heads);
    }
}
