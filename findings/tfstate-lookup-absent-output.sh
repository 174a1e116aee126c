#!/usr/bin/env bash
# tfstate-lookup 1.12.1 (vals reads states by it): what is not in a state is "null" with exit code 0, as a value of null would be; and over
# http the status is not looked at: 401, 403, 404 and a page of a proxy in JSON are all "unsupported state version 0".
# Exits 0 as long as that is so. Needs go and python3; listens on loopback.
set -euo pipefail
version=v1.12.1
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
GOBIN=$folder go install "github.com/fujiwara/tfstate-lookup/cmd/tfstate-lookup@$version"
cd "$folder"
cat > server.py <<'PY'
import http.server

STATE = (b'{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","resources":[],'
         b'"outputs":{"zone":{"value":"eu-1","type":"string"}}}')


class States(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = int(self.path[1:])
        body = STATE if status == 200 else b'{"detail":"why it was refused"}'
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), States)
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
echo "tfstate-lookup $version"
seen=
for asked in "200 output.zone" "200 output.nosuch" "200 terraform_data.nosuch.id" "401 output.zone" "403 output.zone" "404 output.zone"; do
  code=0
  said=$(./tfstate-lookup -s "http://127.0.0.1:$(cat port)/${asked% *}" "${asked#* }" 2>&1) || code=$?
  echo "$asked: '$said', exit code $code"
  seen+="$said=$code;"
done
refused="unsupported state version 0=1;"
[[ $seen == "eu-1=0;null=0;null=0;$refused$refused$refused" ]]
