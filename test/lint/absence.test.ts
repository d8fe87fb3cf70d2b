import { describe, expect, test } from 'vitest';
import { policyText } from '../engine/world.ts';
import { about, diagnosticsOf, markedIn, rules, saidOf } from './linting.ts';

/** What is said of fields that may be left out, each with its help: "object.spec.x: write …". */
function absences(spec: string): readonly string[] {
  const text = policyText(spec);
  return diagnosticsOf(text).map((diagnostic) => {
    if (diagnostic.code !== 'AB1611') return `${diagnostic.code} ${diagnostic.message}`;
    return `${markedIn(text, diagnostic)} -> ${diagnostic.help}`;
  });
}

const expression = (kind: string, source: string) => about(kind, `expression: ${JSON.stringify(source)}`);

describe('an expression that fails where a field is left out is told, with the form that does not', () => {
  test.each([
    [
      'Service',
      "object.spec.externalTrafficPolicy == 'Local'",
      'object.spec.externalTrafficPolicy -> write `object.spec.?externalTrafficPolicy.orValue("")`',
    ],
    [
      'Deployment',
      'object.spec.paused == false',
      'object.spec.paused -> write `object.spec.?paused.orValue(false)`',
    ],
    [
      'Deployment',
      'object.spec.minReadySeconds < 5',
      'object.spec.minReadySeconds -> write `object.spec.?minReadySeconds.orValue(0)`',
    ],
    ['Ingress', 'object.spec.tls.size() > 0', 'object.spec.tls -> write `object.spec.?tls.orValue([])`'],
    [
      'Deployment',
      "'app' in object.metadata.labels",
      'object.metadata.labels -> write `object.metadata.?labels.orValue({})`',
    ],
    // The whole chain becomes optional by its first part, and has the value of its last.
    [
      'Deployment',
      "object.metadata.labels.app == 'x'",
      'object.metadata.labels.app -> write `object.metadata.?labels.app.orValue("")`',
    ],
    [
      'ConfigMap',
      'object.data["a-b"] == "x"',
      'object.data[\\"a-b\\"] -> write `object.?data["a-b"].orValue("")`',
    ],
    [
      'Pod',
      'has(object.spec.securityContext.seLinuxOptions.level)',
      'object.spec.securityContext.seLinuxOptions -> write `object.spec.securityContext.?seLinuxOptions`',
    ],
    [
      'Pod',
      'object.spec.containers.all(c, c.securityContext.?privileged.orValue(false) == false)',
      'c.securityContext -> write `c.?securityContext`',
    ],
    [
      'Pod',
      'namespaceObject.metadata.labels["team"] == "a"',
      'namespaceObject.metadata.labels[\\"team\\"] -> write `namespaceObject.metadata.labels[?"team"].orValue("")`',
    ],
    // Where brackets stand about a part of it there is no one text to write.
    [
      'Service',
      '(object.spec).externalTrafficPolicy == "a)"',
      '(object.spec).externalTrafficPolicy -> ask first whether it is there: `has((object.spec).externalTrafficPolicy)`, or use `.?externalTrafficPolicy`',
    ],
    // There is no neutral value of an object.
    [
      'Ingress',
      'object.spec.defaultBackend == object.spec.defaultBackend',
      'object.spec.defaultBackend -> ask first whether it is there: `has(object.spec.defaultBackend)`, or use `.?defaultBackend`',
    ],
  ])('of a %s: %s', (kind, source, expected) => {
    expect(absences(expression(kind, source))).toEqual([expected]);
  });

  test('what is in a variable is told where it is written, once', () => {
    const spec = `  match: {kinds: [Service]}
  variables:
    - {name: policy, expression: object.spec.externalTrafficPolicy}
${rules("expression: variables.policy == 'Local'", "expression: variables.policy != 'Cluster'")}`;
    expect(absences(spec)).toEqual([
      'object.spec.externalTrafficPolicy -> write `object.spec.?externalTrafficPolicy.orValue("")`',
    ]);
  });

  test('the kind is named of which it is', () => {
    const text = policyText(expression('Service, Ingress', 'object.spec.ingressClassName == "x"'));
    expect(diagnosticsOf(text).map(({ code, message }) => [code, message])).toEqual([
      ['AB1306', expect.stringContaining('of a Service')],
      ['AB1611', 'the expression fails where `object.spec.ingressClassName` of a Ingress is left out'],
    ]);
  });

  test.each([
    ['each: containers', 'item.securityContext.privileged == true'],
    ['each: containers\nwhen: item.securityContext.privileged == true', 'item.name != ""'],
  ])('of an item: %s, %s', (before, check) => {
    expect(absences(`  target: pod\n${rules(`${before}\nexpression: ${check}`)}`)).toEqual([
      'item.securityContext.privileged -> write `item.?securityContext.privileged.orValue(false)`',
    ]);
  });

  test('in a condition, a fact and a mutation', () => {
    const read = 'object.spec.externalTrafficPolicy';
    const spec = `  match: {kinds: [Service], conditions: [{name: c, expression: ${read} == 'a'}]}
  facts:
    - {name: f, lookup: {kind: v1/ConfigMap, nameExpression: object.metadata.labels.app}}
${rules('expression: facts.f == null')}
  mutations:
    - {name: a, when: object.spec.sessionAffinityConfig.clientIP.timeoutSeconds > 1, set: {path: metadata.labels.a, value: x}}
    - {name: b, set: {path: metadata.labels.b, valueExpression: object.spec.loadBalancerIP}}`;
    // Where the condition is true, what it reads is there.
    expect(absences(spec).map((each) => each.replace(/ -> .*/, ''))).toEqual([
      read,
      'object.metadata.labels.app',
      'object.spec.sessionAffinityConfig.clientIP.timeoutSeconds',
      'object.spec.loadBalancerIP',
    ]);
  });
});

