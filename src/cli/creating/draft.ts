import type { GroupVersionKind, JsonObject } from '../../model/index.ts';
import { readField, withValue } from './field.ts';
import type { ChosenKind, Refusal } from './kind.ts';
import { toYaml } from './yaml.ts';

/** What a first policy can be made with: the checks, and a mutation that sets what is missing. */
export const draftChecks = ['require', 'forbid', 'schema', 'expression', 'set'] as const;

export type DraftCheck = (typeof draftChecks)[number];

export interface DraftOptions {
  readonly name: string;
  /** Undefined: the policy is about the containers of pods. */
  readonly kind: ChosenKind | undefined;
  readonly check: DraftCheck;
  /** Of `require`, `forbid` and `set`. */
  readonly field: string | undefined;
  readonly category: string | undefined;
}

/** Files by their names in the folder of the policy. */
export type Draft = ReadonlyMap<string, string>;

/** One rule or mutation, and two objects that differ in nothing but what it is about. */
interface Idea {
  /** Undefined where `mutation` is there. */
  readonly rule?: JsonObject;
  readonly mutation?: JsonObject;
  readonly title: string;
  readonly good: JsonObject;
  readonly bad: JsonObject;
}

const pod: GroupVersionKind = { group: '', version: 'v1', kind: 'Pod' };

/** Makes a policy with its page and its tests. */
export function draft(options: DraftOptions): Draft | Refusal {
  const idea = options.kind === undefined ? podIdea(options) : objectIdea(options, options.kind);
  if ('problem' in idea) return idea;
  const { name, kind, category } = options;
  const policy = {
    apiVersion: 'abatis.dev/v1alpha1',
    kind: 'Policy',
    metadata: { name },
    spec: {
      title: idea.title,
      description: `${idea.title}.`,
      ...(category !== undefined && { category }),
      severity: 'medium',
      ...(kind === undefined
        ? { target: 'pod', match: { namespaces: ['*'] } }
        : { match: { kinds: [kind.pattern] } }),
      exclude: { namespaces: ['kube-system'] },
      ...(idea.mutation !== undefined && { override: {} }),
      enforcement: 'Warn',
      ...(idea.rule !== undefined && { rules: [idea.rule] }),
      ...(idea.mutation !== undefined && { mutations: [idea.mutation] }),
    },
  };
  const shared: readonly (readonly [string, string])[] = [
    ['policy.yaml', toYaml(policy)],
    ['README.md', page(name, idea)],
    ['test/allow.first.yaml', toYaml(idea.good)],
  ];
  if (idea.rule === undefined) {
    return new Map([
      ...shared,
      ['test/mutate.first.yaml', toYaml(idea.bad)],
      ['test/mutate.first.expected.yaml', toYaml(idea.good)],
      ['test/tests.yaml', toYaml(mutationTests(name, idea))],
    ]);
  }
  const tests = {
    tests: [
      {
        name: 'what was there before can still be changed, with a warning',
        object: 'warn.first.yaml',
        oldObject: 'warn.first.yaml',
        expect: { action: 'Warn', rules: [idea.rule['name']] },
      },
      {
        name: 'a deletion is none of its business',
        oldObject: 'warn.first.yaml',
        expect: { action: 'Unmatched' },
      },
    ],
  };
  return new Map([...shared, ['test/warn.first.yaml', toYaml(idea.bad)], ['test/tests.yaml', toYaml(tests)]]);
}

function mutationTests(name: string, { bad }: Idea): JsonObject {
  const annotations = { [`override.abatis.dev/${name}`]: 'it knows better' };
  const overriding = { ...bad, metadata: { ...(bad['metadata'] as JsonObject), annotations } };
  return {
    tests: [
      {
        name: 'who says why switches it off',
        object: overriding,
        user: 'alice',
        expect: { action: 'Allow', patch: [] },
      },
      {
        name: 'a deletion is none of its business',
        oldObject: 'mutate.first.yaml',
        expect: { action: 'Unmatched' },
      },
    ],
  };
}

function page(name: string, { title, rule }: Idea): string {
  if (rule === undefined) return mutationPage(name, title);
  return `# ${name}

${title}.

**Why.** Say what goes wrong without it.

**What it looks like.**

\`\`\`sh
abatis check --policies policy.yaml test/warn.first.yaml
\`\`\`

**What to do.** Say how to mend a manifest that it finds.

**Parameters.** None.

\`abatis test\` in this folder tries it.
`;
}

