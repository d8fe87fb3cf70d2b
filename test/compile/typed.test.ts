import { describe, expect, test } from 'vitest';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';
import { policyText } from '../engine/world.ts';

/** What is said of a policy, each `code line:column message (help)`. */
function diagnostics(spec: string): readonly string[] {
  const { policies, diagnostics: problems } = load([{ file: 'p.yaml', text: policyText(spec) }], vocabulary);
  return [...problems, ...compile({ policies }).diagnostics].map(
    ({ code, span, message, help }) =>
      `${code} ${span?.start.line}:${span?.start.column} ${message}${help === undefined ? '' : ` (${help})`}`,
  );
}

const rule = (expression: string, more = '') =>
  `  rules:\n    - {name: r, ${more}expression: "${expression}"}`;

describe('expressions are checked by the kinds that a policy names, for warnings alone', () => {
  test.each<[string, readonly string[]]>([
    [
      `  match: {kinds: [Deployment]}\n${rule('object.spec.replcas > 1')}`,
      [
        'AB1306 7:30 `apps.v1.DeploymentSpec` has no field `replcas` (of a Deployment) (did you mean `replicas`?)',
      ],
    ],
    [
      `  match: {kinds: [Deployment, StatefulSet]}\n${rule("object.spec.serviceName == 'x'")}`,
      ['AB1306 7:30 `apps.v1.DeploymentSpec` has no field `serviceName` (of a Deployment)'],
    ],
    [
      `  match: {kinds: [autoscaling/v1/HorizontalPodAutoscaler]}\n${rule('object.spec.targetCPUUtilizationPercentage > 1')}`,
      [],
    ],
    [
      `  target: pod\n${rule("item.imge == 'x'", 'each: containers, ')}`,
      ['AB1306 7:48 `core.v1.Container` has no field `imge` (did you mean `image`?)'],
    ],
    [
      `  target: pod\n${rule("item.hostPth.path == 'x'", "each: '$.spec.volumes[*]', ")}`,
      ['AB1306 7:57 `core.v1.Volume` has no field `hostPth` (did you mean `hostPath`?)'],
    ],
    [
      `  target: pod\n${rule('pod.spec.hostNetwork', '')}`,
      ['AB1305 7:30 the expression must be bool but is dyn (compare it: `… == true`)'],
    ],
    [
      `  target: pod\n${rule("item.anything == 'x'", "each: ['$.spec.volumes[*]', '$.spec.containers[*]'], ")}`,
      [],
    ],
    [`  match: {kinds: [apps/*]}\n${rule('object.spec.replcas > 1')}`, []],
    [
      `  match: {kinds: [example.dev/Widget]}\n${rule('object.spec.anything > 1')}`,
      [expect.stringMatching(/^AB1202/) as unknown as string],
    ],
    [`  match: {kinds: [Deployment/scale]}\n${rule('object.spec.anything > 1')}`, []],
  ])('%s', (spec, expected) => {
    expect(diagnostics(spec)).toEqual(expected);
  });

  test('which never change an answer: the program is that of objects of any kind', () => {
    const text = policyText(`  match: {kinds: [Deployment]}\n${rule("object.spec.replicas == 'many'")}`);
    const { policies } = load([{ file: 'p.yaml', text }], vocabulary);
    expect(compile({ policies })).toMatchObject({
      ok: true,
      diagnostics: [{ code: 'AB1306', severity: 'warning' }],
    });
  });
});

test('a variable cannot have a name that is a word of the language', () => {
  expect(diagnostics(`  variables: [{name: in, expression: '1'}]\n${rule('true')}`)).toEqual([
    'AB1112 5:22 `in` is a word of the language (take another name)',
  ]);
});

describe('a bad schema is told at the place of what is bad', () => {
  test.each<[string, readonly string[]]>([
    [
      '{propertes: {}}',
      ['AB1302 6:26 `propertes` is no keyword of JSON Schema (did you mean `properties`?)'],
    ],
    ['{properties: {a: {minimum: five}}}', ['AB1302 6:52 `properties.a.minimum` must be number']],
    [
      '{properties: {a: {patern: x}}, typ: y}',
      [
        'AB1302 6:43 `patern` is no keyword of JSON Schema (did you mean `pattern`?)',
        'AB1302 6:56 `typ` is no keyword of JSON Schema (did you mean `type`?)',
      ],
    ],
    [
      "{pattern: '('}",
      [expect.stringMatching(/^AB1302 6:\d+ `\(` is no regular expression: /) as unknown as string],
    ],
    ['{format: email}', ['AB1302 6:34 formats are not checked (use `pattern`, or an `expression`)']],
    ['{type: objekt}', [expect.stringMatching(/^AB1302 6:32 `type` must be one of /) as unknown as string]],
    ['{properties: {pattern: {type: string}, format: true}}', []],
    ['{maximum: 9007199254740993, enum: [18446744073709551616, 1.0]}', []],
  ])('schema: %s', (schema, expected) => {
    expect(diagnostics(`  rules:\n    - {name: r, schema: ${schema}}`)).toEqual(expected);
  });
});

describe('parameters', () => {
  test.each<[string, readonly string[]]>([
    [
      `  parameters: {schema: {type: object, properties: {most: {type: integer, default: 3}}}}\n${rule("params.most == 'x'")}`,
      ['AB1305 7:30 `==` cannot be applied to (int, string) (it takes A == A)'],
    ],
    [
      `  parameters: {schema: {type: object, properties: {most: {type: integer, default: x}}}}\n${rule('params.most > 1')}`,
      [
        expect.stringMatching(
          /^AB1307 5:\d+ parameter `most` must be integer where nobody sets it/,
        ) as unknown as string,
      ],
    ],
    [
      `  parameters: {schema: {type: objekt}}\n${rule('true')}`,
      [expect.stringMatching(/^AB1302 5:\d+ /) as unknown as string],
    ],
    [rule('params.most > 1'), ['AB1305 6:30 there is no variable `params`']],
  ])('%s', (spec, expected) => {
    expect(diagnostics(spec)).toEqual(expected);
  });
});