describe('a request has a subresource only where it is about one', () => {
  const read = 'request.subResource -> write `request.?subResource.orValue("")`';
  test.each<[string, string, string[]]>([
    ['Deployment', "request.subResource == 'scale'", [read]],
    ['Deployment, Deployment/scale', "request.subResource == 'scale'", [read]],
    ['Deployment', "has(request.subResource) && request.subResource == 'scale'", []],
    ['Deployment', "request.?subResource.orValue('') == 'scale'", []],
    ['Deployment/scale', "request.subResource == 'scale'", []],
    ['Pod/exec, Pod/attach', "request.subResource == 'exec'", []],
  ])('%s: %s', (kinds, source, expected) => {
    const operations = kinds.startsWith('Pod') ? '[CONNECT]' : '[UPDATE]';
    const spec = `  match: {kinds: [${kinds}], operations: ${operations}}\n${rules(`expression: ${source}`)}`;
    expect(absences(spec)).toEqual(expected);
  });
});

describe('nothing is said', () => {
  test.each([
    // Of what the API server fills in, or admits nothing without.
    ['Deployment', 'object.spec.replicas > 1'],
    ['Deployment', 'object.spec.strategy.type == "Recreate"'],
    ['Deployment', 'size(object.spec.template.spec.containers) > 1'],
    ['Service', 'object.spec.type == "NodePort"'],
    ['Service', 'object.metadata.name != "x" && object.kind == "Service"'],
    ['Pod', '"team" in namespaceObject.metadata.labels && namespaceObject.metadata.labels["team"] == "a"'],
    ['Pod', 'namespaceObject.metadata.?labels[?"team"].orValue("") == "a"'],
    ['Service', 'item.kind == "Service" && item.metadata.name != "x"'],
    // Of what validation asks for, whatever the schema says.
    ['Pod', 'object.spec.containers.all(c, c.image != "x")'],
    ['PersistentVolumeClaim', 'object.spec.accessModes != ["ReadWriteMany"]'],
    // Of what is asked about before, in whichever way.
    ['Ingress', 'has(object.spec.tls) && size(object.spec.tls) > 0'],
    ['Ingress', 'size(object.spec.tls) > 0 && has(object.spec.tls)'],
    ['Ingress', '!has(object.spec.tls) || size(object.spec.tls) > 0'],
    ['Ingress', 'has(object.spec.tls) ? size(object.spec.tls) > 0 : false'],
    ['Ingress', '!has(object.spec.tls) ? false : size(object.spec.tls) > 0'],
    ['Ingress', 'object.spec.?tls.hasValue() && size(object.spec.tls) > 0'],
    ['Ingress', 'object.spec.?tls.orValue([]).size() > 0 && object.spec.tls[0] != null'],
    ['Ingress', 'object.spec.?tls.orValue([]).exists(t, has(t.secretName) && t.secretName == "x")'],
    ['Ingress', 'object.spec.?tls.orValue([]).filter(t, has(t.secretName)).all(t, t.secretName != "x")'],
    ['Ingress', 'object.spec.?ingressClassName.optMap(c, c != "x").orValue(true)'],
    ['Ingress', 'object.spec.?ingressClassName.orValue("") != "" && object.spec.ingressClassName != "x"'],
    ['Ingress', 'object.spec.?ingressClassName.orValue("") in ["a"] && object.spec.ingressClassName != "x"'],
    [
      'Deployment',
      'has(object.metadata.labels) && "a" in object.metadata.labels && object.metadata.labels["a"] == "x"',
    ],
    ['Deployment', '"a" in object.metadata.?labels.orValue({}) && object.metadata.labels.a == "x"'],
    [
      'Deployment',
      'has(object.metadata.labels) && object.metadata.labels.all(k, object.metadata.labels[k] != "x")',
    ],
    // Of kinds of which nobody knows what they have.
    ['"*"', 'object.spec.anything == "x"'],
    ['apps/*', 'object.spec.anything == "x"'],
    ['Deployment/scale', 'object.spec.anything == 1'],
    // Of indexes and keys that are worked out.
    ['Deployment', 'object.spec.template.spec.containers[3].name != "x"'],
    ['ConfigMap', 'has(object.data) && object.data[object.metadata.name] == "x"'],
  ])('of a %s: %s', (kind, source) => {
    expect(absences(expression(kind, source))).toEqual([]);
  });

  test.each([
    ['a condition asks', '    conditions: [{name: c, expression: has(object.spec.tls)}]\n', ''],
    ['`when` asks', '', 'when: has(object.spec.tls)\n'],
    ['a variable asks', '', 'when: variables.asked\n'],
    ['`each` goes through it', '', 'each: $.spec.tls[*]\n'],
  ])('where %s', (_, condition, before) => {
    const variables = before.includes('variables')
      ? '  variables: [{name: asked, expression: has(object.spec.tls)}]\n'
      : '';
    const check = `${before}expression: size(object.spec.tls) < 3`;
    const spec = `  match:\n    kinds: [Ingress]\n${condition}${variables}${rules(check)}`;
    expect(absences(spec)).toEqual([]);
    const unasked = `  match: {kinds: [Ingress]}\n${rules('expression: size(object.spec.tls) < 3')}`;
    expect(absences(unasked)).toHaveLength(1);
  });

  test('of messages, which show that something is not there', () => {
    const spec = `  match: {kinds: [Service]}
  rules:
    - {name: r, forbid: spec.externalIPs, message: '{{ object.spec.externalName }}', help: h}
    - {name: s, forbid: spec.externalName, messageExpression: string(object.spec.loadBalancerIP), help: h}`;
    expect(absences(spec)).toEqual([]);
  });
});

