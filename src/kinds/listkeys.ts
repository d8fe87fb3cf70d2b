/**
 * The keys by which Kubernetes tells the items of a list apart, by the name of the list's field: the
 * `patchMergeKey` and `x-kubernetes-list-map-keys` of the built-in types, where one name means one thing.
 */
const keysByField: ReadonlyMap<string, readonly string[]> = new Map([
  ['conditions', ['type']],
  ['containers', ['name']],
  ['env', ['name']],
  ['ephemeralContainers', ['name']],
  ['hostAliases', ['ip']],
  ['imagePullSecrets', ['name']],
  ['initContainers', ['name']],
  ['ownerReferences', ['uid']],
  ['podIPs', ['ip']],
  ['ports', ['containerPort', 'port', 'protocol']],
  ['readinessGates', ['conditionType']],
  ['resizePolicy', ['resourceName']],
  ['resourceClaims', ['name']],
  ['schedulingGates', ['name']],
  ['secrets', ['name']],
  ['topologySpreadConstraints', ['topologyKey', 'whenUnsatisfiable']],
  ['volumeClaimTemplates', ['name']],
  ['volumeDevices', ['devicePath']],
  ['volumeMounts', ['mountPath']],
  ['volumes', ['name']],
  ['webhooks', ['name']],
]);

/** The fields that identify an item of a list called `field`; empty where items have no identity but their value. */
export function listKeys(field: string): readonly string[] {
  return keysByField.get(field) ?? [];
}
