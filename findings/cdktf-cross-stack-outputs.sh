#!/usr/bin/env bash
# cdktf 0.21.0: a value that one stack reads of another becomes an output that is marked as sensitive, whatever it is.
# The reading stack gets the whole backend of the other, by terraform_remote_state, and its own output of the same value is not marked.
# So whoever serves outputs without sensitive ones serves none of these, and the mark is gone after one stack.
# Exits 0 as long as that is so. Needs node and npm; starts no terraform.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts cdktf@0.21.0 constructs@10.4.2
cat > main.js <<'JS'
const { App, TerraformStack, TerraformOutput, HttpBackend } = require("cdktf");
const { DataResource } = require("cdktf/lib/terraform-data-resource");
const app = new App({ outdir: "out" });
const network = new TerraformStack(app, "network");
new HttpBackend(network, { address: "http://localhost/state" });
const zone = new DataResource(network, "zone", { input: "eu-1" });
const reader = new TerraformStack(app, "reader");
new HttpBackend(reader, { address: "http://localhost/reader" });
new TerraformOutput(reader, "zone", { value: zone.output });
app.synth();
JS
node main.js
node - <<'JS'
const { readFileSync } = require("fs");
const stack = (name) => JSON.parse(readFileSync(`out/stacks/${name}/cdk.tf.json`));
const [crossing] = Object.values(stack("network").output);
const [seen] = Object.values(stack("reader").output);
const [remote] = Object.values(stack("reader").data.terraform_remote_state);
console.log("cdktf", JSON.parse(readFileSync("node_modules/cdktf/package.json")).version);
console.log("output of the stack that is read:", JSON.stringify(crossing));
console.log("data source of the reader:", JSON.stringify(remote));
console.log("output of the reader:", JSON.stringify(seen));
process.exit(crossing.sensitive === true && seen.sensitive === undefined && remote.config.address === "http://localhost/state" ? 0 : 1);
JS
