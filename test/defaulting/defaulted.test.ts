import { describe, expect, test } from 'vitest';
import { defaulted, defaultedInput } from '../../src/defaulting/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { freeze, input, made, pod } from './objects.ts';

const container = {
  name: 'a',
  image: 'a:1',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  resources: {},
};

describe('what is left out', () => {
  test.each<[string, object, string, unknown]>([
    ['is filled in', {}, 'spec.restartPolicy', 'Always'],
    ['is filled in where it is null', { restartPolicy: null }, 'spec.restartPolicy', 'Always'],
    ['is filled in where it is empty', { restartPolicy: '' }, 'spec.restartPolicy', 'Always'],
    ['stays as it was given', { restartPolicy: 'Never' }, 'spec.restartPolicy', 'Never'],
    ['stays out where it has no default', {}, 'spec.hostname', undefined],
    ['goes where it is empty, and Go leaves it out', { hostNetwork: false }, 'spec.hostNetwork', undefined],
    ['stays where it is empty, and Go has a pointer', { hostUsers: false }, 'spec.hostUsers', false],
    ['goes where nobody knows it', { hostNetwrok: true }, 'spec.hostNetwrok', undefined],
    ['is known by its other name', { serviceAccount: 'x' }, 'spec.serviceAccountName', 'x'],
    ['stays where it is of another type', { restartPolicy: 5 }, 'spec.restartPolicy', 5],
  ])('%s', (_, spec, path, value) => {
    expect(at(made(pod({}, spec)), path)).toEqual(value);
  });

  test('is filled in within the items of lists', () => {
    expect(at(made(pod({ image: 'a:1' })), 'spec.containers.0')).toEqual(container);
  });

  test('is written out as null or nothing where Go does so', () => {
    const role = made({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'a' } });
    expect(role).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'a' },
      rules: null,
    });
  });
});

describe('requests', () => {
  test.each<[string, object, object]>([
    ['are the limits', { limits: { cpu: 1 } }, { limits: { cpu: '1' }, requests: { cpu: '1' } }],
    [
      'are the limits where they are not given',
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '0.5' } },
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
    ],
    ['are none without limits', {}, {}],
  ])('of a pod %s', (_, resources, result) => {
    expect(at(made(pod({ resources })), 'spec.containers.0.resources')).toEqual(result);
  });

  test('of a template are what is written', () => {
    const spec = { containers: [{ name: 'a', resources: { limits: { cpu: 1 } } }] };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec } } };
    const resources = at(made(deployment), 'spec.template.spec.containers.0.resources');
    expect(resources).toEqual({ limits: { cpu: '1' } });
  });

  test('of a pod as a whole are those of its containers', () => {
    const spec = {
      resources: { limits: { cpu: '4' } },
      initContainers: [
        { name: 's', restartPolicy: 'Always', resources: { requests: { cpu: '0.1' } } },
        { name: 'i', resources: { requests: { cpu: '1' } } },
      ],
    };
    const whole = made(pod({ resources: { requests: { cpu: '500m' } } }, spec));
    expect(at(whole, 'spec.resources')).toEqual({ limits: { cpu: '4' }, requests: { cpu: '1100m' } });
  });
});

describe('how an image is pulled', () => {
  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['localhost:5000/nginx', 'Always'],
    ['registry.example/team/app:latest', 'Always'],
    [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
    [`nginx:latest@sha256:${'0'.repeat(64)}`, 'Always'],
    ['Nginx', 'IfNotPresent'],
    ['nginx@sha256:0', 'IfNotPresent'],
    ['', 'IfNotPresent'],
    [`${'a-'.repeat(50_000)}`, 'IfNotPresent'],
    [`${'a.'.repeat(50_000)}/x`, 'IfNotPresent'],
  ])('%.40s: %s', (image, policy) => {
    expect(at(made(pod({ image })), 'spec.containers.0.imagePullPolicy')).toBe(policy);
  });
});

