package io.kolumn.state.tfe;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A workspace as this API names it, and the state that it is. The organization is the first segment of the state's name, and the
 * workspace is the rest with {@code ~} for each slash. The organization {@code @} holds all states by their whole names.
 *
 * @param organization the first segment, or {@code @}
 * @param workspace the rest, without a slash
 */
record WorkspaceName(String organization, String workspace) {

    /** The organization of all states. */
    static final String WHOLE_TREE = "@";

    private static final String PREFIX = "ws-";

    /**
     * Creates the name of a workspace.
     *
     * @throws Refusal with 422 if there can be no state of this name
     */
    WorkspaceName {
        checked(organization, workspace);
    }

    private static StateName checked(String organization, String workspace) {
        if (workspace.isEmpty() || workspace.indexOf('/') >= 0) {
            throw Refusal.unprocessable("'" + workspace + "' is not the name of a workspace. Write '~' for '/'.");
        }
        String name = workspace.replace('~', '/');
        try {
            return StateName.of(organization.equals(WHOLE_TREE) ? name : organization + "/" + name);
        } catch (Invalid e) {
            throw Refusal.unprocessable("The workspace '" + workspace + "' of the organization '" + organization
                    + "' is not the name of a state. " + e.getMessage());
        }
    }

    /** Returns the workspace that a state is in an organization, which must be its first segment or the whole tree. */
    static WorkspaceName of(String organization, StateName state) {
        String name = state.value();
        String rest = organization.equals(WHOLE_TREE) ? name : name.substring(organization.length() + 1);
        return new WorkspaceName(organization, rest.replace('/', '~'));
    }

    /** Returns the workspace that a state is in the organization of its first segment, or in the whole tree if it has one segment. */
    static WorkspaceName of(StateName state) {
        int slash = state.value().indexOf('/');
        return of(slash < 0 ? WHOLE_TREE : state.value().substring(0, slash), state);
    }

    /**
     * Returns the workspace of an id, which names and does not authorize.
     *
     * @throws Refusal with 404 if no id of a workspace looks like this
     */
    static WorkspaceName ofId(String id) {
        String text = id.startsWith(PREFIX) ? decoded(id.substring(PREFIX.length())) : "";
        int slash = text.indexOf('/');
        if (slash < 1) {
            throw Refusal.notFound("There is no workspace with this id. Ids start with '" + PREFIX + "'.");
        }
        return new WorkspaceName(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Returns the id, which encodes both names. */
    String id() {
        return PREFIX + encoded(this.toString());
    }

    StateName state() {
        return checked(organization, workspace);
    }

    /** Returns {@code organization/workspace}, as people and {@code terraform force-unlock} write it. */
    @Override
    public String toString() {
        return organization + "/" + workspace;
    }

    static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the text of a part of an id, or an empty one if it is none. */
    static String decoded(String part) {
        try {
            return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
