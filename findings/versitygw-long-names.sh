#!/usr/bin/env bash
# versitygw on a folder (posix): an object whose name is longer than about 240 bytes is created, and can then not be replaced.
# The answer to the second PUT is 409 ExistingObjectIsDirectory, although the object is a file; a client that reads every 409
# of a conditional write as "another was first" tries for ever. Needs go and python3; exits with 1 once that changes.
set -euo pipefail
version=v1.8.0
folder=$(mktemp -d)
gateway=
trap '[[ -z $gateway ]] || kill "$gateway"; rm -rf "$folder"' EXIT
GOBIN=$folder go install "github.com/versity/versitygw/cmd/versitygw@$version"
mkdir "$folder/data"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
ROOT_ACCESS_KEY=access ROOT_SECRET_KEY=secret-of-access "$folder/versitygw" --port "127.0.0.1:$port" --quiet posix "$folder/data" \
  >"$folder/log" 2>&1 &
gateway=$!
echo "versitygw $version"
python3 - "$port" <<'PYEOF'
import datetime, hashlib, hmac, http.client, re, socket, sys, time

PORT = int(sys.argv[1])
for _ in range(300):
    try:
        socket.create_connection(("127.0.0.1", PORT)).close()
        break
    except OSError:
        time.sleep(0.1)


def call(method, path, headers=None, body=b""):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body).hexdigest()
    sent = {"host": f"127.0.0.1:{PORT}", "x-amz-date": now, "x-amz-content-sha256": digest, **(headers or {})}
    signed = ";".join(sorted(sent))
    lines = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
    request = "\n".join([method, path, "", lines, signed, digest])
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4secret-of-access"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    sent["authorization"] = f"AWS4-HMAC-SHA256 Credential=access/{scope}, SignedHeaders={signed}, Signature={signature}"
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    return answer.status, re.findall(b"<Code>([^<]*)", answer.read())


call("PUT", "/bucket")
seen = {}
for length in (200, 250):
    path = "/bucket/" + "n" * length
    created = call("PUT", path, {"if-none-match": "*"}, b"one")
    replaced = call("PUT", path, {}, b"two")
    seen[length] = (created[0], replaced[0])
    print(f"a name of {length} bytes: created {created}, replaced {replaced}")
sys.exit(seen != {200: (200, 200), 250: (200, 409)})
PYEOF
