import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { isAlwaysFilled } from '../../src/defaulting/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { definition, definitionName, type Field, type FieldType } from '../../src/openapi/index.ts';
import { judge, policyText, programOf } from '../engine/world.ts';
import { about, diagnosticsOf } from './linting.ts';

vi.setConfig({ testTimeout: 60_000 });

const kinds = [
  ['', 'v1', 'Service'],
  ['', 'v1', 'Pod'],
  ['', 'v1', 'ConfigMap'],
  ['policy', 'v1', 'PodDisruptionBudget'],
  ['', 'v1', 'Namespace'],
  ['apps', 'v1', 'Deployment'],
  ['apps', 'v1', 'DaemonSet'],
  ['batch', 'v1', 'CronJob'],
  ['networking.k8s.io', 'v1', 'Ingress'],
  ['rbac.authorization.k8s.io', 'v1', 'ClusterRole'],
] as const;

/** What every object has by the time that anybody is asked about it. */
const always = new Set(['apiVersion', 'kind', 'metadata', 'metadata.name', 'metadata.namespace']);

/** A way into objects of a kind, field by field, to something that has a neutral value. */
interface Way {
  readonly apiVersion: string;
  readonly kind: string;
  readonly steps: readonly Step[];
  readonly type: FieldType;
}

interface Step {
  readonly name: string;
  /** Whether it may be missing where those before it are there. */
  readonly optional: boolean;
}

const atEnd = new Set(['string', 'boolean', 'int32', 'int64', 'list', 'map']);

/** Takes the choices one after the other as the fields to go into; undefined where they lead to nothing of use. */
function wayOf(kind: (typeof kinds)[number], choices: readonly number[]): Way | undefined {
  const [group, version, name] = kind;
  const root = definitionName(group, version, name);
  if (root === undefined) throw new Error(`there is no ${name}`);
  const steps: Step[] = [];
  const definitions: string[] = [];
  let type: FieldType = { kind: 'object', name: root, atomic: false };
  for (const choice of choices) {
    if (type.kind !== 'object') break;
    const above: string = type.name;
    definitions.push(above);
    const fields: readonly string[] = definition(above).fieldNames.filter(
      (field) => field !== 'status' && /^\w+$/.test(field),
    );
    const field: string | undefined = fields[choice % fields.length];
    const found: Field | undefined = field === undefined ? undefined : definition(above).field(field);
    if (field === undefined || found === undefined) return undefined;
    steps.push({ name: field, optional: !found.required });
    type = found.type;
  }
  if (!atEnd.has(type.kind) || steps.length < 2) return undefined;
  if (type.kind === 'map' && type.value.kind === 'string') {
    steps.push({ name: 'key', optional: true });
    type = type.value;
  }
  // What the API server fills in is there, seen from whatever it is in.
  const names = steps.map((step) => step.name);
  const filled = (index: number) =>
    definitions.some((each, from) => from <= index && isAlwaysFilled(each, names.slice(from, index + 1)));
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const isThere = (index: number) => always.has(names.slice(0, index + 1).join('.')) || filled(index);
  return {
    apiVersion,
    kind: name,
    type,
    steps: steps.map((step, index) => ({ ...step, optional: step.optional && !isThere(index) })),
  };
}

const ways = fc
  .tuple(fc.constantFrom(...kinds), fc.array(fc.nat(200), { minLength: 2, maxLength: 6 }))
  .map(([kind, choices]) => wayOf(kind, choices))
  .filter((way) => way !== undefined);

/** What is asked of what a way leads to: of each type a few questions, and values that answer them differently. */
function questions(type: FieldType): {
  readonly ask: readonly string[];
  readonly values: readonly unknown[];
} {
  switch (type.kind) {
    case 'string':
      return {
        ask: [
          '$ == "a"',
          '$ != "a"',
          '!($ == "a")',
          '$.startsWith("a")',
          '$ + "b" == "ab"',
          '$ in ["a", "c"]',
        ],
        values: ['a', 'b', ''],
      };
    case 'boolean':
      return { ask: ['$ == true', '!($ == true) || 1 > object.metadata.name.size()'], values: [true, false] };
    case 'list':
      return {
        ask: ['size($) > 1', '$.size() == 0', '$.exists(x, true)'],
        values: [['a'], ['b', 'c'], []],
      };
    case 'map':
      return { ask: ['size($) > 0', '"a" in $', '$.exists(k, k == "a")'], values: [{ a: 'b' }, {}] };
    default:
      return { ask: ['$ > 1', '$ == 1', '-$ < 0', '$ in [1, 2]'], values: [0, 1, 5] };
  }
}

