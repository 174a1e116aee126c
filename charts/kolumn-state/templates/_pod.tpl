{{- define "kolumn-state.probe" -}}
httpGet:
  path: /q/health/{{ .path }}
  port: {{ .scheme }}
  {{- if eq .scheme "https" }}
  scheme: HTTPS
  {{- end }}
{{- end }}

{{- define "kolumn-state.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "kolumn-state.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "kolumn-state.container" -}}
{{- $scheme := include "kolumn-state.scheme" . -}}
name: kolumn-state
image: {{ include "kolumn-state.image" . | quote }}
{{- if ne .Values.image.pullPolicy "IfNotPresent" }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}
ports:
  - name: {{ $scheme }}
    containerPort: {{ ternary 8443 8080 (eq $scheme "https") }}
envFrom:
  - configMapRef:
      name: {{ include "kolumn-state.fullname" . }}
  - secretRef:
      name: {{ default (include "kolumn-state.fullname" .) .Values.envSecret }}
      optional: true
{{- with .Values.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
startupProbe:
  {{- include "kolumn-state.probe" (dict "path" "started" "scheme" $scheme) | nindent 2 }}
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 60
readinessProbe:
  {{- include "kolumn-state.probe" (dict "path" "ready" "scheme" $scheme) | nindent 2 }}
  periodSeconds: 3
  timeoutSeconds: 3
  failureThreshold: 2
# The storage has no part in it: a pod whose database is away is not ready, and is not killed.
livenessProbe:
  {{- include "kolumn-state.probe" (dict "path" "live" "scheme" $scheme) | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- include "kolumn-state.containerSecurity" . | nindent 2 }}
volumeMounts:
  {{- include "kolumn-state.mounts" . | nindent 2 }}
{{- end }}

{{- define "kolumn-state.mounts" -}}
- name: access
  mountPath: /etc/kolumn-state
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if eq .Values.state.backend "local" }}
- name: data
  mountPath: /data
{{- end }}
{{- if .Values.audit.persistence.enabled }}
- name: audit
  mountPath: /var/log/kolumn-state
{{- end }}
{{- if .Values.access.hashesSecret }}
- name: hashes
  mountPath: /etc/kolumn-state-hashes
  readOnly: true
{{- end }}
{{- if include "kolumn-state.secrets" . }}
- name: secrets
  mountPath: /etc/kolumn-state-secrets
  readOnly: true
{{- end }}
{{- if include "kolumn-state.properties" . }}
- name: config
  mountPath: /etc/kolumn-state-config
  readOnly: true
{{- end }}
{{- if .Values.tls.secretName }}
- name: tls
  mountPath: /etc/kolumn-state-tls
  readOnly: true
{{- end }}
{{- if .Values.tls.clientCa.name }}
- name: client-ca
  mountPath: /etc/kolumn-state-client-ca
  readOnly: true
{{- end }}
{{- if .Values.access.clusterIssuer }}
- name: cluster
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kolumn-state.volumes" -}}
# Who may do what. A Secret that is named has to be there: nothing is open by accident.
- name: access
{{- if .Values.access.existingSecret }}
  secret:
    secretName: {{ .Values.access.existingSecret }}
    defaultMode: 0440
{{- else }}
  configMap:
    name: {{ include "kolumn-state.fullname" . }}-access
    defaultMode: 0440
{{- end }}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if .Values.access.hashesSecret }}
- name: hashes
  secret:
    secretName: {{ .Values.access.hashesSecret }}
    defaultMode: 0440
{{- end }}
{{- with include "kolumn-state.secrets" . }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- . | trim | nindent 6 }}
{{- end }}
{{- if include "kolumn-state.properties" . }}
- name: config
  configMap:
    name: {{ include "kolumn-state.fullname" . }}-config
{{- end }}
{{- if .Values.tls.secretName }}
- name: tls
  secret:
    secretName: {{ .Values.tls.secretName }}
    defaultMode: 0440
{{- end }}
{{- with .Values.tls.clientCa }}
{{- if .name }}
- name: client-ca
  secret:
    secretName: {{ .name }}
    defaultMode: 0440
    items:
      - key: {{ default "ca.crt" .key | quote }}
        path: ca.crt
{{- end }}
{{- end }}
{{- if .Values.access.clusterIssuer }}
# What a pod has by itself where a token is mounted, by name: the service asks the cluster for the keys of its issuer.
- name: cluster
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3607
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
{{- end }}
{{- if and (eq .Values.state.backend "local") .Values.persistence.existingClaim }}
- name: data
  persistentVolumeClaim:
    claimName: {{ .Values.persistence.existingClaim }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kolumn-state.spread" -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "kolumn-state.selector" $ | nindent 6 }}
{{- end }}
{{- end }}

{{- define "kolumn-state.pod" -}}
serviceAccountName: {{ include "kolumn-state.serviceAccount" . }}
automountServiceAccountToken: false
# Variables that Kubernetes makes for every Service (KOLUMN_STATE_PORT=tcp://...) look like keys of the service.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds | int }}
securityContext:
  {{- include "kolumn-state.podSecurity" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml .Values.topologySpreadConstraints | nindent 2 }}
{{- else if not (include "kolumn-state.single" .) }}
topologySpreadConstraints:
  {{- include "kolumn-state.spread" . | trim | nindent 2 }}
{{- end }}
containers:
  - {{- include "kolumn-state.container" . | nindent 4 }}
volumes:
  {{- include "kolumn-state.volumes" . | nindent 2 }}
{{- end }}
