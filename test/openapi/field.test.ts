import { describe, expect, test } from 'vitest';
import type { Path } from '../../src/model/index.ts';
import { type FieldAnswer, fieldAt, listAt, listKeysAt } from '../../src/openapi/index.ts';

const podSpec: Path = ['spec'];
const templateSpec: Path = ['spec', 'template', 'spec'];
const crd = ['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition'] as const;
const anyJson: Path = ['spec', 'versions', 0, 'schema', 'openAPIV3Schema', 'default'];

const podField = (...path: Path): FieldAnswer | undefined => fieldAt('', 'v1', 'Pod', path);

describe('the keys of a list', () => {
  test.each<[kind: string, path: Path, keys: readonly string[]]>([
    ['/v1/Pod', [...podSpec, 'containers'], ['name']],
    ['/v1/Pod', [...podSpec, 'initContainers'], ['name']],
    ['/v1/Pod', [...podSpec, 'ephemeralContainers'], ['name']],
    ['/v1/Pod', [...podSpec, 'volumes'], ['name']],
    ['/v1/Pod', [...podSpec, 'containers', 3, 'ports'], ['containerPort', 'protocol']],
    ['/v1/Service', ['spec', 'ports'], ['port', 'protocol']],
    ['/v1/Pod', [...podSpec, 'containers', 0, 'env'], ['name']],
    ['/v1/Pod', [...podSpec, 'containers', 0, 'volumeMounts'], ['mountPath']],
    ['/v1/Pod', [...podSpec, 'containers', 0, 'volumeDevices'], ['devicePath']],
    ['/v1/Pod', [...podSpec, 'topologySpreadConstraints'], ['topologyKey', 'whenUnsatisfiable']],
    ['/v1/Pod', [...podSpec, 'hostAliases'], ['ip']],
    ['/v1/Pod', [...podSpec, 'imagePullSecrets'], ['name']],
    ['/v1/Pod', ['metadata', 'ownerReferences'], ['uid']],
    ['/v1/ServiceAccount', ['secrets'], ['name']],
    ['apps/v1/Deployment', [...templateSpec, 'containers'], ['name']],
    ['apps/v1/Deployment', ['status', 'conditions'], ['type']],
    ['apps/v1/DaemonSet', [...templateSpec, 'containers', 0, 'ports'], ['containerPort', 'protocol']],
    ['batch/v1/CronJob', ['spec', 'jobTemplate', ...templateSpec, 'initContainers'], ['name']],
    ['/v1/PodTemplate', ['template', 'spec', 'containers'], ['name']],
    ['admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration', ['webhooks'], ['name']],
  ])('%s %j is told apart by %j', (kind, path, keys) => {
    expect(listKeysAt(...gvk(kind), path)).toEqual(keys);
    expect(listAt(...gvk(kind), path)?.listType).toBe('map');
  });

  test.each<[kind: string, path: Path, listType: 'atomic' | 'set']>([
    ['/v1/Pod', ['metadata', 'finalizers'], 'set'],
    ['/v1/PersistentVolume', ['spec', 'accessModes'], 'atomic'],
    ['/v1/Pod', [...podSpec, 'tolerations'], 'atomic'],
    ['/v1/Pod', [...podSpec, 'containers', 0, 'args'], 'atomic'],
    ['/v1/Pod', [...podSpec, 'containers', 0, 'resizePolicy'], 'atomic'],
    ['rbac.authorization.k8s.io/v1/RoleBinding', ['subjects'], 'atomic'],
    // A map to strategic merge patches, atomic to server-side apply.
    ['batch/v1/Job', ['status', 'conditions'], 'atomic'],
    ['/v1/Pod', ['status', 'hostIPs'], 'atomic'],
  ])('%s %j is %s and has none', (kind, path, listType) => {
    expect(listAt(...gvk(kind), path)).toMatchObject({ listType, keys: [] });
    expect(listKeysAt(...gvk(kind), path)).toEqual([]);
  });

  test.each<[kind: string, path: Path]>([
    ['/v1/Pod', []],
    ['/v1/Pod', ['spec']],
    ['/v1/Pod', ['spec', 'containers', 0]],
    ['/v1/Pod', ['spec', 'containers', 'ports']],
    ['/v1/Pod', ['containers']],
    ['example.dev/v1/Widget', ['spec', 'containers']],
    ['/v1/Pod', ['metadata', '__proto__', 'length']],
  ])('%s %j is no list that is known', (kind, path) => {
    expect(listAt(...gvk(kind), path)).toBeUndefined();
    expect(listKeysAt(...gvk(kind), path)).toEqual([]);
  });
});

