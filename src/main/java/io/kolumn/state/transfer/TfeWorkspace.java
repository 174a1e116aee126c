package io.kolumn.state.transfer;

import io.kolumn.state.StateName;
import java.util.List;

/**
 * A workspace of HCP Terraform or Terraform Enterprise.
 *
 * @param id of the other side
 * @param organization its name; {@code @} is the whole tree of a Kolumn State
 * @param name its name
 * @param locked whether it is locked there
 * @param tags the keys of its tags
 */
public record TfeWorkspace(String id, String organization, String name, boolean locked, List<String> tags) {

    static final String TREE = "@";

    public TfeWorkspace {
        tags = List.copyOf(tags);
    }

    /** As people write it there. */
    public String place() {
        return organization + "/" + name;
    }

    /**
     * The name of its state, as the {@code cloud} block names it here: the organization first, and a slash for {@code ~}. May
     * be no valid {@link StateName}.
     */
    public String stateName() {
        String path = name.replace('~', '/');
        return organization.equals(TREE) ? path : organization + "/" + path;
    }
}
