package io.kolumn.state.ui;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** States for the pages. */
final class Documents {

    /** Markup for every place that holds a text. */
    static final String HOSTILE = "<script>document.title='x'</script>\"'><img src=x onerror=alert(1)>{frame.title}";

    static final String PASSWORD = "hunter2-of-the-pages";

    private Documents() {}

    static void put(StateBackend backend, String name, String document) {
        backend.put(StateName.of(name), StateDocument.parse(document), WriteOptions.by("ada@build-7"));
    }

    static String lock(StateBackend backend, String name, String id) {
        backend.lock(StateName.of(name), LockInfo.of(id, "ada@build-7", "OperationTypeApply"), LockOptions.none());
        return id;
    }

    /** A small network with a database, whose size is that of its disk. */
    static String network(int serial, int disk) {
        return """
                {"version": 4, "terraform_version": "1.11.4", "serial": %d, "lineage": "net",
                 "outputs": {"vpc_id": {"value": "vpc-1", "type": "string"},
                   "db_password": {"value": "%s", "type": "string", "sensitive": true}},
                 "resources": [
                   {"mode": "managed", "type": "aws_vpc", "name": "main", "module": "module.network",
                    "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
                    "instances": [{"attributes": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}}]},
                   {"mode": "managed", "type": "aws_db_instance", "name": "main",
                    "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
                    "instances": [{"status": "tainted", "attributes": {"allocated_storage": %d, "password": "%s"},
                      "sensitive_attributes": [[{"type": "get_attr", "value": "password"}]],
                      "dependencies": ["module.network.aws_vpc.main"]}]}]}
                """.formatted(serial, PASSWORD, disk, PASSWORD);
    }

    static String hostile() {
        String text = HOSTILE.replace("\"", "\\\"");
        return """
                {"version": 4, "terraform_version": "%1$s", "serial": 1, "lineage": "%1$s",
                 "outputs": {"%1$s": {"value": "%1$s", "type": "string"}},
                 "resources": [{"mode": "managed", "type": "%1$s", "name": "%1$s", "module": "module.x[\\"%1$s\\"]",
                   "provider": "%1$s", "instances": [{"index_key": "%1$s", "attributes": {"%1$s": "%1$s"}}]}]}
                """.formatted(text);
    }

    static String large(int resources) {
        String filler = "y".repeat(400);
        return """
                {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "large", "outputs": {}, "resources": [%s]}
                """.formatted(IntStream.range(0, resources)
                .mapToObj(i -> """
                        {"mode": "managed", "type": "null_resource", "name": "r%d", "module": "module.m%d",
                         "instances": [{"attributes": {"id": "%d", "filler": "%s"}}]}""".formatted(i, i / 500, i, filler))
                .collect(Collectors.joining(",")));
    }
}
