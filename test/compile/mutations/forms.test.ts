import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/index.ts';
import { mutationPolicy, patchOf, pod, run } from '../../engine/mutating.ts';

type Case = readonly [what: string, mutation: string, object: JsonObject, patch: readonly string[]];

function table(cases: readonly Case[]): void {
  test.each(cases)('%s', (_what, mutation, object, expected) => {
    const result = run(mutationPolicy(`[{name: m, ${mutation}}]`), { object });
    expect(result.errors).toEqual([]);
    expect(patchOf(result)).toEqual(expected);
  });
}

const config = (data: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'shop' },
  data,
});
const custom = (spec: JsonObject): JsonObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', namespace: 'shop' },
  spec,
});

describe('set', () => {
  table([
    ['writes a field', 'set: {path: data.a, value: x}', config({}), ['add /data/a "x"']],
    [
      'writes over another value',
      'set: {path: data.a, value: x}',
      config({ a: 'y' }),
      ['replace /data/a "x"'],
    ],
    ['leaves what is so already', 'set: {path: data.a, value: x}', config({ a: 'x' }), []],
    [
      'leaves what is there, if missing',
      'set: {path: data.a, value: x, ifMissing: true}',
      config({ a: 'y' }),
      [],
    ],
    [
      'writes over null, if missing',
      'set: {path: data.a, value: x, ifMissing: true}',
      config({ a: null }),
      ['replace /data/a "x"'],
    ],
    [
      'makes what is missing above in one operation',
      'set: {path: \'metadata.labels["example.com/a~b"]\', value: x}',
      config({}),
      ['add /metadata/labels {"example.com/a~b":"x"}'],
    ],
    [
      'makes it in place of null',
      'set: {path: spec.a.b, value: 1}',
      custom({ a: null }),
      ['replace /spec/a {"b":1}'],
    ],
    [
      'escapes keys',
      'set: {path: \'data["a/b~c"]\', value: x}',
      config({ d: '1' }),
      ['add /data/a~1b~0c "x"'],
    ],
    [
      'takes an item by its index',
      'set: {path: "spec.containers[0].tty", value: true}',
      pod(),
      ['add /spec/containers/0/tty true'],
    ],
    [
      'counts from the end',
      'set: {path: "spec.containers[-1].tty", value: true}',
      pod(),
      ['add /spec/containers/0/tty true'],
    ],
    ['makes no item', 'set: {path: "spec.containers[3].tty", value: true}', pod(), []],
    [
      'works out a value',
      'set: {path: data.a, valueExpression: "object.metadata.name + \'!\'"}',
      config({}),
      ['add /data/a "c!"'],
    ],
    ['writes nothing for null', 'set: {path: data.a, valueExpression: "null"}', config({}), []],
    [
      'writes nothing for an absent optional',
      'set: {path: data.a, valueExpression: "object.?data.?b"}',
      config({}),
      [],
    ],
    [
      'writes what an optional holds',
      'set: {path: data.a, valueExpression: "object.?data.?b"}',
      config({ b: 'x' }),
      ['add /data/a "x"'],
    ],
    [
      'knows quantities as the API server writes them',
      'each: containers, set: {path: resources.limits, value: {cpu: 1, memory: 1024Mi}}'.replace(
        'containers,',
        '"$.spec.containers[*]",',
      ),
      pod({ containers: [{ name: 'web', resources: { limits: { cpu: '1', memory: '1Gi' } } }] }),
      [],
    ],
    [
      'takes __proto__ for a key',
      'set: {path: \'data["__proto__"]\', value: x}',
      config({ a: '1' }),
      ['add /data/__proto__ "x"'],
    ],
  ]);
});

describe('remove', () => {
  table([
    ['takes a field away', 'remove: data.a', config({ a: '1', b: '2' }), ['remove /data/a']],
    ['does not miss what is not there', 'remove: [data.a, data.b.c]', config({ b: '1' }), []],
    [
      'takes the items that a filter selects',
      'remove: "spec.a[?(@.x == 1)]"',
      custom({ a: [{ x: 1 }, { x: 2 }, { x: 1 }] }),
      ['remove /spec/a/0', 'remove /spec/a/1'],
    ],
    [
      'takes everything a wildcard selects',
      'remove: "spec.a[*].x"',
      custom({ a: [{ x: 1 }, { y: 1 }] }),
      ['remove /spec/a/0/x'],
    ],
    [
      'takes what is in what goes, too',
      'remove: [$..a]'.replace('$..a', '"..a"'),
      custom({ a: { a: 1 } }),
      ['remove /spec/a'],
    ],
    ['looks for own keys only', 'remove: data.constructor', config({}), []],
  ]);
});

