import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { vocabulary } from '../../src/compile/index.ts';
import { guessResource, parseKindPattern } from '../../src/kinds/index.ts';
import { load } from '../../src/load/index.ts';
import { describeWithHelm } from '../helm/index.ts';
import { rendered } from './rendered.ts';

const policies = resolve(import.meta.dirname, '../../policies');

interface RuleWithOperations {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly operations: readonly string[];
}

/** Whether the API server asks about it. Source: the field `rules` of a webhook, where `*` is no subresource. */
function asks(rule: RuleWithOperations, resource: string, subresource: string, operation: string): boolean {
  const names =
    subresource === ''
      ? [resource, '*', '*/*']
      : [`${resource}/${subresource}`, `*/${subresource}`, `${resource}/*`, '*/*'];
  return rule.operations.includes(operation) && rule.resources.some((each) => names.includes(each));
}

describeWithHelm('what a static webhook asks about', () => {
  it('has everything that a stock policy has a word to say about', () => {
    const rules: RuleWithOperations[] = rendered({ registration: { mode: 'static' } }).one(
      'ValidatingWebhookConfiguration',
    )['webhooks'][0].rules;
    const files = globSync('*/*/policy.yaml', { cwd: policies }).map((file) => ({
      file,
      text: readFileSync(join(policies, file), 'utf8'),
    }));
    const loaded = load(files, vocabulary);
    expect(loaded.policies.length).toBeGreaterThan(50);
    const missed: string[] = [];
    for (const { name, spec } of loaded.policies) {
      for (const operation of spec.match.operations ?? ['CREATE', 'UPDATE']) {
        for (const text of spec.match.kinds ?? ['*']) {
          const pattern = parseKindPattern(text);
          if (typeof pattern === 'string') throw new Error(pattern);
          const { kind, subresource = '' } = pattern;
          const resource = kind === '*' ? 'anything' : guessResource(kind);
          const isAsked =
            operation === '*' || rules.some((rule) => asks(rule, resource, subresource, operation));
          // A kind that is named with others, some of which there is no such operation for.
          const isPossible =
            operation !== 'CONNECT' || ['exec', 'attach', 'portforward', 'proxy'].includes(subresource);
          if (isPossible && !isAsked) missed.push(`${name}: ${operation} ${text}`);
        }
      }
    }
    expect(missed).toEqual([]);
  });
});