describe('what is written in one form', () => {
  test.each<[string, unknown, unknown]>([
    ['a number as a quantity', 1, '1'],
    ['a fraction', 0.5, '500m'],
    ['a binary fraction', '1.5Gi', '1536Mi'],
    ['an exponent', '1e3', '1e3'],
    ['less than a milli', '1u', '1m'],
    ['spaces around it', ' 1 ', '1'],
    ['null', null, '0'],
    ['what is no quantity', 'plenty', 'plenty'],
    ['what is no text', true, true],
  ])('%s', (_, hard, written) => {
    const quota = made({ apiVersion: 'v1', kind: 'ResourceQuota', spec: { hard: { cpu: hard } } });
    expect(at(quota, 'spec.hard.cpu')).toBe(written);
  });

  test('times, in UTC', () => {
    const spec = { acquireTime: '2024-01-01T02:00:00.5+02:00', renewTime: 'soon' };
    const lease = made({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec });
    expect(at(lease, 'spec')).toEqual({ acquireTime: '2024-01-01T00:00:00.500000Z', renewTime: 'soon' });
  });

  test('texts of a Secret, in base64', () => {
    const secret = made({ apiVersion: 'v1', kind: 'Secret', data: { a: 'YQ==' }, stringData: { b: 'ü' } });
    expect(secret).toMatchObject({ type: 'Opaque', data: { a: 'YQ==', b: 'w7w=' } });
    expect(secret).not.toHaveProperty('stringData');
  });
});

describe('the status', () => {
  const status = { replicas: 3 };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', status };

  test('is empty when an object is created', () => {
    expect(at(made(deployment), 'status')).toEqual({});
  });
  test('stays when it is updated', () => {
    const updated = defaulted(deployment, { group: 'apps', version: 'v1', kind: 'Deployment' }, 'UPDATE');
    expect(updated['status']).toEqual(status);
  });
  test('of a Pod says how dear it is to its node', () => {
    const resources = { limits: { cpu: 1, memory: '1Gi' } };
    expect(at(made(pod({ resources })), 'status')).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' });
    expect(at(made(pod({})), 'status.qosClass')).toBe('BestEffort');
  });
});

describe('an object', () => {
  test('of a kind that is not built in is left alone', () => {
    const custom = { apiVersion: 'example.com/v1', kind: 'Thing', spec: { cpu: 1, empty: null } };
    expect(made(custom)).toBe(custom);
  });
  test('that says everything is the same object', () => {
    const whole = made(pod({ image: 'a', resources: { limits: { cpu: 1 } } }));
    expect(made(whole)).toBe(whole);
  });
  test('shares what stays as it is, and is not changed', () => {
    const metadata = { name: 'a', labels: { a: 'b' } };
    const submitted = freeze({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } });
    expect(made(submitted)['metadata']).toBe(metadata);
    expect(submitted).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } });
  });
  test('keeps the order of its keys, and adds new ones at the end', () => {
    const keys = Object.keys(at(made(pod({ image: 'a' })), 'spec.containers.0') as object);
    expect(keys.slice(0, 2)).toEqual(['name', 'image']);
  });
  test('loses what only the API server may say when it is created', () => {
    const metadata = {
      name: 'a',
      uid: 'u',
      creationTimestamp: null,
      deletionTimestamp: '2024-01-01T00:00:00Z',
    };
    expect(made({ apiVersion: 'v1', kind: 'ConfigMap', metadata })['metadata']).toEqual({ name: 'a' });
  });
});

describe('a change', () => {
  test('that deletes has its old object filled in', () => {
    const change = { ...input(pod({})), operation: 'DELETE' as const, object: null, oldObject: pod({}) };
    expect(at(defaultedInput(change).oldObject, 'spec.restartPolicy')).toBe('Always');
  });
  test('whose objects are whole is the same change', () => {
    const change = input(made(pod({})));
    expect(defaultedInput(change)).toBe(change);
  });
});

/** The value at a path of keys with dots between them. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((found, key) => (found as JsonObject | undefined)?.[key], value);
}
