#!/usr/bin/env bash
# Terraform 1.11.4: the data source terraform_remote_state forgets that an output is sensitive. What "terraform output" of the one state hides
# is plain in plan, apply and output of the one that reads it, and no error asks for "sensitive = true", as it does within one state.
# Exits 0 as long as that is so. Needs terraform 1.11.4 on the PATH; no server, no provider.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export CHECKPOINT_DISABLE=1 HOME=$folder
unset TF_CLI_CONFIG_FILE
terraform version | head -1
mkdir owner reader
cat > owner/main.tf <<'TF'
output "password" {
  value     = "plain-after-all"
  sensitive = true
}
TF
cat > reader/main.tf <<'TF'
data "terraform_remote_state" "owner" {
  backend = "local"
  config  = { path = "../owner/terraform.tfstate" }
}
output "read" { value = data.terraform_remote_state.owner.outputs.password }
TF
apply() { (cd "$1" && terraform init -no-color > /dev/null && terraform apply -auto-approve -no-color); }
owner=$(apply owner | grep '^password')
reader=$(apply reader | grep '^read')
echo "the owner shows:  $owner"
echo "the reader shows: $reader"
[[ $owner == 'password = <sensitive>' && $reader == 'read = "plain-after-all"' ]]
