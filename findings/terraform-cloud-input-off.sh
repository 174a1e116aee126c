#!/usr/bin/env bash
# Terraform 1.11.4, a `cloud` block that selects by tags, several workspaces with these tags, no selection yet: TF_INPUT=0 does not keep `terraform init`
# from asking which workspace to use; it waits for an answer. The option -input=false does: init then ends with an error at once.
# Exits 0 as long as that is so. Needs terraform 1.11.4 and python3 on the PATH; listens on loopback.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
export CHECKPOINT_DISABLE=1 HOME=$folder TF_CLI_CONFIG_FILE=$folder/terraform.tfrc
cat > server.py <<'PY'
import http.server
import json


def workspace(name):
    return {"id": "ws-" + name, "type": "workspaces", "attributes": {
        "name": name, "execution-mode": "local", "terraform-version": "latest", "permissions": {"can-force-delete": True},
        "tag-names": ["t"]}}


PAGE = {"pagination": {"current-page": 1, "next-page": None, "total-pages": 1}}


class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        if path.endswith("/ping"):
            self.answer({})
        elif path.endswith("/entitlement-set"):
            self.answer({"data": {"id": "o", "type": "entitlement-sets", "attributes": {"operations": False}}})
        elif path.endswith("/workspaces"):
            self.answer({"data": [workspace("one"), workspace("two")], "meta": PAGE})
        elif path.endswith("/tag-bindings"):
            self.answer({"data": [{"id": "tb", "type": "tag-bindings", "attributes": {"key": "t", "value": ""}}]})
        elif "/organizations/o/workspaces/" in path:
            self.answer({"data": workspace(path.split("/")[-1])})
        else:
            self.send_error(404)

    def answer(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.api+json")
        self.send_header("TFP-API-Version", "2.6")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
with open("port.new", "w") as port:
    print(server.server_port, file=port)
__import__("os").rename("port.new", "port")
server.serve_forever()
PY
python3 server.py & server=$!
until [[ -s port ]]; do kill -0 "$server"; sleep 0.1; done
port=$(cat port)
cat > terraform.tfrc <<TF
host "localhost:$port" {
  services = { "tfe.v2" = "http://localhost:$port/api/v2/" }
}
credentials "localhost:$port" { token = "any" }
TF
cat > main.tf <<TF
terraform {
  cloud {
    hostname     = "localhost:$port"
    organization = "o"
    workspaces { tags = ["t"] }
  }
}
TF
terraform version | head -1
code=0
sleep 20 | TF_INPUT=0 timeout 15 terraform init -no-color > variable.log 2>&1 || code=$?
echo "TF_INPUT=0: exit $code (124: it waited), last lines:"
tail -4 variable.log
option=0
timeout 60 terraform init -no-color -input=false > option.log 2>&1 || option=$?
echo "-input=false: exit $option"
tail -6 option.log
[[ $code -eq 124 ]] && grep -q 'Enter a value' variable.log && [[ $option -eq 1 ]] && ! grep -q 'Enter a value' option.log
