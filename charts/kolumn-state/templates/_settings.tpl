{{/* A number of a values file is a float64, which would be written as 1e+06. */}}
{{- define "kolumn-state.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ toString . }}{{ end }}
{{- end }}

{{/* maxConns is MAX_CONNS. */}}
{{- define "kolumn-state.variable" -}}
{{- regexReplaceAll "([A-Z])" . "_${1}" | upper }}
{{- end }}

{{/* The keys kolumn.state.*, with those of the served storage alone. */}}
{{- define "kolumn-state.served" -}}
{{- $state := omit .Values.state "local" "memory" "postgres" "s3" }}
{{- $own := index .Values.state .Values.state.backend }}
{{- if $own }}
{{- $_ := set $state .Values.state.backend $own }}
{{- end }}
{{- toYaml $state }}
{{- end }}

{{/* Lines NAME: "value" of a tree, and of each {name, key} of a Secret the file that it is mounted as. */}}
{{- define "kolumn-state.flat" -}}
{{- range $key, $value := .tree }}
{{- $name := printf "%s_%s" $.prefix (include "kolumn-state.variable" $key) }}
{{- if and (kindIs "map" $value) (hasSuffix "Secret" $key) }}
{{- if $value.name }}
{{ include "kolumn-state.fileVariable" $name }}: {{ include "kolumn-state.secretPath" $name | printf "/etc/kolumn-state-secrets/%s" | quote }}
{{- end }}
{{- else if kindIs "map" $value }}
{{- include "kolumn-state.flat" (dict "tree" $value "prefix" $name) }}
{{- else if not (has $value (list nil "")) }}
{{ $name }}: {{ include "kolumn-state.text" $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* KOLUMN_STATE_POSTGRES_PASSWORD_SECRET is KOLUMN_STATE_POSTGRES_PASSWORD_FILE, and ..._LOCAL_FILE_SECRET is ..._LOCAL_FILE. */}}
{{- define "kolumn-state.fileVariable" -}}
{{- printf "%s_FILE" (. | trimSuffix "_SECRET" | trimSuffix "_FILE") }}
{{- end }}

{{- define "kolumn-state.secretPath" -}}
{{- . | trimPrefix "KOLUMN_STATE_" | trimSuffix "_SECRET" | lower | replace "_" "-" }}
{{- end }}

{{/* The sources of the volume that those files are in. */}}
{{- define "kolumn-state.secretSources" -}}
{{- range $key, $value := .tree }}
{{- $name := printf "%s_%s" $.prefix (include "kolumn-state.variable" $key) }}
{{- if and (kindIs "map" $value) (hasSuffix "Secret" $key) }}
{{- if $value.name }}
- secret:
    name: {{ $value.name }}
    items:
      - key: {{ required (printf "The key of the Secret %s is missing: set key beside its name." $value.name) $value.key | quote }}
        path: {{ include "kolumn-state.secretPath" $name }}
{{- end }}
{{- else if kindIs "map" $value }}
{{- include "kolumn-state.secretSources" (dict "tree" $value "prefix" $name) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "kolumn-state.secrets" -}}
{{- include "kolumn-state.secretSources" (dict "tree" (include "kolumn-state.served" . | fromYaml) "prefix" "KOLUMN_STATE") }}
{{- end }}

{{/* What the chart itself tells the service. */}}
{{- define "kolumn-state.fixed" -}}
QUARKUS_HTTP_HOST: 0.0.0.0
KOLUMN_STATE_ACCESS_FILE: {{ printf "/etc/kolumn-state/%s" (ternary .Values.access.existingSecretKey "access.properties" (not (empty .Values.access.existingSecret))) }}
QUARKUS_SHUTDOWN_DELAY: {{ ternary "0s" .Values.shutdownDelay (eq (include "kolumn-state.single" .) "true") }}
QUARKUS_SHUTDOWN_TIMEOUT: {{ .Values.shutdownTimeout }}
{{- if .Values.audit.persistence.enabled }}
KOLUMN_STATE_AUDIT_FILE: /var/log/kolumn-state/audit.jsonl
{{- end }}
{{- end }}

{{/* Lines of a file of properties: what no name of the environment says for certain. */}}
{{- define "kolumn-state.properties" -}}
{{- if .Values.tls.secretName }}
quarkus.tls.key-store.pem.0.cert=/etc/kolumn-state-tls/tls.crt
quarkus.tls.key-store.pem.0.key=/etc/kolumn-state-tls/tls.key
quarkus.tls.reload-period=1h
quarkus.http.insecure-requests=disabled
{{- end }}
{{- if .Values.tls.clientCa.name }}
quarkus.tls.trust-store.pem.certs=/etc/kolumn-state-client-ca/ca.crt
{{- end }}
{{- range $key, $value := .Values.config }}
{{- if not (hasPrefix "kolumn.state." $key) }}
{{ $key }}={{ include "kolumn-state.text" $value | replace "\\" "\\\\" }}
{{- end }}
{{- end }}
{{- end }}

{{/* All names of the environment: what the chart sets, then state, then config, whose others are in the file. */}}
{{- define "kolumn-state.environment" -}}
{{- $flat := include "kolumn-state.flat" (dict "tree" (include "kolumn-state.served" . | fromYaml) "prefix" "KOLUMN_STATE") | fromYaml }}
{{- $environment := mergeOverwrite (include "kolumn-state.fixed" . | fromYaml) $flat }}
{{- range $key, $value := .Values.config }}
{{- $name := regexReplaceAll "[^A-Za-z0-9]" $key "_" | upper }}
{{- if hasPrefix "kolumn.state." $key }}
{{- $_ := set $environment $name (include "kolumn-state.text" $value) }}
{{- else }}
{{- $_ := unset $environment $name }}
{{- end }}
{{- end }}
{{- if include "kolumn-state.properties" . }}
{{- $_ := set $environment "QUARKUS_CONFIG_LOCATIONS" "/etc/kolumn-state-config/application.properties" }}
{{- end }}
{{- toYaml $environment }}
{{- end }}
