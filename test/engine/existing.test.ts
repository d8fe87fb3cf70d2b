import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';
import { judge, policyText, programOf, summary } from './world.ts';

const rules = `
  target: pod
  enforcement: Deny
  rules:
    - {name: privileged, each: containers, schema: {properties: {privileged: {const: false}}}}
    - {name: limits, each: containers, require: limits}
    - {name: path, each: $.spec.volumes, forbid: '[*].hostPath'}
`;
const program = programOf(policyText(rules));

function pod(spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec };
}

const good = { limits: { memory: '1Gi' } };

describe('what an old object had already', () => {
  test.each<[string, JsonObject, JsonObject, readonly string[]]>([
    [
      'warns instead of denying',
      { containers: [{ name: 'a', ...good, privileged: true }] },
      { containers: [{ name: 'a', ...good, privileged: true, image: 'new' }] },
      ['Warn p/privileged spec.containers[0].privileged'],
    ],
    [
      'is told by the list key, not by the place',
      {
        containers: [
          { name: 'a', ...good, privileged: true },
          { name: 'b', ...good },
        ],
      },
      {
        containers: [
          { name: 'b', ...good },
          { name: 'a', ...good, privileged: true },
        ],
      },
      ['Warn p/privileged spec.containers[1].privileged'],
    ],
    [
      'does not excuse the same in another item',
      {
        containers: [
          { name: 'a', ...good, privileged: true },
          { name: 'b', ...good },
        ],
      },
      {
        containers: [
          { name: 'a', ...good },
          { name: 'b', ...good, privileged: true },
        ],
      },
      ['Deny p/privileged spec.containers[1].privileged'],
    ],
    [
      'does not excuse a new one beside it',
      { containers: [{ name: 'a', ...good, privileged: true }] },
      {
        containers: [
          { name: 'a', ...good, privileged: true },
          { name: 'b', ...good, privileged: true },
        ],
      },
      ['Deny p/privileged spec.containers[1].privileged', 'Warn p/privileged spec.containers[0].privileged'],
    ],
    [
      'must have had the same value',
      { containers: [{ name: 'a', ...good, privileged: 'no' }] },
      { containers: [{ name: 'a', ...good, privileged: true }] },
      ['Deny p/privileged spec.containers[0].privileged'],
    ],
    [
      'may have been an absence',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'a', image: 'new' }] },
      ['Warn p/limits spec.containers[0].limits'],
    ],
    [
      'of another rule excuses nothing',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'a', ...good, privileged: true }] },
      ['Deny p/privileged spec.containers[0].privileged'],
    ],
    [
      'renamed is new',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'b' }] },
      ['Deny p/limits spec.containers[0].limits'],
    ],
    [
      'once excuses once, where two items share a name',
      { containers: [{ name: 'a', ...good, privileged: true }] },
      {
        containers: [
          { name: 'a', ...good, privileged: true },
          { name: 'a', ...good, privileged: true },
        ],
      },
      ['Deny p/privileged spec.containers[1].privileged', 'Warn p/privileged spec.containers[0].privileged'],
    ],
    [
      'moved within a keyed list is the same',
      { containers: [], volumes: [{ name: 'x', hostPath: { path: '/' } }] },
      { containers: [], volumes: [{ name: 'y' }, { name: 'x', hostPath: { path: '/' } }] },
      ['Warn p/path spec.volumes[1].hostPath'],
    ],
  ])('%s', (_, before, after, expected) => {
    const decision = judge(program, { operation: 'UPDATE', object: pod(after), oldObject: pod(before) });
    expect(summary(decision)).toEqual(expected);
    expect(decision.allowed).toBe(!expected.some((line) => line.startsWith('Deny')));
    for (const finding of decision.findings) expect(finding.existing).toBe(finding.action === 'Warn');
  });

  test('counts only on UPDATE', () => {
    const bad = pod({ containers: [{ name: 'a' }] });
    expect(judge(program, { operation: 'CREATE', object: bad, oldObject: bad }).allowed).toBe(false);
  });

  test('does not count under `existingViolations: Deny`', () => {
    const strict = programOf(policyText(`  existingViolations: Deny\n${rules}`));
    const bad = pod({ containers: [{ name: 'a' }] });
    expect(judge(strict, { operation: 'UPDATE', object: bad, oldObject: bad }).allowed).toBe(false);
  });

  test('leaves warnings as they are', () => {
    const mild = programOf(policyText(rules.replace('Deny', 'Warn')));
    const bad = pod({ containers: [{ name: 'a' }] });
    const decision = judge(mild, { operation: 'UPDATE', object: bad, oldObject: bad });
    expect(decision.findings.map(({ action, existing }) => [action, existing])).toEqual([['Warn', false]]);
  });
});
