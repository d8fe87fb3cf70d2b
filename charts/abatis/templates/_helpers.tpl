{{- define "abatis.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "abatis.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains (include "abatis.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "abatis.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "abatis.selector" -}}
app.kubernetes.io/name: {{ include "abatis.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "abatis.labels" -}}
{{ include "abatis.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: webhook
app.kubernetes.io/part-of: abatis
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "abatis.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "abatis.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is required where serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "abatis.secret" -}}
{{- default (printf "%s-tls" (include "abatis.fullname" .)) .Values.certificates.secretName -}}
{{- end -}}

{{- define "abatis.serverName" -}}
{{- printf "%s.%s.svc" (include "abatis.fullname" .) .Release.Namespace -}}
{{- end -}}

{{- define "abatis.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The webhook configurations. Of another name where they are managed, so that who changes the mode gets new ones: an
apply cannot take webhooks away whose caBundle somebody else has written. */}}
{{- define "abatis.configuration" -}}
{{- $suffix := ternary "-static" "" (eq .Values.registration.mode "static") -}}
{{- include "abatis.fullname" . }}{{ $suffix -}}
{{- end -}}

{{/* Whether the server writes its own configurations: all of them, or the caBundle. */}}
{{- define "abatis.publishes" -}}
{{- $mode := .Values.registration.mode -}}
{{- if or (eq $mode "managed") (and (eq .Values.certificates.mode "managed") (eq $mode "static")) -}}true{{- end -}}
{{- end -}}

{{/* Whether one of the replicas does something for all. */}}
{{- define "abatis.leads" -}}
{{- if or .Values.clusterPolicies (eq .Values.registration.mode "managed") -}}true{{- end -}}
{{- end -}}

{{/* How images are read, as YAML: the pull secrets of others only where somebody says so. */}}
{{- define "abatis.imageConfig" -}}
{{- mergeOverwrite (dict "credentials" (dict "pullSecrets" false)) (deepCopy .Values.images.config) | toYaml -}}
{{- end -}}

{{/* In seconds: how long the API server waits for an answer. */}}
{{- define "abatis.timeout" -}}
{{- ternary .Values.registration.timeoutSeconds 10 (eq .Values.registration.mode "static") -}}
{{- end -}}

{{/* Whether the server is told of authorities that it did not make. */}}
{{- define "abatis.carriesAuthority" -}}
{{- $certificates := .Values.certificates -}}
{{- if and (eq .Values.registration.mode "managed") (eq $certificates.mode "secret") $certificates.authority -}}true{{- end -}}
{{- end -}}

{{- define "abatis.args" -}}
- serve
- --port=8443
- --own-namespace={{ .Release.Namespace }}
- --log-format=json
- --log-level={{ .Values.log.level }}
{{- if .Values.log.allowed }}
- --log-allowed
{{- end }}
- --drain-delay={{ .Values.drainDelay }}
- --max-in-flight={{ .Values.maxInFlight }}
- --emergency-configmap={{ .Values.emergency.configMap }}
{{- if .Values.events }}
- --events
{{- end }}
{{- if .Values.images.enabled }}
- --image-config=/images/config.yaml
{{- end }}
{{- if .Values.clusterPolicies }}
- --cluster-policies
{{- end }}
{{- if include "abatis.leads" . }}
- --lease={{ include "abatis.fullname" . }}
{{- end }}
{{- if eq .Values.registration.mode "managed" }}
- --register={{ include "abatis.configuration" . }}
- --service={{ .Release.Namespace }}/{{ include "abatis.fullname" . }}:{{ .Values.service.port }}
{{- if include "abatis.carriesAuthority" . }}
- --ca-bundle=/authorities/ca.crt
{{- end }}
{{- end }}
{{- range .Values.packs }}
- --pack={{ . }}
{{- end }}
{{- if .Values.policies }}
- --policies=/policies/values
{{- end }}
{{- range .Values.policyConfigMaps }}
- --policies=/policies/{{ . }}
{{- end }}
{{- if eq .Values.certificates.mode "managed" }}
- --cert-secret={{ .Release.Namespace }}/{{ include "abatis.secret" . }}
- --cert-life={{ .Values.certificates.life }}
- --ca-life={{ .Values.certificates.authorityLife }}
- --tls-name={{ include "abatis.serverName" . }}
{{- if eq .Values.registration.mode "static" }}
- --webhook-configuration={{ include "abatis.configuration" . }}
{{- end }}
{{- else }}
- --cert=/certificates/tls.crt
- --key=/certificates/tls.key
{{- end }}
{{- if .Values.clientCertificates.configMap }}
- --client-ca=/client-authorities/ca.crt
{{- range .Values.clientCertificates.names }}
- --client-name={{ . }}
{{- end }}
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "abatis.volumes" -}}
{{- if .Values.policies }}
- name: policies
  configMap: { name: {{ include "abatis.fullname" . }}-policies }
{{- end }}
{{- range $index, $name := .Values.policyConfigMaps }}
- name: policies-{{ $index }}
  configMap: { name: {{ $name }} }
{{- end }}
{{- if ne .Values.certificates.mode "managed" }}
- name: certificates
  secret:
    secretName: {{ include "abatis.secret" . }}
    items:
      - { key: tls.crt, path: tls.crt }
      - { key: tls.key, path: tls.key }
{{- end }}
{{- if include "abatis.carriesAuthority" . }}
- name: authorities
  configMap: { name: {{ include "abatis.fullname" . }}-authorities }
{{- end }}
{{- if .Values.images.enabled }}
- name: images
  configMap: { name: {{ include "abatis.fullname" . }}-images }
{{- end }}
{{- with .Values.clientCertificates.configMap }}
- name: client-authorities
  configMap: { name: {{ . }} }
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "abatis.mounts" -}}
{{- if .Values.policies }}
- { name: policies, mountPath: /policies/values, readOnly: true }
{{- end }}
{{- range $index, $name := .Values.policyConfigMaps }}
- { name: policies-{{ $index }}, mountPath: /policies/{{ $name }}, readOnly: true }
{{- end }}
{{- if ne .Values.certificates.mode "managed" }}
- { name: certificates, mountPath: /certificates, readOnly: true }
{{- end }}
{{- if include "abatis.carriesAuthority" . }}
- { name: authorities, mountPath: /authorities, readOnly: true }
{{- end }}
{{- if .Values.images.enabled }}
- { name: images, mountPath: /images, readOnly: true }
{{- end }}
{{- if .Values.clientCertificates.configMap }}
- { name: client-authorities, mountPath: /client-authorities, readOnly: true }
{{- end }}
{{- range .Values.extraVolumeMounts }}
- {{ ternary . (merge (dict "readOnly" true) .) (hasKey . "readOnly") | toJson }}
{{- end }}
{{- end -}}

