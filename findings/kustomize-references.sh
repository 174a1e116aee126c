#!/usr/bin/env bash
# kustomize 5.5.0: three references that it is expected to make or follow, and does not; it says nothing and ends with 0.
# 1. labels with includeSelectors make the selectors of a Deployment and a Service, and none of a PodDisruptionBudget: it selects no pod.
# 2. namespace sets that of a binding's subject where it has none; one that is written there stays, though the service account moves.
# 3. nameSuffix is followed in serviceName of a StatefulSet, and not where a patch made the StatefulSet of a Deployment.
# Exits 0 as long as that is so. Needs go.
set -euo pipefail
version=v5.5.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
GOBIN=$folder go install "sigs.k8s.io/kustomize/kustomize/v5@$version"
cd "$folder"
mkdir base overlay
cat > base/all.yaml <<'YAML'
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: app}
spec: {maxUnavailable: 1}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: app}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {ports: [{port: 80}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: without}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: app}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: written}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: app, namespace: apps}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: born}
spec: {serviceName: app, template: {spec: {containers: [{name: app, image: app}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: made}
spec: {template: {spec: {containers: [{name: app, image: app}]}}}
YAML
cat > base/kustomization.yaml <<'YAML'
labels: [{pairs: {app: app}, includeSelectors: true}]
resources: [all.yaml]
patches:
  - target: {kind: Deployment, name: made}
    options: {allowKindChange: true}
    patch: '[{"op": "replace", "path": "/kind", "value": "StatefulSet"}, {"op": "add", "path": "/spec/serviceName", "value": "app"}]'
YAML
printf '%s\n' 'namespace: team' 'nameSuffix: -b' 'resources: [../base]' > overlay/kustomization.yaml
"$folder/kustomize" build overlay > made.yaml

# The lines of one object.
object() {
  awk -v kind="kind: $1" -v name="  name: $2" 'BEGIN {RS = "---\n"} index($0, kind "\n") && index($0, "\n" name "\n")' made.yaml
}
value() {
  grep -m1 -E "^ *(- )?$1:" | sed 's/.*: *//' || echo none
}
echo "kustomize $version"
seen="$(object Service app-b | value selector && echo yes)/$(object PodDisruptionBudget app-b | value selector)"
seen+=" $(object ClusterRoleBinding without-b | value namespace)/$(object ClusterRoleBinding written-b | value namespace)"
seen+=" $(object StatefulSet born-b | value serviceName)/$(object StatefulSet made-b | value serviceName)"
seen=$(tr -d '\n' <<<"$seen")
echo "selector of Service/PodDisruptionBudget, namespace of the subject without/written, serviceName born/made: $seen"
[[ $seen == "yes/none team/apps app-b/app" ]]