function mutationPage(name: string, title: string): string {
  return `# ${name}

${title}.

**Why.** Say what is better with it.

**What it changes.**

\`\`\`sh
abatis check --policies policy.yaml test/mutate.first.yaml
\`\`\`

**Switching it off.** \`override.abatis.dev/${name}: <reason>\` on the object.

**Parameters.** None.

\`abatis test\` in this folder tries it.
`;
}

function podIdea({ check, field: text }: DraftOptions): Idea | Refusal {
  const container = { name: 'main', image: 'registry.example/app:1.2.3' };
  const podOf = (main: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'example' },
    spec: { containers: [main] },
  });
  const rule = (name: string, requirement: JsonObject, message: string, help: string): JsonObject => ({
    name,
    each: 'containers',
    ...requirement,
    message: `container \`{{ item.name }}\` ${message}`,
    help,
  });
  if (check === 'schema' || check === 'expression') {
    const requirement =
      check === 'schema'
        ? { schema: { properties: { image: { pattern: '^registry\\.example/' } } } }
        : { expression: 'item.image.startsWith("registry.example/")' };
    return {
      title: 'Images come from our registry',
      rule: rule('registry', requirement, 'has the image {{ item.image }}', 'push it to registry.example'),
      good: podOf(container),
      bad: podOf({ ...container, image: 'elsewhere.example/app:1.2.3' }),
    };
  }
  const name = text ?? (check === 'forbid' ? 'stdin' : 'resources.limits.memory');
  const field = readField(name, { kind: pod, at: ['spec', 'containers', 0] });
  if ('problem' in field) return field;
  const having = podOf(withValue(container, field.path, field.example));
  if (check === 'set') {
    return {
      title: `Containers without ${name} get one`,
      mutation: { name: 'default', each: 'containers', ...setting(name, field.example) },
      good: having,
      bad: podOf(container),
    };
  }
  return {
    title: `Containers have ${check === 'require' ? '' : 'no '}${name}`,
    ...(check === 'require'
      ? {
          rule: rule('required', { require: [name] }, `has no ${name}`, `set ${name}`),
          good: having,
          bad: podOf(container),
        }
      : {
          rule: rule('forbidden', { forbid: [name] }, `has ${name}`, `leave ${name} out`),
          good: podOf(container),
          bad: having,
        }),
  };
}

function objectIdea({ check, field: text }: DraftOptions, kind: ChosenKind): Idea | Refusal {
  const object: JsonObject = {
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    kind: kind.kind,
    metadata: { name: 'example' },
  };
  const rule = (name: string, requirement: JsonObject, message: string, help: string): JsonObject => ({
    name,
    ...requirement,
    message: `${kind.kind} \`{{ object.metadata.name }}\` ${message}`,
    help,
  });
  if (check === 'schema' || check === 'expression') {
    const requirement =
      check === 'schema'
        ? { schema: { properties: { metadata: { properties: { name: { maxLength: 40 } } } } } }
        : { expression: 'size(object.metadata.?name.orValue("")) <= 40' };
    return {
      title: `A ${kind.kind} has a short name`,
      rule: rule('short-name', requirement, 'has a name of more than 40 characters', 'shorten it'),
      good: object,
      bad: { ...object, metadata: { name: `example-${'of-a-long-name-'.repeat(3)}indeed` } },
    };
  }
  const name = text ?? (check === 'forbid' ? 'metadata.finalizers' : 'metadata.labels["example.com/owner"]');
  const field = readField(name, { kind, at: [] });
  if ('problem' in field) return field;
  const having = withValue(object, field.path, field.example);
  if (check === 'set') {
    return {
      title: `A ${kind.kind} without ${name} gets one`,
      mutation: { name: 'default', ...setting(name, field.example) },
      good: having,
      bad: object,
    };
  }
  return {
    title: `A ${kind.kind} has ${check === 'require' ? '' : 'no '}${name}`,
    ...(check === 'require'
      ? {
          rule: rule('required', { require: [name] }, `has no ${name}`, `set ${name}`),
          good: having,
          bad: object,
        }
      : {
          rule: rule('forbidden', { forbid: [name] }, `has ${name}`, `leave ${name} out`),
          good: object,
          bad: having,
        }),
  };
}

function setting(path: string, value: unknown): JsonObject {
  return { set: { path, value, ifMissing: true } };
}
