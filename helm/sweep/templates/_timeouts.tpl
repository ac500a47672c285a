{{/*
One number, drainSeconds, decides when everything ends: running epochs have so long (SWEEP_DRAIN_LIMIT), the process gives up 20 s later
(the silo's own margin, HostOptions.ShutdownTimeout), and Kubernetes kills it 10 s after that.
*/}}
{{- define "sweep.shutdownMargin" -}}20{{- end }}

{{/* Call with a silo's values. */}}
{{- define "sweep.grace" -}}
{{- if kindIs "invalid" .terminationGracePeriodSeconds -}}
{{- add .drainSeconds (include "sweep.shutdownMargin" .) 10 -}}
{{- else -}}
{{- int .terminationGracePeriodSeconds -}}
{{- end -}}
{{- end }}

{{- define "sweep.cooldown" -}}
{{- if kindIs "invalid" .Values.autoscaling.cooldownSeconds -}}
{{- add (include "sweep.grace" .Values.worker) 300 -}}
{{- else -}}
{{- int .Values.autoscaling.cooldownSeconds -}}
{{- end -}}
{{- end }}