describe('a field that is known', () => {
  test.each<[path: Path, field: object]>([
    [[], { type: { kind: 'object', name: 'core.v1.Pod', atomic: false }, required: true }],
    [['spec', 'hostNetwork'], { type: { kind: 'boolean' }, required: false }],
    [['spec', 'containers', 0, 'name'], { type: { kind: 'string' }, required: true }],
    [
      ['spec', 'containers', 0],
      { type: { kind: 'object', name: 'core.v1.Container', atomic: false }, required: false },
    ],
    [['spec', 'containers', 0, 'ports', 0, 'containerPort'], { type: { kind: 'int32' }, required: true }],
    [['metadata', 'generation'], { type: { kind: 'int64' }, required: false }],
    [['metadata', 'creationTimestamp'], { type: { kind: 'date-time' }, required: false }],
    [['metadata', 'labels', 'app.kubernetes.io/name'], { type: { kind: 'string' }, required: false }],
    [
      ['metadata', 'labels'],
      { type: { kind: 'map', value: { kind: 'string' }, atomic: false }, required: false },
    ],
    [
      ['spec', 'nodeSelector'],
      { type: { kind: 'map', value: { kind: 'string' }, atomic: true }, required: false },
    ],
    [
      ['spec', 'containers', 0, 'resources', 'limits', 'cpu'],
      { type: { kind: 'quantity' }, required: false },
    ],
    [
      ['spec', 'containers', 0, 'livenessProbe', 'httpGet', 'port'],
      { type: { kind: 'int-or-string' }, required: true },
    ],
    [['metadata', 'managedFields', 0, 'fieldsV1'], { type: { kind: 'any-object' }, required: false }],
    [['metadata', 'managedFields', 0, 'fieldsV1', 'f:spec', '.'], { type: { kind: 'any' }, required: false }],
  ])('%j', (path, field) => {
    expect(podField(...path)).toEqual({ known: true, ...field });
  });

  test('says what the API server writes where it is left out', () => {
    expect(podField('spec', 'containers', 0, 'ports', 0, 'protocol')).toMatchObject({ default: 'TCP' });
    expect(fieldAt('storage.k8s.io', 'v1', 'StorageClass', ['provisioner'])).not.toHaveProperty('default');
  });

  test('says which words it may be, in lists too', () => {
    const pullPolicy = podField('spec', 'containers', 0, 'imagePullPolicy');
    const accessMode = fieldAt('', 'v1', 'PersistentVolumeClaim', ['spec', 'accessModes', 0]);

    expect(pullPolicy?.type).toEqual({ kind: 'string', enum: ['Always', 'IfNotPresent', 'Never'] });
    expect(accessMode?.type).toEqual({
      kind: 'string',
      enum: ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'],
    });
  });

  test('says what server-side apply replaces as a whole', () => {
    expect(fieldAt('apps', 'v1', 'Deployment', ['spec', 'selector'])?.type).toEqual({
      kind: 'object',
      name: 'meta.v1.LabelSelector',
      atomic: true,
    });
  });

  test('is anything below what the schema leaves open', () => {
    expect(fieldAt(...crd, anyJson)).toEqual({ known: true, type: { kind: 'any' }, required: false });
    expect(fieldAt(...crd, [...anyJson, 'a', 0, '__proto__'])).toEqual(fieldAt(...crd, anyJson));
  });

  test('may be as deep as a recursive schema goes', () => {
    const deep = Array.from({ length: 100_000 }, () => 'not');

    expect(fieldAt(...crd, [...anyJson.slice(0, -1), ...deep, 'type'])).toMatchObject({
      type: { kind: 'string' },
    });
  });
});

describe('a field that is not known', () => {
  test.each<[path: Path, at: Path, missing: string | number, among: string]>([
    [['spec', 'container'], ['spec'], 'container', 'containers'],
    [
      ['spec', 'containers', 0, 'imagePolicy', 'x'],
      ['spec', 'containers', 0],
      'imagePolicy',
      'imagePullPolicy',
    ],
    [['Spec', 'containers'], [], 'Spec', 'spec'],
    [['spec', 0], ['spec'], 0, 'containers'],
    [['spec', 'constructor'], ['spec'], 'constructor', 'containers'],
    [['spec', '__proto__', 'x'], ['spec'], '__proto__', 'containers'],
  ])('%j is missed at %j', (path, at, missing, among) => {
    expect(podField(...path)).toMatchObject({
      known: false,
      at,
      missing,
      candidates: expect.arrayContaining([among]),
    });
  });

  test.each<[path: Path, at: Path, kind: string]>([
    [['spec', 'containers', 'image'], ['spec', 'containers'], 'list'],
    [['metadata', 'name', 'first'], ['metadata', 'name'], 'string'],
    [['metadata', 'labels', 0], ['metadata', 'labels'], 'map'],
    [
      ['metadata', 'managedFields', 0, 'fieldsV1', 0],
      ['metadata', 'managedFields', 0, 'fieldsV1'],
      'any-object',
    ],
  ])('%j has no names to choose from at %j, a %s', (path, at, kind) => {
    expect(podField(...path)).toMatchObject({ known: false, at, type: { kind }, candidates: [] });
  });

  test('gives all names there are where the name is empty', () => {
    expect(podField('')).toMatchObject({ candidates: ['apiVersion', 'kind', 'metadata', 'spec', 'status'] });
  });

  test('is nothing at all for a kind that is not known', () => {
    expect(fieldAt('example.dev', 'v1', 'Widget', ['spec'])).toBeUndefined();
  });
});

function gvk(text: string): [group: string, version: string, kind: string] {
  const [group = '', version = '', kind = ''] = text.split('/');
  return [group, version, kind];
}
