import type { KindRow } from './kinds.ts';

/**
 * What API servers served once and the pinned one no longer does: manifests in these versions still
 * lie in repositories and still reach clusters that lag behind. From the removal notes of each release
 * (Kubernetes' deprecation guide and changelogs).
 */
export const retiredKinds: readonly KindRow[] = [
  ...retired('admissionregistration.k8s.io', false, {
    MutatingWebhookConfiguration: ['mutatingwebhookconfigurations', 'v1beta1'],
    ValidatingAdmissionPolicy: ['validatingadmissionpolicies', 'v1beta1 v1alpha1', 'status'],
    ValidatingAdmissionPolicyBinding: ['validatingadmissionpolicybindings', 'v1beta1 v1alpha1'],
    ValidatingWebhookConfiguration: ['validatingwebhookconfigurations', 'v1beta1'],
  }),
  ...retired('apiextensions.k8s.io', false, {
    CustomResourceDefinition: ['customresourcedefinitions', 'v1beta1', 'status'],
  }),
  ...retired('apiregistration.k8s.io', false, { APIService: ['apiservices', 'v1beta1', 'status'] }),
  ...retired('apps', true, {
    ControllerRevision: ['controllerrevisions', 'v1beta2 v1beta1'],
    DaemonSet: ['daemonsets', 'v1beta2', 'status'],
    Deployment: ['deployments', 'v1beta2 v1beta1', 'rollback scale status'],
    ReplicaSet: ['replicasets', 'v1beta2', 'scale status'],
    StatefulSet: ['statefulsets', 'v1beta2 v1beta1', 'scale status'],
  }),
  ...retired('auditregistration.k8s.io', false, { AuditSink: ['auditsinks', 'v1alpha1'] }),
  ...retired('authentication.k8s.io', false, {
    SelfSubjectReview: ['selfsubjectreviews', 'v1beta1 v1alpha1'],
    TokenReview: ['tokenreviews', 'v1beta1'],
  }),
  ...retired('authorization.k8s.io', false, {
    SelfSubjectAccessReview: ['selfsubjectaccessreviews', 'v1beta1'],
    SelfSubjectRulesReview: ['selfsubjectrulesreviews', 'v1beta1'],
    SubjectAccessReview: ['subjectaccessreviews', 'v1beta1'],
  }),
  ...retired('authorization.k8s.io', true, {
    LocalSubjectAccessReview: ['localsubjectaccessreviews', 'v1beta1'],
  }),
  ...retired('autoscaling', true, {
    HorizontalPodAutoscaler: ['horizontalpodautoscalers', 'v2beta2 v2beta1', 'status'],
  }),
  ...retired('batch', true, { CronJob: ['cronjobs', 'v1beta1 v2alpha1', 'status'] }),
  ...retired('certificates.k8s.io', false, {
    CertificateSigningRequest: ['certificatesigningrequests', 'v1beta1', 'approval status'],
  }),
  ...retired('certificates.k8s.io', true, {
    PodCertificateRequest: ['podcertificaterequests', 'v1alpha1', 'status'],
  }),
  ...retired('coordination.k8s.io', true, {
    Lease: ['leases', 'v1beta1'],
    LeaseCandidate: ['leasecandidates', 'v1alpha1'],
  }),
  ...retired('discovery.k8s.io', true, { EndpointSlice: ['endpointslices', 'v1beta1 v1alpha1'] }),
  ...retired('events.k8s.io', true, { Event: ['events', 'v1beta1'] }),
  ...retired('extensions', true, {
    DaemonSet: ['daemonsets', 'v1beta1', 'status'],
    Deployment: ['deployments', 'v1beta1', 'rollback scale status'],
    Ingress: ['ingresses', 'v1beta1', 'status'],
    NetworkPolicy: ['networkpolicies', 'v1beta1'],
    ReplicaSet: ['replicasets', 'v1beta1', 'scale status'],
  }),
  ...retired('extensions', false, { PodSecurityPolicy: ['podsecuritypolicies', 'v1beta1'] }),
  ...retired('flowcontrol.apiserver.k8s.io', false, {
    FlowSchema: ['flowschemas', 'v1beta3 v1beta2 v1beta1 v1alpha1', 'status'],
    PriorityLevelConfiguration: ['prioritylevelconfigurations', 'v1beta3 v1beta2 v1beta1 v1alpha1', 'status'],
  }),
  ...retired('networking.k8s.io', true, { Ingress: ['ingresses', 'v1beta1', 'status'] }),
  ...retired('networking.k8s.io', false, {
    ClusterCIDR: ['clustercidrs', 'v1alpha1'],
    IPAddress: ['ipaddresses', 'v1alpha1'],
    IngressClass: ['ingressclasses', 'v1beta1'],
    ServiceCIDR: ['servicecidrs', 'v1alpha1', 'status'],
  }),
  ...retired('node.k8s.io', false, { RuntimeClass: ['runtimeclasses', 'v1beta1 v1alpha1'] }),
  ...retired('policy', true, { PodDisruptionBudget: ['poddisruptionbudgets', 'v1beta1', 'status'] }),
  ...retired('policy', false, { PodSecurityPolicy: ['podsecuritypolicies', 'v1beta1'] }),
  ...retired('rbac.authorization.k8s.io', false, {
    ClusterRole: ['clusterroles', 'v1beta1 v1alpha1'],
    ClusterRoleBinding: ['clusterrolebindings', 'v1beta1 v1alpha1'],
  }),
  ...retired('rbac.authorization.k8s.io', true, {
    Role: ['roles', 'v1beta1 v1alpha1'],
    RoleBinding: ['rolebindings', 'v1beta1 v1alpha1'],
  }),
  ...retired('resource.k8s.io', true, {
    PodSchedulingContext: ['podschedulingcontexts', 'v1alpha3 v1alpha2', 'status'],
    ResourceClaim: ['resourceclaims', 'v1alpha3 v1alpha2 v1alpha1', 'status'],
    ResourceClaimParameters: ['resourceclaimparameters', 'v1alpha2'],
    ResourceClaimTemplate: ['resourceclaimtemplates', 'v1alpha3 v1alpha2 v1alpha1'],
    ResourceClassParameters: ['resourceclassparameters', 'v1alpha2'],
  }),
  ...retired('resource.k8s.io', false, {
    DeviceClass: ['deviceclasses', 'v1alpha3'],
    ResourceClass: ['resourceclasses', 'v1alpha2 v1alpha1'],
    ResourceSlice: ['resourceslices', 'v1alpha3 v1alpha2'],
  }),
  ...retired('scheduling.k8s.io', false, { PriorityClass: ['priorityclasses', 'v1beta1 v1alpha1'] }),
  ...retired('scheduling.k8s.io', true, { Workload: ['workloads', 'v1alpha1'] }),
  ...retired('settings.k8s.io', true, { PodPreset: ['podpresets', 'v1alpha1'] }),
  ...retired('storage.k8s.io', false, {
    CSIDriver: ['csidrivers', 'v1beta1'],
    CSINode: ['csinodes', 'v1beta1'],
    StorageClass: ['storageclasses', 'v1beta1'],
    VolumeAttachment: ['volumeattachments', 'v1beta1 v1alpha1', 'status'],
    VolumeAttributesClass: ['volumeattributesclasses', 'v1alpha1'],
  }),
  ...retired('storage.k8s.io', true, { CSIStorageCapacity: ['csistoragecapacities', 'v1beta1 v1alpha1'] }),
  ...retired('storagemigration.k8s.io', false, {
    StorageVersionMigration: ['storageversionmigrations', 'v1alpha1', 'status'],
  }),
];

/** Rows of one group and scope: `kind: [resource, versions, subresources]`, lists separated by spaces. */
function retired(
  group: string,
  namespaced: boolean,
  kinds: Readonly<Record<string, readonly [resource: string, versions: string, subresources?: string]>>,
): readonly KindRow[] {
  return Object.entries(kinds).map(([kind, [resource, versions, subresources = '']]) => ({
    group,
    kind,
    resource,
    namespaced,
    versions: versions.split(' '),
    subresources: subresources.split(' ').filter((name) => name !== ''),
  }));
}
