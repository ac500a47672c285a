{{/* Names and labels. Selectors are three labels that no upgrade changes. */}}
{{- define "sweep.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* At most 40 characters, so that pods' names stay names of silos and labels: 63. */}}
{{- define "sweep.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else -}}
{{- $name := include "sweep.name" . -}}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "sweep.serviceAccount" -}}
{{- default (ternary (include "sweep.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end }}

{{/* The first control silo, under membership primary: a pod's name behind the headless service, because a primary is reached at its own address. */}}
{{- define "sweep.primary" -}}
{{- $name := include "sweep.fullname" . -}}
{{- printf "%s-control-0.%s-silos.%s.svc:%d" $name $name .Release.Namespace (int .Values.ports.silo) -}}
{{- end }}

{{- define "sweep.tokenSecret" -}}
{{- default (printf "%s-tokens" (include "sweep.fullname" .)) .Values.tokens.existingSecret -}}
{{- end }}

{{- define "sweep.releaseLabels" -}}
app.kubernetes.io/name: {{ include "sweep.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Call with the root and a component. */}}
{{- define "sweep.selectorLabels" -}}
{{ include "sweep.releaseLabels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Call with the root and perhaps a component. */}}
{{- define "sweep.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "sweep.releaseLabels" .root }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: sweep
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Call with the root and an image. A digest beats a tag; the tag stays to be read. */}}
{{- define "sweep.image" -}}
{{- $tag := default .root.Chart.AppVersion .image.tag -}}
{{- $name := .image.repository -}}
{{- with .root.Values.image.registry }}{{ $name = printf "%s/%s" . $name }}{{ end -}}
{{- printf "%s:%s" $name $tag -}}
{{- with .image.digest }}{{ printf "@%s" . }}{{ end -}}
{{- end }}
