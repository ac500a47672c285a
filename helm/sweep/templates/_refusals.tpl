{{/* What the schema cannot see: values that contradict one another, and what the cluster lacks. All of them are named at once. */}}
{{- define "sweep.refusals" -}}
{{- $v := .Values -}}
{{- $faults := list -}}
{{- $primary := eq $v.cluster.membership "primary" -}}
{{- if and $primary (ne (int $v.control.replicas) 1) -}}
{{- $faults = append $faults (printf "control.replicas must be 1 with cluster.membership primary, because the primary is one silo, but is %d. Set cluster.membership to azure or postgres for more." (int $v.control.replicas)) -}}
{{- end -}}
{{- if and (not $primary) (lt (int $v.control.replicas) 2) -}}
{{- $faults = append $faults (printf "control.replicas must be at least 2 with cluster.membership %s, or the cluster rests while its one control silo is replaced, but is %d." $v.cluster.membership (int $v.control.replicas)) -}}
{{- end -}}
{{- if and (not $primary) (eq $v.storage.grains "files") -}}
{{- $faults = append $faults (printf "storage.grains must be azure or postgres with cluster.membership %s, because every control silo must reach it, but is files." $v.cluster.membership) -}}
{{- end -}}
{{- if and $primary (ne $v.storage.grains "files") -}}
{{- $faults = append $faults (printf "cluster.membership must not be primary when storage.grains is %s: a store that any silo reaches wants control silos that may go. Set it to azure or postgres." $v.storage.grains) -}}
{{- end -}}
{{- $dev := $v.development.insecureSecrets -}}
{{- if and (or $dev.azure $dev.postgres $dev.tokens) (not $v.development.allowInsecureSecrets) -}}
{{- $faults = append $faults "development.insecureSecrets must be empty unless development.allowInsecureSecrets is true, but holds secrets. Use existingSecret." -}}
{{- end -}}
{{- if has "azure" (list $v.cluster.membership $v.storage.grains $v.storage.artifacts) -}}
{{- $ways := compact (list $v.azure.existingSecret $v.azure.blobEndpoint $dev.azure) | len -}}
{{- if ne $ways 1 -}}
{{- $faults = append $faults (printf "Exactly one of azure.existingSecret and azure.blobEndpoint must say how to reach Azure Storage when cluster.membership, storage.grains or storage.artifacts is azure, but %d do." $ways) -}}
{{- end -}}
{{- end -}}
{{- if and $v.azure.workloadIdentity.enabled (not $v.azure.workloadIdentity.clientId) -}}
{{- $faults = append $faults "azure.workloadIdentity.clientId must name the identity when azure.workloadIdentity.enabled is true, but is empty." -}}
{{- end -}}
{{- if has "postgres" (list $v.cluster.membership $v.storage.grains) -}}
{{- if ne (compact (list $v.postgres.existingSecret $dev.postgres) | len) 1 -}}
{{- $faults = append $faults "postgres.existingSecret must name the Secret with the connection string when cluster.membership or storage.grains is postgres, but is empty, or development.insecureSecrets.postgres stands beside it." -}}
{{- end -}}
{{- end -}}
{{- if ne (compact (list $v.tokens.existingSecret (ternary "given" "" (not (empty $dev.tokens)))) | len) 1 -}}
{{- $faults = append $faults "tokens.existingSecret must name the Secret with the token file, because a silo that listens beyond its own machine asks for tokens, but is empty, or development.insecureSecrets.tokens stands beside it. 'sweep token new' prints a line of such a file." -}}
{{- end -}}
{{- range $part, $silo := dict "control" $v.control "worker" $v.worker -}}
{{- $least := add $silo.drainSeconds (include "sweep.shutdownMargin" $) -}}
{{- if le (include "sweep.grace" $silo | int64) $least -}}
{{- $faults = append $faults (printf "%s.terminationGracePeriodSeconds must be more than %d, which is %s.drainSeconds and the 20 s in which the process ends, but is %s. Leave it null and it follows." $part $least $part (include "sweep.grace" $silo)) -}}
{{- end -}}
{{- end -}}
{{- if $v.autoscaling.enabled -}}
{{- if not (.Capabilities.APIVersions.Has "keda.sh/v1alpha1/ScaledObject") -}}
{{- $faults = append $faults "autoscaling.enabled needs KEDA, but this cluster has no keda.sh/v1alpha1 ScaledObject. (helm template: --api-versions keda.sh/v1alpha1/ScaledObject)" -}}
{{- end -}}
{{- if not $v.autoscaling.prometheusAddress -}}
{{- $faults = append $faults "autoscaling.prometheusAddress must be the address of Prometheus when autoscaling.enabled is true, but is empty." -}}
{{- end -}}
{{- if lt (int $v.autoscaling.maxReplicas) (int $v.autoscaling.minReplicas) -}}
{{- $faults = append $faults (printf "autoscaling.maxReplicas must be at least autoscaling.minReplicas, which is %d, but is %d." (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if le (include "sweep.cooldown" . | int64) (include "sweep.grace" $v.worker | int64) -}}
{{- $faults = append $faults (printf "autoscaling.cooldownSeconds must be more than the workers' grace period, which is %s, but is %s." (include "sweep.grace" $v.worker) (include "sweep.cooldown" .)) -}}
{{- end -}}
{{- if eq $v.metrics.scrape "none" -}}
{{- $faults = append $faults "metrics.scrape must not be none when autoscaling.enabled is true, because KEDA asks Prometheus for the queue." -}}
{{- end -}}
{{- end -}}
{{- if and (eq $v.metrics.scrape "podMonitor") (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/PodMonitor")) -}}
{{- $faults = append $faults "metrics.scrape podMonitor needs the Prometheus operator, but this cluster has no monitoring.coreos.com/v1 PodMonitor. (helm template: --api-versions monitoring.coreos.com/v1/PodMonitor)" -}}
{{- end -}}
{{- if and (eq $v.metrics.scrape "serviceMonitor") (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor")) -}}
{{- $faults = append $faults "metrics.scrape serviceMonitor needs the Prometheus operator, but this cluster has no monitoring.coreos.com/v1 ServiceMonitor. (helm template: --api-versions monitoring.coreos.com/v1/ServiceMonitor)" -}}
{{- end -}}
{{- if and $v.alerts.enabled (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/PrometheusRule")) -}}
{{- $faults = append $faults "alerts.enabled needs the Prometheus operator, but this cluster has no monitoring.coreos.com/v1 PrometheusRule. (helm template: --api-versions monitoring.coreos.com/v1/PrometheusRule)" -}}
{{- end -}}
{{- if and $v.dashboards.grafanaOperator (not (.Capabilities.APIVersions.Has "grafana.integreatly.org/v1beta1/GrafanaDashboard")) -}}
{{- $faults = append $faults "dashboards.grafanaOperator needs the Grafana operator, but this cluster has no grafana.integreatly.org/v1beta1 GrafanaDashboard. (helm template: --api-versions grafana.integreatly.org/v1beta1/GrafanaDashboard)" -}}
{{- end -}}
{{- if $v.httpRoute.enabled -}}
{{- if not (.Capabilities.APIVersions.Has "gateway.networking.k8s.io/v1/HTTPRoute") -}}
{{- $faults = append $faults "httpRoute.enabled needs the Gateway API, but this cluster has no gateway.networking.k8s.io/v1 HTTPRoute. (helm template: --api-versions gateway.networking.k8s.io/v1/HTTPRoute)" -}}
{{- end -}}
{{- if not $v.httpRoute.parentRefs -}}
{{- $faults = append $faults "httpRoute.parentRefs must name a Gateway when httpRoute.enabled is true, but is empty." -}}
{{- end -}}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.ingress.tlsSecret) -}}
{{- $faults = append $faults "ingress.tlsSecret must name the Secret with the certificate when ingress.enabled is true, because tokens must not travel in clear, but is empty. 'none' says that something before the ingress ends TLS." -}}
{{- end -}}
{{- if and $v.tests.sweep.enabled (not $v.tests.existingSecret) (empty $dev.tokens) -}}
{{- $faults = append $faults "tests.existingSecret must name the Secret with a token when tests.sweep.enabled is true, but is empty." -}}
{{- end -}}
{{- if lt (list $v.http.port $v.ports.silo $v.ports.gateway $v.ports.metrics | uniq | len) 4 -}}
{{- $faults = append $faults (printf "http.port and ports.{silo,gateway,metrics} must be four different ports, but are %d, %d, %d and %d." (int $v.http.port) (int $v.ports.silo) (int $v.ports.gateway) (int $v.ports.metrics)) -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n%s" (join "\n" $faults)) -}}
{{- end -}}
{{- end }}

{{/*
Kubernetes forbids changes of a StatefulSet's claim templates, and says so only after other objects are changed. Where the cluster can
be asked, the upgrade is refused before anything happens. Call with root, name and claim (size, storageClass).
*/}}
{{- define "sweep.claimGuard" -}}
{{- $found := lookup "apps/v1" "StatefulSet" .root.Release.Namespace .name -}}
{{- range dig "spec" "volumeClaimTemplates" list ($found | default dict) -}}
{{- $size := .spec.resources.requests.storage -}}
{{- if ne $size $.claim.size -}}
{{- fail (printf "\nThe size of the claims of StatefulSet %s cannot be changed by an upgrade: it is %s, but %s.persistence.size is %s. See \"Changing claims\" in the chart's README." $.name $size $.part $.claim.size) -}}
{{- end -}}
{{- $class := dig "storageClassName" "" .spec -}}
{{- if and $.claim.storageClass (ne $class $.claim.storageClass) -}}
{{- fail (printf "\nThe storage class of the claims of StatefulSet %s cannot be changed by an upgrade: it is '%s', but %s.persistence.storageClass is '%s'. See \"Changing claims\" in the chart's README." $.name $class $.part $.claim.storageClass) -}}
{{- end -}}
{{- end -}}
{{- end }}