describe('the two objects are null by the operation', () => {
  const spec = (operations: string, source: string) =>
    `  match: {kinds: [Service], operations: [${operations}]}\n${rules(`expression: ${JSON.stringify(source)}`)}`;

  test.each([
    ['CREATE, UPDATE', 'oldObject.spec.type == object.spec.type', ['oldObject']],
    ['"*"', 'oldObject.spec.type == "a"', ['oldObject']],
    ['UPDATE, DELETE', 'object.spec.type == "a"', ['object']],
    ['DELETE', 'object.metadata.name == "a"', ['object']],
    ['UPDATE', 'oldObject.spec.type == object.spec.type', []],
    ['UPDATE, DELETE', 'oldObject.spec.type == "a"', []],
    ['CREATE, UPDATE', 'object.spec.type == "a"', []],
    ['CREATE, UPDATE', 'oldObject == null || oldObject.spec.type == object.spec.type', []],
    ['CREATE, UPDATE', 'oldObject != null && oldObject.spec.type == "a"', []],
    ['CREATE, UPDATE', 'request.operation == "UPDATE" && oldObject.spec.type == "a"', []],
    ['CREATE, UPDATE', 'request.operation == "CREATE" || oldObject.spec.type == "a"', []],
    ['"*"', 'request.operation in ["UPDATE", "DELETE"] && oldObject.spec.type == "a"', []],
  ])('on %s: %s', (operations, source, expected) => {
    expect(saidOf(spec(operations, source))).toEqual(expected.map((marked) => `AB1611 ${marked}`));
  });

  test('a mutation is not made of what is gone', () => {
    const mutations = `  mutations: [{name: m, set: {path: metadata.labels.a, valueExpression: object.spec.type}}]`;
    expect(saidOf(`  match: {kinds: [Service], operations: ["*"]}\n${mutations}`)).toEqual([]);
  });
});
