#!/usr/bin/env bash
# Terraform 1.11.4, backend "http", a state that another holds (423 with the LockInfo of the holder): under "Lock Info" it shows the id,
# who, operation and time of its own request, as if that were the holder. Only the id in the line "already locked" is the holder's.
# Exits 0 as long as that is so. Needs terraform 1.11.4 and python3 on the PATH; listens on loopback.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
export CHECKPOINT_DISABLE=1 HOME=$folder
unset TF_CLI_CONFIG_FILE
terraform version | head -1
cat > server.py <<'PY'
import http.server

HOLDER = (b'{"ID":"id-of-the-holder","Operation":"OperationTypeApply","Info":"","Who":"ada@build-7","Version":"1.11.4",'
          b'"Created":"2026-01-02T03:04:05Z","Path":""}')


class Held(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(404, b"")

    def do_LOCK(self):
        self.answer(423, HOLDER)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Held)
with open("port", "w") as port:
    print(server.server_port, file=port)
server.serve_forever()
PY
python3 server.py &
server=$!
for _ in $(seq 100); do
  [[ ! -s port ]] || break
  sleep 0.1
done
cat > main.tf <<TF
terraform {
  backend "http" {
    address      = "http://127.0.0.1:$(cat port)/state"
    lock_address = "http://127.0.0.1:$(cat port)/state"
  }
}
TF
terraform init -no-color > /dev/null
shown=$(terraform plan -no-color 2>&1 || true)
grep -E 'already locked|^ *(ID|Operation|Who|Created):' <<< "$shown"
grep -q 'already locked: ID=id-of-the-holder' <<< "$shown"
grep -q 'Operation: OperationTypePlan' <<< "$shown"
! grep -qE 'ada@build-7|OperationTypeApply|2026-01-02' <<< "$shown"
