import { describe, expect, test } from 'vitest';
import { about, rules, saidOf } from './linting.ts';

describe('a rule that cannot fail', () => {
  test.each([
    ['true'],
    ['1 < 2'],
    ['size(object.metadata.name) >= 0'],
    ['object.metadata.name.size() > -1'],
    ["object.spec.type == 'NodePort' || true"],
    ["object.spec.type != 'NodePort' || object.spec.type != 'LoadBalancer'"],
    ["object.spec.type == 'NodePort' || !(object.spec.type == 'NodePort')"],
    ['object.spec.?ports.orValue([]).all(p, size(p.protocol) >= 0)'],
    ['object.metadata.name == "x" ? true : 2 > 1'],
    ['!(1 > 2)'],
  ])('is an expression that is true of everything: %s', (expression) => {
    expect(saidOf(about('Service', `expression: ${JSON.stringify(expression)}`))).toEqual([
      expect.stringMatching(/^AB1601 /),
    ]);
  });

  test.each([
    ['size(object.metadata.name) > 0'],
    ["object.spec.type != 'NodePort'"],
    ["object.spec.type != 'NodePort' || object.metadata.name != 'LoadBalancer'"],
    ["object.spec.type != 'NodePort' || object.spec.type != 'NodePort'"],
    ["object.spec.type == 'NodePort' || !(object.spec.type == 'LoadBalancer')"],
    ['object.spec.?ports.orValue([]).all(p, p.port > 0)'],
    ['object.spec.?ports.orValue([]).exists(p, true)'],
    ['object.metadata.name == "x" ? true : false'],
    ['now > timestamp("2020-01-01T00:00:00Z")'],
  ])('is none that can be false: %s', (expression) => {
    expect(saidOf(about('Service', `expression: ${JSON.stringify(expression)}`))).toEqual([]);
  });

  test.each([
    ['schema: {}', ['AB1601 {}']],
    ['schema: {description: all}', ['AB1601 {description: all}']],
    ['schema: {properties: {spec: {}}}', ['AB1601 {properties: {spec: {}}}']],
    ['schema: {anyOf: [{type: string}, {}]}', ['AB1601 {anyOf: [{type: string}, {}]}']],
    ['schema: {required: [status]}', []],
    ['schema: {properties: {spec: {type: object}}}', []],
    ['schema: {properties: {spec: {required: [replicas]}}}', []],
    ['schema: {not: {required: [status]}}', []],
  ])('is a schema that every value meets: %s', (check, expected) => {
    expect(saidOf(about('Deployment', check))).toEqual(expected);
  });

  test.each([
    // The API server fills it in, or admits nothing without it.
    ['Deployment', 'require: spec.replicas', ['AB1601 spec.replicas']],
    ['Deployment', 'require: [spec.selector, metadata]', ['AB1601 [spec.selector, metadata]']],
    ['[Deployment, StatefulSet]', 'require: spec.replicas', ['AB1601 spec.replicas']],
    // One of the kinds, or of the paths, may lack it.
    [
      '[Deployment, Job]',
      'require: spec.template.spec.restartPolicy',
      ['AB1601 spec.template.spec.restartPolicy'],
    ],
    ['Deployment', 'require: [spec.replicas, spec.paused]', []],
    ['Deployment', 'require: metadata.labels', []],
    ['Deployment', 'require: metadata.name', []],
    ['Widget', 'require: spec.replicas', [expect.stringContaining('AB1202')]],
    ['"*"', 'require: metadata.labels', []],
  ])('is one that requires of a %s what is always there: %s', (kind, check, expected) => {
    expect(saidOf(about(kind.replaceAll(/[[\]]/g, ''), check))).toEqual(expected);
  });

  test('is told of items, too', () => {
    const spec = (path: string) => `  target: pod\n${rules(`each: containers\nrequire: ${path}`)}`;
    expect(saidOf(spec('name'))).toEqual(['AB1601 name']);
    expect(saidOf(spec('terminationMessagePath'))).toEqual(['AB1601 terminationMessagePath']);
    expect(saidOf(spec('resources.limits'))).toEqual([]);
    expect(saidOf(spec('livenessProbe'))).toEqual([]);
  });
});

