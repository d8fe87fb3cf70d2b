/** A kind that the API server serves without a CustomResourceDefinition. */
export interface BuiltinKind {
  /** The API group, `''` for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The plural name in URLs and in RBAC, such as `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Every version it is or was served in: stable before beta before alpha, newest first. */
  readonly versions: readonly string[];
  /** Such as `scale`; the object a subresource carries may be of another kind. */
  readonly subresources: readonly string[];
}

/**
 * By group and kind: resource, scope, versions and subresources.
 *
 * Written by test/control-plane/generate-kinds.ts from the discovery of Kubernetes v1.36.3, its alpha and
 * beta versions switched on, and from the versions that earlier releases served.
 */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    Binding: 'bindings namespaced v1',
    ComponentStatus: 'componentstatuses cluster v1',
    ConfigMap: 'configmaps namespaced v1',
    Endpoints: 'endpoints namespaced v1',
    Event: 'events namespaced v1',
    LimitRange: 'limitranges namespaced v1',
    Namespace: 'namespaces cluster v1 finalize,status',
    Node: 'nodes cluster v1 proxy,status',
    PersistentVolume: 'persistentvolumes cluster v1 status',
    PersistentVolumeClaim: 'persistentvolumeclaims namespaced v1 status',
    Pod: 'pods namespaced v1 attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status',
    PodTemplate: 'podtemplates namespaced v1',
    ReplicationController: 'replicationcontrollers namespaced v1 scale,status',
    ResourceQuota: 'resourcequotas namespaced v1 status',
    Secret: 'secrets namespaced v1',
    Service: 'services namespaced v1 proxy,status',
    ServiceAccount: 'serviceaccounts namespaced v1 token',
  },
  'admissionregistration.k8s.io': {
    MutatingAdmissionPolicy: 'mutatingadmissionpolicies cluster v1,v1beta1,v1alpha1',
    MutatingAdmissionPolicyBinding: 'mutatingadmissionpolicybindings cluster v1,v1beta1,v1alpha1',
    MutatingWebhookConfiguration: 'mutatingwebhookconfigurations cluster v1,v1beta1',
    ValidatingAdmissionPolicy: 'validatingadmissionpolicies cluster v1,v1beta1,v1alpha1 status',
    ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings cluster v1,v1beta1,v1alpha1',
    ValidatingWebhookConfiguration: 'validatingwebhookconfigurations cluster v1,v1beta1',
  },
  'apiextensions.k8s.io': {
    CustomResourceDefinition: 'customresourcedefinitions cluster v1,v1beta1 status',
  },
  'apiregistration.k8s.io': {
    APIService: 'apiservices cluster v1,v1beta1 status',
  },
  apps: {
    ControllerRevision: 'controllerrevisions namespaced v1,v1beta2,v1beta1',
    DaemonSet: 'daemonsets namespaced v1,v1beta2 status',
    Deployment: 'deployments namespaced v1,v1beta2,v1beta1 rollback,scale,status',
    ReplicaSet: 'replicasets namespaced v1,v1beta2 scale,status',
    StatefulSet: 'statefulsets namespaced v1,v1beta2,v1beta1 scale,status',
  },
  'auditregistration.k8s.io': {
    AuditSink: 'auditsinks cluster v1alpha1',
  },
  'authentication.k8s.io': {
    SelfSubjectReview: 'selfsubjectreviews cluster v1,v1beta1,v1alpha1',
    TokenReview: 'tokenreviews cluster v1,v1beta1',
  },
  'authorization.k8s.io': {
    LocalSubjectAccessReview: 'localsubjectaccessreviews namespaced v1,v1beta1',
    SelfSubjectAccessReview: 'selfsubjectaccessreviews cluster v1,v1beta1',
    SelfSubjectRulesReview: 'selfsubjectrulesreviews cluster v1,v1beta1',
    SubjectAccessReview: 'subjectaccessreviews cluster v1,v1beta1',
  },
  autoscaling: {
    HorizontalPodAutoscaler: 'horizontalpodautoscalers namespaced v2,v1,v2beta2,v2beta1 status',
  },
  batch: {
    CronJob: 'cronjobs namespaced v1,v1beta1,v2alpha1 status',
    Job: 'jobs namespaced v1 status',
  },
  'certificates.k8s.io': {
    CertificateSigningRequest: 'certificatesigningrequests cluster v1,v1beta1 approval,status',
    ClusterTrustBundle: 'clustertrustbundles cluster v1beta1,v1alpha1',
    PodCertificateRequest: 'podcertificaterequests namespaced v1beta1,v1alpha1 status',
  },
  'coordination.k8s.io': {
    Lease: 'leases namespaced v1,v1beta1',
    LeaseCandidate: 'leasecandidates namespaced v1beta1,v1alpha2,v1alpha1',
  },
  'discovery.k8s.io': {
    EndpointSlice: 'endpointslices namespaced v1,v1beta1,v1alpha1',
  },
  'events.k8s.io': {
    Event: 'events namespaced v1,v1beta1',
  },
  extensions: {
    DaemonSet: 'daemonsets namespaced v1beta1 status',
    Deployment: 'deployments namespaced v1beta1 rollback,scale,status',
    Ingress: 'ingresses namespaced v1beta1 status',
    NetworkPolicy: 'networkpolicies namespaced v1beta1',
    PodSecurityPolicy: 'podsecuritypolicies cluster v1beta1',
    ReplicaSet: 'replicasets namespaced v1beta1 scale,status',
  },
  'flowcontrol.apiserver.k8s.io': {
    FlowSchema: 'flowschemas cluster v1,v1beta3,v1beta2,v1beta1,v1alpha1 status',
    PriorityLevelConfiguration:
      'prioritylevelconfigurations cluster v1,v1beta3,v1beta2,v1beta1,v1alpha1 status',
  },
  'internal.apiserver.k8s.io': {
    StorageVersion: 'storageversions cluster v1alpha1 status',
  },
  'networking.k8s.io': {
    ClusterCIDR: 'clustercidrs cluster v1alpha1',
    IPAddress: 'ipaddresses cluster v1,v1beta1,v1alpha1',
    Ingress: 'ingresses namespaced v1,v1beta1 status',
    IngressClass: 'ingressclasses cluster v1,v1beta1',
    NetworkPolicy: 'networkpolicies namespaced v1',
    ServiceCIDR: 'servicecidrs cluster v1,v1beta1,v1alpha1 status',
  },
  'node.k8s.io': {
    RuntimeClass: 'runtimeclasses cluster v1,v1beta1,v1alpha1',
  },
  policy: {
    PodDisruptionBudget: 'poddisruptionbudgets namespaced v1,v1beta1 status',
    PodSecurityPolicy: 'podsecuritypolicies cluster v1beta1',
  },
  'rbac.authorization.k8s.io': {
    ClusterRole: 'clusterroles cluster v1,v1beta1,v1alpha1',
    ClusterRoleBinding: 'clusterrolebindings cluster v1,v1beta1,v1alpha1',
    Role: 'roles namespaced v1,v1beta1,v1alpha1',
    RoleBinding: 'rolebindings namespaced v1,v1beta1,v1alpha1',
  },
  'resource.k8s.io': {
    DeviceClass: 'deviceclasses cluster v1,v1beta2,v1beta1,v1alpha3',
    DeviceTaintRule: 'devicetaintrules cluster v1beta2,v1alpha3 status',
    PodSchedulingContext: 'podschedulingcontexts namespaced v1alpha3,v1alpha2 status',
    ResourceClaim: 'resourceclaims namespaced v1,v1beta2,v1beta1,v1alpha3,v1alpha2,v1alpha1 status',
    ResourceClaimParameters: 'resourceclaimparameters namespaced v1alpha2',
    ResourceClaimTemplate: 'resourceclaimtemplates namespaced v1,v1beta2,v1beta1,v1alpha3,v1alpha2,v1alpha1',
    ResourceClass: 'resourceclasses cluster v1alpha2,v1alpha1',
    ResourceClassParameters: 'resourceclassparameters namespaced v1alpha2',
    ResourcePoolStatusRequest: 'resourcepoolstatusrequests cluster v1alpha3 status',
    ResourceSlice: 'resourceslices cluster v1,v1beta2,v1beta1,v1alpha3,v1alpha2',
  },
  'scheduling.k8s.io': {
    PodGroup: 'podgroups namespaced v1alpha2 status',
    PriorityClass: 'priorityclasses cluster v1,v1beta1,v1alpha1',
    Workload: 'workloads namespaced v1alpha2,v1alpha1',
  },
  'settings.k8s.io': {
    PodPreset: 'podpresets namespaced v1alpha1',
  },
  'storage.k8s.io': {
    CSIDriver: 'csidrivers cluster v1,v1beta1',
    CSINode: 'csinodes cluster v1,v1beta1',
    CSIStorageCapacity: 'csistoragecapacities namespaced v1,v1beta1,v1alpha1',
    StorageClass: 'storageclasses cluster v1,v1beta1',
    VolumeAttachment: 'volumeattachments cluster v1,v1beta1,v1alpha1 status',
    VolumeAttributesClass: 'volumeattributesclasses cluster v1,v1beta1,v1alpha1',
  },
  'storagemigration.k8s.io': {
    StorageVersionMigration: 'storageversionmigrations cluster v1beta1,v1alpha1 status',
  },
};

/**
 * The built-in kinds, one for each group and kind: a kind's name alone may stand for several groups
 * (Event; the workloads of the retired group `extensions`).
 */
export const builtinKinds: readonly BuiltinKind[] = Object.entries(table).flatMap(([group, kinds]) =>
  Object.entries(kinds).map(([kind, row]) => {
    const [resource = '', scope, versions = '', subresources] = row.split(' ');
    return {
      group,
      kind,
      resource,
      namespaced: scope === 'namespaced',
      versions: versions.split(','),
      subresources: subresources?.split(',') ?? [],
    };
  }),
);
