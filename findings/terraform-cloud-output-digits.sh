#!/usr/bin/env bash
# Terraform 1.11.4, a `cloud` block: `terraform output` reads the outputs from their own endpoint, as floating point. The output 12345678901234567890 is
# shown as 12345678901234567000, also with -json and -raw; `terraform state pull` of the same version has every digit.
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

STATE = (b'{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":'
         b'{"big":{"value":12345678901234567890,"type":"number"}},"resources":[]}')


def resource(kind, identity, **attributes):
    return {"id": identity, "type": kind, "attributes": attributes}


WORKSPACE = resource("workspaces", "ws-1", **{
    "name": "w", "execution-mode": "local", "terraform-version": "latest", "permissions": {"can-force-delete": True},
    "tag-names": []})
VERSION = resource("state-versions", "sv-1", **{"hosted-state-download-url": "/state", "serial": 1})
OUTPUTS = ('{"data":[{"id":"wsout-1","type":"state-version-outputs","attributes":{"name":"big","sensitive":false,'
           '"type":"number","detailed-type":"number","value":12345678901234567890}}]}').encode()


class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        if path.endswith("/ping"):
            self.answer(b"")
        elif path.endswith("/entitlement-set"):
            self.answer(json.dumps({"data": resource("entitlement-sets", "o", operations=False)}).encode())
        elif path.endswith("/workspaces/w"):
            self.answer(json.dumps({"data": WORKSPACE}).encode())
        elif path.endswith("/current-state-version"):
            self.answer(json.dumps({"data": VERSION}).encode())
        elif path.endswith("/current-state-version-outputs"):
            self.answer(OUTPUTS)
        elif path == "/state":
            self.answer(STATE)
        else:
            self.send_error(404)

    def answer(self, body):
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
    workspaces { name = "w" }
  }
}
TF
terraform version | head -1
timeout 60 terraform init -input=false > init.log 2>&1 || { cat init.log; exit 1; }
json=$(timeout 60 terraform output -json)
raw=$(timeout 60 terraform output -raw big)
pulled=$(timeout 60 terraform state pull)
echo "output -json: $(tr -d '\n ' <<< "$json")"
echo "output -raw:  $raw"
echo "state pull:   $(grep -o '"value": *[0-9]*' <<< "$pulled")"
[[ $json == *12345678901234567000* && $raw == 12345678901234567000 && $pulled == *12345678901234567890* ]]
