import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { compile, lookedUpKinds, vocabulary } from '../../src/compile/index.ts';
import { guessResource, kindTable, parseKindPattern } from '../../src/kinds/index.ts';
import { load } from '../../src/load/index.ts';
import { chart, describeWithHelm } from '../helm/index.ts';
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

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

describeWithHelm('what a server may look up', () => {
  const packs = readPacks();
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
  const names: readonly string[] = schema.properties.packs.items.enum;

  function lookedUp(pack: string): readonly string[] {
    const files = policiesOf(pack, packs).map((name) => join(policies, name, 'policy.yaml'));
    const texts = files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
    const compiled = compile(load(texts, vocabulary));
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
    return lookedUpKinds(compiled.program);
  }

  it.each(names)('is what the policies of the pack %s look up', (pack) => {
    const rules: readonly PolicyRule[] = rendered({ packs: [pack] }).one('ClusterRole', 'abatis')['rules'];
    const missed = lookedUp(pack).filter((text) => {
      const [kind = '', , group = ''] = text.split('/').reverse();
      const row = kindTable().ofKind(group, kind);
      const mayRead = ({ apiGroups, resources, verbs }: PolicyRule) =>
        apiGroups.includes(group) &&
        resources.includes(row?.resource ?? '') &&
        ['get', 'list', 'watch'].every((verb) => verbs.includes(verb));
      return !rules.some(mayRead);
    });
    expect(missed).toEqual([]);
  });

  it('is something by default', () => {
    expect(lookedUp('best-practices')).toEqual([
      'apps/v1/Deployment',
      'apps/v1/ReplicaSet',
      'apps/v1/StatefulSet',
      'v1/Pod',
      'v1/ReplicationController',
    ]);
  });
});
