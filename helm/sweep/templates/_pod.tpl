{{/* What both kinds of pods share. */}}
{{- define "sweep.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "sweep.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Call with root, component and silo (its values). */}}
{{- define "sweep.podMetadata" -}}
labels:
  {{- include "sweep.labels" . | nindent 2 }}
  {{- if .root.Values.azure.workloadIdentity.enabled }}
  azure.workload.identity/use: "true"
  {{- end }}
  {{- with .silo.podLabels }}
  {{- tpl (toYaml .) $.root | nindent 2 }}
  {{- end }}
annotations:
  kubectl.kubernetes.io/default-container: silo
  {{- if .root.Values.development.allowInsecureSecrets }}
  checksum/secrets: {{ toJson .root.Values.development.insecureSecrets | sha256sum }}
  {{- end }}
  {{- if eq .root.Values.metrics.scrape "annotations" }}
  prometheus.io/scrape: "true"
  prometheus.io/port: {{ .root.Values.ports.metrics | quote }}
  prometheus.io/path: /metrics
  {{- end }}
  {{- with .silo.podAnnotations }}
  {{- tpl (toYaml .) $.root | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "sweep.scheduling" -}}
{{- with .silo.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .silo.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .silo.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .silo.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .root.Values.topologySpread.enabled }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: {{ .root.Values.topologySpread.hostUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "sweep.selectorLabels" . | nindent 8 }}
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: {{ .root.Values.topologySpread.zoneUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "sweep.selectorLabels" . | nindent 8 }}
{{- end }}
{{- end }}

{{- define "sweep.accountAndPull" -}}
serviceAccountName: {{ include "sweep.serviceAccount" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A silo's settings, in the order of its help. Call with root, component and silo. */}}
{{- define "sweep.environment" -}}
{{- $v := .root.Values -}}
{{- $id := include "sweep.fullname" .root -}}
- { name: SWEEP_ROLE, value: {{ .component }} }
- { name: SWEEP_STATE, value: /var/lib/sweep/state }
- name: SWEEP_SILO_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- name: SWEEP_ADVERTISE
  valueFrom: { fieldRef: { fieldPath: status.podIP } }
- { name: SWEEP_LISTEN, value: 0.0.0.0 }
- { name: SWEEP_SILO_PORT, value: {{ $v.ports.silo | quote }} }
- { name: SWEEP_GATEWAY_PORT, value: {{ $v.ports.gateway | quote }} }
- { name: SWEEP_HTTP, value: "0.0.0.0:{{ $v.http.port }}" }
- { name: SWEEP_METRICS, value: "0.0.0.0:{{ $v.ports.metrics }}" }
- { name: SWEEP_TOKENS, value: /etc/sweep/tokens/tokens }
{{- if $v.http.tlsSecret }}
- { name: SWEEP_HTTPS_CERTIFICATE, value: /etc/sweep/https/tls.crt }
- { name: SWEEP_HTTPS_KEY, value: /etc/sweep/https/tls.key }
{{- end }}
{{- if $v.siloTls.existingSecret }}
- { name: SWEEP_SILO_TLS_CERTIFICATE, value: /etc/sweep/silo-tls/tls.crt }
- { name: SWEEP_SILO_TLS_KEY, value: /etc/sweep/silo-tls/tls.key }
- { name: SWEEP_SILO_TLS_CA, value: /etc/sweep/silo-tls/ca.crt }
{{- end }}
- { name: SWEEP_TOKEN_RATE, value: {{ $v.http.tokenRate | int64 | quote }} }
- { name: SWEEP_ADDRESS_RATE, value: {{ $v.http.addressRate | int64 | quote }} }
- { name: SWEEP_HTTP_BODY, value: {{ $v.http.largestBody | int64 | quote }} }
- { name: SWEEP_CLUSTER_ID, value: {{ default $id $v.cluster.clusterId | quote }} }
- { name: SWEEP_SERVICE_ID, value: {{ default $id $v.cluster.serviceId | quote }} }
- { name: SWEEP_MEMBERSHIP, value: {{ $v.cluster.membership }} }
{{- if and (eq $v.cluster.membership "primary") (eq .component "worker") }}
- { name: SWEEP_JOIN, value: {{ include "sweep.primary" .root | quote }} }
{{- end }}
- { name: SWEEP_GRAIN_STORAGE, value: {{ $v.storage.grains }} }
- { name: SWEEP_ARTIFACT_STORE, value: {{ $v.storage.artifacts }} }
{{- if eq $v.storage.artifacts "folder" }}
- { name: SWEEP_ARTIFACT_FOLDER, value: /var/lib/sweep/artifacts }
{{- end }}
{{- if has "azure" (list $v.cluster.membership $v.storage.grains $v.storage.artifacts) }}
- { name: SWEEP_AZURE, value: {{ default "@/etc/sweep/azure/connection" $v.azure.blobEndpoint | quote }} }
- { name: SWEEP_AZURE_PREFIX, value: {{ $v.azure.prefix | quote }} }
{{- end }}
{{- if has "postgres" (list $v.cluster.membership $v.storage.grains) }}
- { name: SWEEP_POSTGRES, value: "@/etc/sweep/postgres/connection" }
{{- end }}
{{- with $v.tracing.endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
- { name: SWEEP_LEASE, value: {{ $v.cluster.lease | quote }} }
- { name: SWEEP_HANG_LIMIT, value: {{ $v.cluster.hangLimit | quote }} }
- { name: SWEEP_DRAIN_LIMIT, value: "{{ .silo.drainSeconds }}s" }
{{- with .silo.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A worker's settings beside those of every silo. Call with root, component and silo. */}}
{{- define "sweep.workerEnvironment" -}}
{{- $w := .silo -}}
{{- $folders := list -}}
{{- if $w.data.existingClaim }}{{ $folders = append $folders "/data" }}{{ end -}}
{{- if $w.data.download }}{{ $folders = append $folders "/var/lib/sweep/state/data" }}{{ end -}}
{{ include "sweep.environment" . }}
{{- with $w.slots }}
- { name: SWEEP_WORKERS, value: {{ . | quote }} }
{{- end }}
{{- if $w.threads }}
- { name: SWEEP_THREADS, value: {{ $w.threads | quote }} }
{{- else if dig "requests" "cpu" "" $w.resources }}
- name: SWEEP_THREADS
  valueFrom: { resourceFieldRef: { containerName: silo, resource: requests.cpu, divisor: "1" } }
{{- end }}
- { name: SWEEP_PACK, value: {{ $w.pack | quote }} }
{{- with $w.spot.notice }}
- { name: SWEEP_SPOT_NOTICE, value: {{ . | quote }} }
- { name: SWEEP_SPOT_LIMIT, value: "{{ $w.spot.limitSeconds }}s" }
{{- end }}
{{- if not $w.gpu.enabled }}
- { name: SWEEP_DEVICE, value: cpu }
{{- end }}
{{- with $folders }}
- { name: SWEEP_DATA, value: {{ join ":" . | quote }} }
{{- end }}
{{- with $w.microBatch }}
- { name: SWEEP_MICRO_BATCH, value: {{ . | quote }} }
{{- end }}
{{- with $w.loaderThreads }}
- { name: SWEEP_LOADER_THREADS, value: {{ . | quote }} }
{{- end }}
{{- if $w.gpu.enabled }}
# utility is what shows the driver's library to the silo, for GPU facts.
- { name: NVIDIA_DRIVER_CAPABILITIES, value: "compute,utility" }
{{- end }}
{{- end }}

{{- define "sweep.ports" -}}
- { name: http, containerPort: {{ .Values.http.port }} }
- { name: silo, containerPort: {{ .Values.ports.silo }} }
- { name: gateway, containerPort: {{ .Values.ports.gateway }} }
- { name: metrics, containerPort: {{ .Values.ports.metrics }} }
{{- end }}

{{/*
Started is to have joined the cluster, for which there are ten minutes; alive is the process alone, so that no store's outage restarts
silos. A worker of a primary is the exception: it knows the primary by an address, and when the primary's pod comes back under another one,
only a fresh start finds it. So a worker that has not been ready for five minutes is started again.
*/}}
{{- define "sweep.probes" -}}
{{- $scheme := ternary "HTTPS" "HTTP" (not (empty .root.Values.http.tlsSecret)) -}}
startupProbe:
  httpGet: { path: /health/startup, port: http, scheme: {{ $scheme }} }
  periodSeconds: 5
  timeoutSeconds: 4
  failureThreshold: 120
readinessProbe:
  httpGet: { path: /health/ready, port: http, scheme: {{ $scheme }} }
  periodSeconds: 5
  timeoutSeconds: 4
  failureThreshold: 2
livenessProbe:
  {{- if and (eq .component "worker") (eq .root.Values.cluster.membership "primary") }}
  httpGet: { path: /health/ready, port: http, scheme: {{ $scheme }} }
  periodSeconds: 15
  timeoutSeconds: 10
  failureThreshold: 20
  {{- else }}
  httpGet: { path: /health/live, port: http, scheme: {{ $scheme }} }
  periodSeconds: 15
  timeoutSeconds: 10
  failureThreshold: 4
  {{- end }}
{{- end }}

{{/* Mounts that every silo has. Secrets are files: an environment is printed by too many tools. */}}
{{- define "sweep.mounts" -}}
{{- $v := .root.Values -}}
- { name: tmp, mountPath: /tmp }
- { name: state, mountPath: /var/lib/sweep/state }
- { name: tokens, mountPath: /etc/sweep/tokens, readOnly: true }
{{- if $v.http.tlsSecret }}
- { name: https, mountPath: /etc/sweep/https, readOnly: true }
{{- end }}
{{- if $v.siloTls.existingSecret }}
- { name: silo-tls, mountPath: /etc/sweep/silo-tls, readOnly: true }
{{- end }}
{{- if eq $v.storage.artifacts "folder" }}
- { name: artifacts, mountPath: /var/lib/sweep/artifacts }
{{- end }}
{{- include "sweep.storeMounts" . }}
{{- with .silo.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sweep.storeMounts" -}}
{{- $v := .root.Values -}}
{{- if and (has "azure" (list $v.cluster.membership $v.storage.grains $v.storage.artifacts)) (not $v.azure.blobEndpoint) }}
- { name: azure, mountPath: /etc/sweep/azure, readOnly: true }
{{- end }}
{{- if has "postgres" (list $v.cluster.membership $v.storage.grains) }}
- { name: postgres, mountPath: /etc/sweep/postgres, readOnly: true }
{{- end }}
{{- end }}

{{- define "sweep.volumes" -}}
{{- $v := .root.Values -}}
{{- $name := include "sweep.fullname" .root -}}
- name: tmp
  emptyDir: { sizeLimit: 2Gi }
- name: tokens
  secret:
    secretName: {{ include "sweep.tokenSecret" .root }}
    defaultMode: 288 # octal 440
    items: [{ key: {{ $v.tokens.key }}, path: tokens }]
{{- with $v.http.tlsSecret }}
- name: https
  secret:
    secretName: {{ . }}
    defaultMode: 288 # octal 440
    items: [{ key: tls.crt, path: tls.crt }, { key: tls.key, path: tls.key }]
{{- end }}
{{- with $v.siloTls.existingSecret }}
- name: silo-tls
  secret:
    secretName: {{ . }}
    defaultMode: 288 # octal 440
    items: [{ key: tls.crt, path: tls.crt }, { key: tls.key, path: tls.key }, { key: ca.crt, path: ca.crt }]
{{- end }}
{{- if eq $v.storage.artifacts "folder" }}
- name: artifacts
  persistentVolumeClaim: { claimName: {{ default (printf "%s-artifacts" $name) $v.storage.artifactClaim.existingClaim }} }
{{- end }}
{{- if and (has "azure" (list $v.cluster.membership $v.storage.grains $v.storage.artifacts)) (not $v.azure.blobEndpoint) }}
- name: azure
  secret:
    secretName: {{ default (printf "%s-azure" $name) $v.azure.existingSecret }}
    defaultMode: 288 # octal 440
    items: [{ key: {{ $v.azure.key }}, path: connection }]
{{- end }}
{{- if has "postgres" (list $v.cluster.membership $v.storage.grains) }}
- name: postgres
  secret:
    secretName: {{ default (printf "%s-postgres" $name) $v.postgres.existingSecret }}
    defaultMode: 288 # octal 440
    items: [{ key: {{ $v.postgres.key }}, path: connection }]
{{- end }}
{{- with .silo.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
