{{/* What the schema cannot say; each message tells what to do. */}}
{{- define "kolumn-state.checks" -}}
{{- $secret := "(PASSWORD|PASSPHRASE|SECRET|SECRET_KEY|TOKEN|HASH|LOCAL_KEYS|SESSIONS_KEYS)$" }}
{{- range $key, $value := .Values.config }}
{{- if regexMatch $secret (regexReplaceAll "[^A-Za-z0-9]" $key "_" | upper) }}
{{- fail (printf "config.%s is a secret: put it into the Secret of envSecret, under its name of the environment, or name its Secret under state." $key) }}
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if and (hasKey . "value") (regexMatch $secret .name) }}
{{- fail (printf "extraEnv: %s is a secret: use valueFrom.secretKeyRef." .name) }}
{{- end }}
{{- end }}
{{- if and .Values.access.existingSecret .Values.access.properties }}
{{- fail "access.existingSecret and access.properties are both set: the service reads one file. Take one of them." }}
{{- end }}
{{- if and .Values.access.existingSecret .Values.access.hashesSecret }}
{{- fail "access.hashesSecret goes with access.properties: put the hashes into the Secret of access.existingSecret." }}
{{- end }}
{{- if regexMatch "(?m)^[ \\t]*[^#!=:\\n]+\\.hash[ \\t]*[=: \\t]|sha256:" .Values.access.properties }}
{{- fail "access.properties holds a hash, which is a secret: write hash-file=/etc/kolumn-state-hashes/<key> and name the Secret in access.hashesSecret." }}
{{- end }}
{{- if eq .Values.state.backend "postgres" }}
{{- $_ := required "state.postgres.host is missing: name the server of PostgreSQL." .Values.state.postgres.host }}
{{- end }}
{{- if eq .Values.state.backend "s3" }}
{{- $_ := required "state.s3.bucket is missing: name the bucket." .Values.state.s3.bucket }}
{{- end }}
{{- if and .Values.state.audit (not .Values.extraVolumeMounts) }}
{{- if and .Values.state.audit.file (not (and (eq .Values.state.backend "local") (hasPrefix "/data/" .Values.state.audit.file))) }}
{{- fail "state.audit.file is in a folder that cannot be written: set audit.persistence.enabled instead, or mount a volume (extraVolumes, extraVolumeMounts)." }}
{{- end }}
{{- end }}
{{- if and .Values.tls.clientCa.name (not .Values.tls.secretName) }}
{{- fail "tls.clientCa needs tls.secretName: certificates of clients are shown over TLS to the pod." }}
{{- end }}
{{- if .Values.ingress.enabled }}
{{- $_ := required "ingress.host is missing: the name by which clients call the service, such as state.example.org." .Values.ingress.host }}
{{- end }}
{{- if .Values.gateway.enabled }}
{{- $_ := required "gateway.host is missing: the name by which clients call the service, such as state.example.org." .Values.gateway.host }}
{{- if not .Values.gateway.parentRefs }}
{{- $_ := required "gateway.className is missing: the GatewayClass of the Gateway, or name one that is there in gateway.parentRefs." .Values.gateway.className }}
{{- end }}
{{- end }}
{{- end }}
