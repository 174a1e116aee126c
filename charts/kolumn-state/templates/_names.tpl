{{- define "kolumn-state.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "kolumn-state.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "kolumn-state.selector" -}}
app.kubernetes.io/name: {{ include "kolumn-state.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kolumn-state.labels" -}}
{{ include "kolumn-state.selector" . }}
app.kubernetes.io/part-of: kolumn
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "kolumn-state.metadata" -}}
name: {{ include "kolumn-state.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "kolumn-state.labels" . | nindent 2 }}
{{- end }}

{{- define "kolumn-state.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "kolumn-state.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is missing: name the one that is there, or set serviceAccount.create to true." .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "kolumn-state.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The storage is one that only one pod may have. */}}
{{- define "kolumn-state.single" -}}
{{- if has .Values.state.backend (list "local" "memory") }}true{{ end }}
{{- end }}

{{/* A pod with a volume of its own has a name of its own. */}}
{{- define "kolumn-state.kind" -}}
{{- if or .Values.audit.persistence.enabled (and (eq .Values.state.backend "local") (not .Values.persistence.existingClaim)) -}}
StatefulSet
{{- else -}}
Deployment
{{- end }}
{{- end }}

{{/* What the port of the pod speaks, and is called. */}}
{{- define "kolumn-state.scheme" -}}
{{- if .Values.tls.secretName }}https{{ else }}http{{ end }}
{{- end }}

{{- define "kolumn-state.servicePort" -}}
{{- if and .Values.tls.secretName (eq (int .Values.service.port) 80) }}443{{ else }}{{ .Values.service.port | int }}{{ end }}
{{- end }}