{{/* In seconds: a fifth of a certificate's life, or a week where somebody else says how long it lives. */}}
{{- define "abatis.certificateAlarm" -}}
{{- $found := regexFind "^[0-9]+h$" .Values.certificates.life | trimSuffix "h" -}}
{{- if and $found (eq .Values.certificates.mode "managed") -}}
{{- div (mul (int $found) 3600) 5 -}}
{{- else if eq .Values.certificates.mode "managed" -}}
0
{{- else -}}
604800
{{- end -}}
{{- end -}}

{{- define "abatis.configurationMetadata" -}}
name: {{ include "abatis.configuration" . }}
labels: {{- include "abatis.labels" . | nindent 2 }}
{{- if eq .Values.certificates.mode "certManager" }}
annotations:
  cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "abatis.fullname" . }}
{{- end }}
{{- end -}}

{{/* What every webhook has. */}}
{{- define "abatis.webhookBase" -}}
{{- $root := .root -}}
admissionReviewVersions: [v1]
sideEffects: None
matchPolicy: Equivalent
timeoutSeconds: {{ $root.Values.registration.timeoutSeconds }}
clientConfig:
  service:
    name: {{ include "abatis.fullname" $root }}
    namespace: {{ $root.Release.Namespace }}
    path: {{ .path }}
    port: {{ $root.Values.service.port }}
  {{- with $root.Values.certificates }}
  {{- if and (eq .mode "secret") .authority }}
  caBundle: {{ .authority | b64enc }}
  {{- end }}
  {{- end }}
{{- end -}}

{{/* What both webhooks for others' objects have in common. */}}
{{- define "abatis.webhook" -}}
{{- $root := .root -}}
{{ include "abatis.webhookBase" . }}
{{- with $root.Values.registration }}
failurePolicy: {{ .failurePolicy }}
namespaceSelector:
  matchExpressions:
    # Its own pods among them: they must never wait for themselves.
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ append .excludedNamespaces $root.Release.Namespace | uniq | toJson }}
    {{- with .namespaceExpressions }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
matchConditions:
  # Nothing may keep anybody from taking policies away, or their kinds.
  - name: not-our-own-kinds
    expression: request.resource.group != 'abatis.dev'
  - name: not-our-own-definitions
    expression: >-
      !(request.resource.group == 'apiextensions.k8s.io' && has(request.name) && request.name.endsWith('.abatis.dev'))
  {{- with .matchConditions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
{{- end -}}