describe('a rule that cannot pass', () => {
  test.each([
    ["object.spec.type == 'NodePort' && object.spec.type == 'LoadBalancer'"],
    ["object.spec.type == 'NodePort' && !(object.spec.type == 'NodePort')"],
    ['size(object.metadata.name) < 0'],
    ['object.metadata.name == "x" && 1 > 2'],
    ['object.spec.?ports.orValue([]).exists(p, 1 == 2)'],
    ['!true'],
  ])('is an expression that is false of everything: %s', (expression) => {
    expect(saidOf(about('Service', `expression: ${JSON.stringify(expression)}`))).toEqual([
      expect.stringMatching(/^AB1602 /),
    ]);
  });

  test.each([
    // This says so: whatever is matched is to be found.
    ['false'],
    ["object.spec.type == 'NodePort' && object.metadata.name == 'LoadBalancer'"],
    ["object.spec.type == 'NodePort' && object.spec.type == 'NodePort'"],
    ["!(object.spec.type == 'NodePort') && !(object.spec.type == 'LoadBalancer')"],
    ['size(object.metadata.name) <= 0'],
    ['object.spec.?ports.orValue([]).all(p, false)'],
    ["object.metadata.name.startsWith('a') && object.metadata.name.startsWith('b')"],
  ])('is none that says so, or can be true: %s', (expression) => {
    expect(saidOf(about('Service', `expression: ${JSON.stringify(expression)}`))).toEqual([]);
  });

  test.each([
    [
      'schema: {type: string, minLength: 3, maxLength: 2}',
      ['AB1602 {type: string, minLength: 3, maxLength: 2}'],
    ],
    ['schema: {type: string, const: 3}', ['AB1602 {type: string, const: 3}']],
    ['schema: {allOf: [{}, false]}', ['AB1602 {allOf: [{}, false]}']],
    ['schema: {minLength: 3, maxLength: 2}', []],
    ['schema: {type: [string, object], minLength: 3, maxLength: 2}', []],
    // These say that the place is at fault.
    ['schema: {not: {}}', []],
    ['schema: {required: [spec], properties: {spec: false}}', []],
  ])('is a schema that no value meets: %s', (check, expected) => {
    expect(saidOf(about('Deployment', check))).toEqual(expected);
  });

  test.each([
    ['forbid: spec.replicas', ['AB1602 spec.replicas']],
    ['forbid: [spec.paused, spec.selector]', ['AB1602 [spec.paused, spec.selector]']],
    ['forbid: spec.paused', []],
    // This says at which place that is at fault which it chooses.
    ["when: object.metadata.name == 'x'\nforbid: spec.replicas", []],
  ])('is one that forbids what is always there: %s', (check, expected) => {
    expect(saidOf(about('Deployment', check))).toEqual(expected);
  });

  test('is none where a filter chooses the items', () => {
    const spec = (each: string) => `  target: pod\n${rules(`each: "${each}"\nforbid: name`)}`;
    expect(saidOf(spec("$.spec.containers[?@.name == 'x']"))).toEqual([]);
    expect(saidOf(spec('$.spec.containers[*]'))).toEqual(['AB1602 name']);
  });
});

describe('a rule that never runs', () => {
  test.each([
    ["when: 'false'\nrequire: metadata.labels", ['AB1603 false']],
    [
      "when: object.spec.type == 'a' && object.spec.type == 'b'\nrequire: metadata.labels",
      ["AB1603 object.spec.type == 'a' && object.spec.type == 'b'"],
    ],
    ["when: object.spec.type == 'a'\nrequire: metadata.labels", []],
    ['each: $.spec.port[*]\nrequire: name', ['AB1603 $.spec.port[*]']],
    ['each: ["$.spec.port[*]", "$.spec.ports[*]"]\nrequire: name', []],
    ['each: $.spec.ports[*]\nrequire: name', []],
    ['each: $..ports\nrequire: name', []],
    ['each: $.metadata.annotations.anything\nrequire: name', []],
  ])('%s', (check, expected) => {
    expect(saidOf(about('Service', check))).toEqual(expected);
  });

  test.each([
    ['[CREATE]', "request.operation == 'UPDATE'", true],
    ['[CREATE]', 'request.operation in ["UPDATE", "DELETE"]', true],
    ['[CREATE]', "request.operation != 'CREATE'", true],
    ['[CREATE, UPDATE]', "request.operation == 'UPDATE'", false],
    ['["*"]', "request.operation == 'CONNECT'", false],
    ['[CREATE]', "request.operation == 'UPDATE' || has(object.metadata.labels)", false],
  ])('asked about %s, `when: %s`', (operations, when, never) => {
    const spec = `  match: {kinds: [Service], operations: ${operations}}\n${rules(`when: ${when}\nrequire: metadata.labels`)}`;
    expect(saidOf(spec)).toEqual(never ? [`AB1603 ${when}`] : []);
  });

  test('is no path that is none', () => {
    expect(saidOf(about('Service', 'each: [spec.port]\nrequire: name'))).toEqual(['AB1303 spec.port']);
  });

  test('is nothing that can be known of kinds without a schema', () => {
    expect(saidOf(about('"*"', 'each: $.spec.port[*]\nrequire: name'))).toEqual([]);
    expect(saidOf(about('Deployment/scale', 'each: $.spec.port[*]\nrequire: name'))).toEqual([]);
  });

  test('is told of mutations, too', () => {
    const spec = (when: string, each: string) =>
      `  match: {kinds: [Service]}\n  mutations:\n    - {name: m, when: "${when}", each: "${each}", set: {path: name, value: x}}`;
    expect(saidOf(spec('false', '$.spec.port[*]'))).toEqual(['AB1603 false', 'AB1603 $.spec.port[*]']);
    expect(saidOf(spec('true', '$.spec.ports[*]'))).toEqual([]);
  });
});