describe('jsonPatch', () => {
  const guarded = (patch: string) => `when: "!has(object.metadata.labels)", jsonPatch: ${patch}`;
  table([
    ['adds', 'jsonPatch: [{op: add, path: /data/a, value: x}]', config({}), ['add /data/a "x"']],
    [
      'replaces',
      'jsonPatch: [{op: replace, path: /data/a, value: x}]',
      config({ a: 'y' }),
      ['replace /data/a "x"'],
    ],
    [
      'removes, where there is something',
      'jsonPatch: [{op: remove, path: /data/a}, {op: remove, path: /data/b}]',
      config({ a: 'y' }),
      ['remove /data/a'],
    ],
    [
      'moves, where there is something',
      'jsonPatch: [{op: move, from: /data/a, path: /data/b}]',
      config({ a: 'y' }),
      ['remove /data/a', 'add /data/b "y"'],
    ],
    [
      'copies',
      'jsonPatch: [{op: copy, from: /data/a, path: /data/b}]',
      config({ a: 'y' }),
      ['add /data/b "y"'],
    ],
    [
      'goes on where a test holds',
      'jsonPatch: [{op: test, path: /data/a, value: "y"}, {op: add, path: /data/a, value: z}]',
      config({ a: 'y' }),
      ['replace /data/a "z"'],
    ],
    [
      'leaves all alone where a test fails',
      'jsonPatch: [{op: add, path: /data/b, value: z}, {op: test, path: /data/a, value: x}]',
      config({ a: 'y' }),
      [],
    ],
    ['tests for nothing', 'jsonPatch: [{op: test, path: /data/b, valueExpression: "null"}]', config({}), []],
    [
      'works out a path and a value',
      `jsonPatch: [{op: add, pathExpression: "'/data/' + jsonpatch.escapeKey('a/b')", valueExpression: object.metadata.name}]`,
      config({ x: '1' }),
      ['add /data/a~1b "c"'],
    ],
    [
      'inserts at the head in one operation',
      guarded(
        '[{op: add, path: /spec/containers/0, value: {name: first}}, {op: add, path: /metadata/labels, value: {a: b}}]',
      ),
      pod(),
      ['add /metadata/labels {"a":"b"}', 'add /spec/containers/0 {"name":"first"}'],
    ],
    [
      'is relative to the item',
      'each: "$.spec.containers[*]", jsonPatch: [{op: add, path: /tty, value: true}]',
      pod(),
      ['add /spec/containers/0/tty true'],
    ],
  ]);

  test.each([
    ['[{op: replace, path: /data/x, value: y}]', 'there is nothing at `/data/x`'],
    ['[{op: copy, from: /data/x, path: /data/y}]', 'there is nothing at `/data/x`'],
    ['[{op: add, path: /data/x/y/z, value: y}]', 'there is no place for `/data/x/y/z`'],
    [
      '[{op: add, path: /data/a, value: y}, {op: replace, path: /data/x, value: y}]',
      'there is nothing at `/data/x`',
    ],
    ['[{op: add, pathExpression: "\'data\'", value: y}]', 'a JSON pointer begins with `/`'],
  ])('%s is an error, and changes nothing', (patch, message) => {
    const result = run(mutationPolicy(`[{name: m, jsonPatch: ${patch}}]`), { object: config({}) });
    expect(result.patch).toEqual([]);
    expect(result.errors).toEqual([
      { policy: 'p', mutation: 'm', message, action: 'Warn', denies: false, unknown: false },
    ]);
  });
});