/** An object of the kind that has everything on the way, or only so much of it. */
function objectOf({ apiVersion, kind, steps }: Way, value: unknown, length = steps.length): JsonObject {
  const below = steps
    .slice(0, length)
    .reduceRight<unknown>((inner, { name }) => ({ [name]: inner }), length < steps.length ? {} : value);
  const object = below as JsonObject;
  const metadata = { name: 'x', ...(object['metadata'] as JsonObject | undefined) };
  return { ...object, apiVersion, kind, metadata };
}

function policyOf({ kind }: Way, expression: string): string {
  return policyText(`  failurePolicy: Fail\n${about(kind, `expression: ${JSON.stringify(expression)}`)}`);
}

const offered = /^write `(.*)`$/s;

/** An expression with what is offered in it, one after the other until nothing is. */
function taken(way: Way, source: string): string {
  let expression = source;
  for (let round = 0; round < 8; round++) {
    const text = policyOf(way, expression);
    const found = diagnosticsOf(text).find(({ code }) => code === 'AB1611');
    if (found === undefined) return expression;
    const form = offered.exec(found.help ?? '')?.[1];
    if (form === undefined || found.span === undefined) throw new Error(`${expression}: ${found.help}`);
    const marked: string = JSON.parse(`"${text.slice(found.span.start.offset, found.span.end.offset)}"`);
    expect(expression).toContain(marked);
    expression = expression.replace(marked, () => form);
  }
  throw new Error(`${expression} is never without an offer`);
}

/** Whether the object is found by a policy that asks this, or the policy fails. */
function outcome(way: Way, expression: string, object: JsonObject): 'found' | 'clean' | 'failed' {
  const program = programOf(policyOf(way, expression));
  const { errors, findings } = judge(program, { object });
  if (errors.length > 0) return 'failed';
  return findings.length > 0 ? 'found' : 'clean';
}

const cases = ways.chain((way) => {
  const { ask, values } = questions(way.type);
  return fc.record({
    way: fc.constant(way),
    ask: fc.constantFrom(...ask),
    value: fc.constantFrom(...values),
  });
});

const read = ({ steps }: Way): string => ['object', ...steps.map(({ name }) => name)].join('.');

describe('the optional form that is offered', () => {
  test('means the same where all is there, and never fails where what is optional is not', () => {
    let offers = 0;
    fc.assert(
      fc.property(cases, ({ way, ask, value }) => {
        const expression = ask.replaceAll('$', () => read(way));
        const instead = taken(way, expression);
        if (instead !== expression) offers++;
        const whole = objectOf(way, value);
        expect(outcome(way, instead, whole)).toBe(outcome(way, expression, whole));
        expect(outcome(way, instead, whole)).not.toBe('failed');
        for (const [index, { name, optional }] of way.steps.entries()) {
          if (!optional) continue;
          const without = objectOf(way, value, index);
          expect(outcome(way, expression, without), `${expression} without ${name}`).toBe('failed');
          expect(outcome(way, instead, without), `${instead} without ${name}`).not.toBe('failed');
        }
      }),
      { numRuns: 300 },
    );
    expect(offers).toBeGreaterThan(100);
  });

  test('is so of `has`, too', () => {
    fc.assert(
      fc.property(ways, (way) => {
        const expression = `has(${read(way)})`;
        const instead = taken(way, expression);
        const [value] = questions(way.type).values;
        const whole = objectOf(way, value);
        expect(outcome(way, instead, whole)).toBe('clean');
        for (const [index, { optional }] of way.steps.entries()) {
          if (!optional) continue;
          expect(outcome(way, instead, objectOf(way, value, index)), instead).toBe('found');
        }
      }),
      { numRuns: 200 },
    );
  });
});