describe('a field that is not there', () => {
  test.each([
    ['Service', 'forbid: spec.externalIP', ['AB1609 spec.externalIP']],
    ['Service', 'require: [metadata.labels, spec.tpye]', ['AB1609 spec.tpye']],
    ['Service, Ingress', 'require: spec.externalIP', ['AB1609 spec.externalIP']],
    ['Service, Ingress', 'forbid: spec.externalIPs', []],
    ['Service', 'forbid: spec.externalIPs', []],
    ['Service', 'forbid: metadata.annotations["example.com/anything"]', []],
    ['ConfigMap', 'forbid: data.anything', []],
    ['Service/status', 'forbid: spec.externalIP', []],
    ['"*"', 'forbid: spec.externalIP', []],
    ['Deployment', 'schema: {properties: {spec: {properties: {replica: {minimum: 2}}}}}', ['AB1609 replica']],
    ['Deployment', 'schema: {properties: {spec: {properties: {replicas: {minimum: 2}}}}}', []],
    ['Deployment', 'schema: {properties: {spce: {properties: {replicas: {minimum: 2}}}}}', ['AB1609 spce']],
    ['Deployment, Service', 'schema: {properties: {spec: {properties: {replicas: {minimum: 2}}}}}', []],
    ['Deployment', 'schema: {not: {required: [statsu]}}', ['AB1609 statsu']],
    ['Deployment', 'schema: {anyOf: [{required: [spec]}, {required: [spce]}]}', ['AB1609 spce']],
    [
      'Service',
      'schema: {properties: {spec: {properties: {ports: {items: {properties: {prot: {type: integer}}}}}}}}',
      ['AB1609 prot'],
    ],
    ['Service', 'each: $.spec.ports[*]\nschema: {properties: {nam: {type: string}}}', ['AB1609 nam']],
    ['ConfigMap', 'schema: {properties: {data: {properties: {anything: {type: string}}}}}', []],
    ['Service', 'schema: {properties: {metadata: {properties: {labels: {required: [a]}}}}}', []],
    ['"*"', 'schema: {properties: {anything: {type: string}}}', []],
  ])('of a %s: %s', (kinds, check, expected) => {
    expect(saidOf(about(kinds, check))).toEqual(expected);
  });
});

describe('a field that is not there, in a mutation', () => {
  test.each([
    ['set: {path: spec.replica, value: 3}', ['AB1609 spec.replica']],
    ['set: {path: spec.replicas, value: 3}', []],
    ['set: {path: metadata.labels.anything, value: a}', []],
    ['remove: [spec.replicas, spec.replica]', ['AB1609 spec.replica']],
    ['merge: {spec: {template: {spec: {containers: [{name: a, imag: b}]}}}}', ['AB1609 imag']],
    ['merge: {spec: {templte: {spec: {a: b}}}}', ['AB1609 templte']],
    ['merge: {spec: {template: {spec: {nodeSelector: {anything: b}}}}}', []],
    ['jsonPatch: [{op: remove, path: /spec/replica}]', []],
  ])('%s', (form, expected) => {
    const mutation = (kinds: string) =>
      `  match: {kinds: [${kinds}]}\n  mutations:\n    - name: m\n      ${form}`;
    expect(saidOf(mutation('Deployment'))).toEqual(expected);
    expect(saidOf(mutation('"*"'))).toEqual([]);
  });

  test('of an item', () => {
    const spec = (path: string) =>
      `  target: pod\n  mutations:\n    - {name: m, each: containers, set: {path: ${path}, value: Always}}`;
    expect(saidOf(spec('imagePullPolicie'))).toEqual(['AB1609 imagePullPolicie']);
    expect(saidOf(spec('imagePullPolicy'))).toEqual([]);
  });
});

test('two rules ask the same of the same', () => {
  const spec = (...checks: readonly string[]) => `  match: {kinds: [Service]}\n${rules(...checks)}`;
  expect(saidOf(spec('require: metadata.labels', 'require: metadata.labels'))).toEqual(['AB1610 r1']);
  expect(saidOf(spec('require: metadata.labels', 'forbid: metadata.labels'))).toEqual([]);
  const when = "when: object.spec.type == 'NodePort'\n";
  expect(saidOf(spec('require: metadata.labels', `${when}require: metadata.labels`))).toEqual([]);
  const each = 'each: $.spec.ports[*]\n';
  expect(saidOf(spec('require: name', `${each}require: name`))).toEqual(['AB1609 name']);
});
