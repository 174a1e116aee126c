import client.ApiClient;
import client.ApiException;
import client.LocksApi;
import client.StatesApi;
import client.model.Lock;
import client.model.LockRequest;
import client.model.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The main job of a client that was generated: lock, write under the lock, read, list, release. Its argument is the service. */
public final class Play {

    private static final String NAME = "generated/app/prod";

    private Play() {}

    public static void main(String[] args) throws ApiException {
        ApiClient client = new ApiClient();
        client.updateBaseUri(args[0]);
        StatesApi states = new StatesApi(client);
        LocksApi locks = new LocksApi(client);

        Lock lock = locks.takeLock(NAME, new LockRequest().who("ada").operation("deploy"), "PT1M", null);
        Map<String, Object> document = Map.of(
                "version", 4, "serial", 1, "lineage", "l", "resources", List.of(), "outputs", Map.of());
        Version written = states.putState(NAME, document, null, lock.getId(), null, null);
        check(written.getVersion() == 1, "the version of what was written");
        check(states.getState(NAME, null, null, null, null).get("lineage").equals("l"), "what was read");
        check(states.getState(NAME, null, null, 1L, null).get("serial").equals(1), "what was read by version");
        Map<String, String> change = new HashMap<>(Map.of("team", "a"));
        change.put("obsolete", null);
        check(states.changeLabels(NAME, change).equals(Map.of("team", "a")), "the labels behind a change");
        check(states.getLabels(NAME).get("team").equals("a"), "the labels");
        check(states.listStates(null, null, "team=b", 10, "generated/").getStates().isEmpty(), "the list by labels");
        check(states.listStates(null, null, "team", 10, "generated/").getStates().stream()
                        .anyMatch(state -> state.getName().equals(NAME) && state.getLock() != null),
                "the list of states");
        check(locks.listLocks(null, null, "PT1H", null).getLocks().isEmpty(), "the list of old locks");
        check(locks.listLocks(null, null, null, "generated/").getLocks().size() == 1, "the list of locks");
        try {
            states.putState(NAME, Map.of("version", 4, "serial", 2, "lineage", "l"), null, "another", null, null);
            throw new AssertionError("A write without the lock went through");
        } catch (ApiException refused) {
            check(refused.getCode() == 423, "the refusal: " + refused.getCode());
        }
        locks.releaseLock(NAME, null, lock.getId());
        try {
            locks.getLock(NAME);
            throw new AssertionError("The lock is there");
        } catch (ApiException gone) {
            check(gone.getCode() == 404, "the lock that is gone");
        }
        states.deleteState(NAME, null, null, null);
        check(states.listStates(null, null, null, 10, "generated/").getStates().isEmpty(), "the list behind the deletion");
        System.out.println("played");
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }
}