describe('merge', () => {
  const container = (more: JsonObject) => pod({ containers: [{ name: 'web', ...more }] });
  const inContainer = (overlay: string) => `merge: {spec: {containers: [{name: web, ${overlay}}]}}`;
  table([
    [
      'goes into mappings',
      'merge: {metadata: {labels: {a: x}}}',
      pod({}, { labels: { b: 'y' } }),
      ['add /metadata/labels/a "x"'],
    ],
    [
      'makes what is missing in one operation',
      'merge: {metadata: {labels: {a: x, b: z}}}',
      pod(),
      ['add /metadata/labels {"a":"x","b":"z"}'],
    ],
    [
      'leaves what is so already',
      'merge: {metadata: {labels: {a: x}}}',
      pod({}, { labels: { a: 'x', b: 'y' } }),
      [],
    ],
    [
      'puts an item at the end',
      'merge: {spec: {containers: [{name: log, image: x}]}}',
      pod(),
      ['add /spec/containers/1 {"name":"log","image":"x"}'],
    ],
    [
      'or first',
      'merge: {spec: {initContainers: [{name: b}, {name: c}]}}, position: first',
      pod({ initContainers: [{ name: 'a' }] }),
      ['add /spec/initContainers/0 {"name":"b"}', 'add /spec/initContainers/1 {"name":"c"}'],
    ],
    ['goes into an item by its key', inContainer('tty: true'), pod(), ['add /spec/containers/0/tty true']],
    [
      'knows env by name',
      inContainer('env: [{name: A, value: "1"}, {name: B, value: "2"}]'),
      container({ env: [{ name: 'B', value: 'x' }] }),
      ['replace /spec/containers/0/env/0/value "2"', 'add /spec/containers/0/env/1 {"name":"A","value":"1"}'],
    ],
    [
      'knows ports by number and protocol, which is TCP',
      inContainer('ports: [{containerPort: 80, name: http}]'),
      container({
        ports: [
          { containerPort: 80, protocol: 'UDP' },
          { containerPort: 80, protocol: 'TCP' },
        ],
      }),
      ['add /spec/containers/0/ports/1/name "http"'],
    ],
    [
      'knows volumeMounts by path',
      inContainer('volumeMounts: [{mountPath: /a, name: z}]'),
      container({ volumeMounts: [{ mountPath: '/a', name: 'x' }] }),
      ['replace /spec/containers/0/volumeMounts/0/name "z"'],
    ],
    [
      'knows imagePullSecrets by name',
      'merge: {spec: {imagePullSecrets: [{name: a}, {name: b}]}}',
      pod({ imagePullSecrets: [{ name: 'a' }] }),
      ['add /spec/imagePullSecrets/1 {"name":"b"}'],
    ],
    [
      'takes finalizers for a set',
      'merge: {metadata: {finalizers: [a/x, a/y]}}',
      pod({}, { finalizers: ['a/y'] }),
      ['add /metadata/finalizers/1 "a/x"'],
    ],
    [
      'replaces tolerations, which are atomic',
      'merge: {spec: {tolerations: [{key: a}]}}',
      pod({ tolerations: [{ key: 'b' }] }),
      ['replace /spec/tolerations [{"key":"a"}]'],
    ],
    [
      'replaces selectors, which are atomic',
      'merge: {spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: a, operator: Exists}]}]}}}}}',
      pod({
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchFields: [] }],
              other: 1,
            },
          },
        },
      }),
      [
        'replace /spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution {"nodeSelectorTerms":[{"matchFields":[{"key":"a","operator":"Exists"}]}]}',
      ],
    ],
    [
      'replaces lists of custom kinds',
      'merge: {spec: {containers: [{name: b}]}}',
      custom({ containers: [{ name: 'a' }] }),
      ['replace /spec/containers [{"name":"b"}]'],
    ],
    ['leaves equal lists of custom kinds', 'merge: {spec: {a: [{x: 1}]}}', custom({ a: [{ x: 1 }] }), []],
    [
      'of items with one key takes the last',
      inContainer('env: [{name: A, value: z}]'),
      container({
        env: [
          { name: 'A', value: 'x' },
          { name: 'A', value: 'y' },
        ],
      }),
      ['replace /spec/containers/0/env/1/value "z"'],
    ],
    [
      'is relative to the item',
      'each: "$.spec.containers[*]", merge: {env: [{name: A, value: x}]}',
      container({ env: [{ name: 'A', value: 'y' }] }),
      ['replace /spec/containers/0/env/0/value "x"'],
    ],
    [
      'knows quantities as the API server writes them',
      inContainer('resources: {limits: {cpu: 1000m}}'),
      container({ resources: { limits: { cpu: '1' } } }),
      [],
    ],
    [
      'takes __proto__ for a key',
      'merge: {data: {"__proto__": x}}',
      config({ a: '1' }),
      ['add /data/__proto__ "x"'],
    ],
    [
      'comes from an expression',
      "mergeExpression: \"{'metadata': {'labels': {'ns': object.metadata.namespace}}}\"",
      pod(),
      ['add /metadata/labels {"ns":"shop"}'],
    ],
    ['leaves all alone where the expression gives null', 'mergeExpression: "null"', pod(), []],
  ]);

  test('into a text is an error', () => {
    const result = run(mutationPolicy('[{name: m, each: "$.metadata.name", merge: {a: 1}}]'), {
      object: pod(),
    });
    expect(result.errors[0]?.message).toBe(
      '`metadata.name` is no mapping that anything could be merged into',
    );
  });
});
