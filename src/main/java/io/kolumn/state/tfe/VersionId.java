package io.kolumn.state.tfe;

/**
 * The id of a version of a state, or of one of its outputs: {@code sv-<workspace>.<number>} or {@code
 * wsout-<workspace>.<number>.<output>}, with the names in base64url. Ids name and do not authorize.
 *
 * @param workspace of the version
 * @param number of the version
 * @param output the name of an output; empty for the version itself
 */
record VersionId(WorkspaceName workspace, long number, String output) {

    private static final String VERSION = "sv-";
    private static final String OUTPUT = "wsout-";

    static VersionId of(WorkspaceName workspace, long number) {
        return new VersionId(workspace, number, "");
    }

    VersionId withOutput(String name) {
        return new VersionId(workspace, number, name);
    }

    /**
     * Returns the version of an id.
     *
     * @throws Refusal with 404 if no id of a version looks like this
     */
    static VersionId ofVersion(String id) {
        return parsed(id, VERSION, 2);
    }

    /**
     * Returns the output of an id.
     *
     * @throws Refusal with 404 if no id of an output looks like this
     */
    static VersionId ofOutput(String id) {
        return parsed(id, OUTPUT, 3);
    }

    private static VersionId parsed(String id, String prefix, int parts) {
        String[] split = id.startsWith(prefix) ? id.substring(prefix.length()).split("\\.", -1) : new String[0];
        if (split.length != parts || !split[1].matches("\\d{1,18}")) {
            throw Refusal.notFound("There is nothing with this id. Ids of this kind start with '" + prefix + "'.");
        }
        WorkspaceName workspace = WorkspaceName.ofId("ws-" + split[0]);
        return new VersionId(workspace, Long.parseLong(split[1]), parts == 3 ? WorkspaceName.decoded(split[2]) : "");
    }

    String id() {
        String version = WorkspaceName.encoded(workspace.toString()) + "." + number;
        return output.isEmpty() ? VERSION + version : OUTPUT + version + "." + WorkspaceName.encoded(output);
    }
}
