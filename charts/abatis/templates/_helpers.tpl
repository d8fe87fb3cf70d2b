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

{{/* Whether the server writes the caBundle of its own configuration. */}}
{{- define "abatis.publishes" -}}
{{- if and (eq .Values.certificates.mode "managed") (eq .Values.registration.mode "static") -}}true{{- end -}}
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
{{- if include "abatis.publishes" . }}
- --webhook-configuration={{ include "abatis.fullname" . }}
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
{{- with .Values.clientCertificates.configMap }}
- name: client-authorities
  configMap: { name: {{ . }} }
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
{{- if .Values.clientCertificates.configMap }}
- { name: client-authorities, mountPath: /client-authorities, readOnly: true }
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
name: {{ include "abatis.fullname" . }}
labels: {{- include "abatis.labels" . | nindent 2 }}
{{- if eq .Values.certificates.mode "certManager" }}
annotations:
  cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "abatis.fullname" . }}
{{- end }}
{{- end -}}

{{/* What both kinds of webhook have in common. */}}
{{- define "abatis.webhook" -}}
{{- $root := .root -}}
{{- $path := .path -}}
{{- with $root.Values.registration -}}
admissionReviewVersions: [v1]
sideEffects: None
matchPolicy: Equivalent
failurePolicy: {{ .failurePolicy }}
timeoutSeconds: {{ .timeoutSeconds }}
clientConfig:
  service:
    name: {{ include "abatis.fullname" $root }}
    namespace: {{ $root.Release.Namespace }}
    path: {{ $path }}
    port: {{ $root.Values.service.port }}
  {{- with $root.Values.certificates }}
  {{- if and (eq .mode "secret") .authority }}
  caBundle: {{ .authority | b64enc }}
  {{- end }}
  {{- end }}
namespaceSelector:
  matchExpressions:
    # Its own pods among them: they must never wait for themselves.
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ append .excludedNamespaces $root.Release.Namespace | uniq | toJson }}
    {{- with .namespaceExpressions }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- with .matchConditions }}
matchConditions: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
{{- end -}}
