{{/* The port of a URL. */}}
{{- define "kolumn-state.port" -}}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- default (ternary "80" "443" (eq $url.scheme "http")) $port }}
{{- end }}

{{/* AWS is asked, at its own addresses. */}}
{{- define "kolumn-state.aws" -}}
{{- $encryption := default dict .Values.state.encryption }}
{{- if or (and (eq .Values.state.backend "s3") (not .Values.state.s3.endpoint)) (eq (default "" $encryption.keyProvider) "aws-kms") }}true{{ end }}
{{- end }}

{{/* The ports that storage, keys and issuers are reached at; one may come twice. */}}
{{- define "kolumn-state.egressPorts" -}}
{{- $encryption := default dict .Values.state.encryption }}
{{- if eq .Values.state.backend "postgres" }}
{{- $usual := default 5432 .Values.state.postgres.port | int }}
{{- range splitList "," .Values.state.postgres.host }}
- {{ default $usual (regexFind ":[0-9]+$" (trim .) | trimPrefix ":") }}
{{- end }}
{{- end }}
{{- if eq .Values.state.backend "s3" }}
- {{ include "kolumn-state.port" (default "https://s3.amazonaws.com" .Values.state.s3.endpoint) }}
{{- end }}
{{- if eq (default "" $encryption.keyProvider) "vault" }}
- {{ include "kolumn-state.port" (required "state.encryption.vault.address is missing: where Vault answers." $encryption.vault.address) }}
{{- end }}
{{- if eq (default "" $encryption.keyProvider) "aws-kms" }}
- {{ include "kolumn-state.port" (default "https://kms.amazonaws.com" $encryption.awsKms.endpoint) }}
{{- end }}
{{- if or .Values.networkPolicy.issuers .Values.access.clusterIssuer (regexMatch "(?m)^[ \\t]*(kolumn\\.state\\.)?issuer\\." .Values.access.properties) }}
- 443
{{- end }}
{{- if .Values.access.clusterIssuer }}
- 6443
{{- end }}
{{- end }}
