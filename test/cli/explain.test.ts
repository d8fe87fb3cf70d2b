import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { abatis, configMap, folder, policy, type RunOptions } from './process.ts';

const ramp = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: memory}
spec:
  target: pod
  match:
    conditions: [{name: not-free, expression: "object.metadata.name != 'free'"}]
  exclude: {namespaces: [kube-system]}
  parameters: {schema: {type: object, properties: {max: {type: string, default: 1Gi}}}}
  enforcement:
    - action: Warn
    - {action: Deny, from: 2027-03-01T00:00:00Z}
    - {action: Deny, namespaceSelector: {matchLabels: {tier: production}}}
  override: {subjects: [{kind: Group, name: admins}]}
  variables: [{name: max, expression: quantity(params.max)}]
  rules:
    - name: ceiling
      each: containers
      when: item.name != 'free'
      expression: quantity(item.resources.limits.memory).compareTo(variables.max) <= 0
      message: "\`{{ item.name }}\` asks for too much"
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyBinding
metadata: {name: big}
spec: {policy: memory, match: {namespaces: ["big-*"]}, parameters: {max: 8Gi}}
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyException
metadata: {name: legacy, namespace: shop}
spec: {policies: [memory], reason: being rewritten, ticket: SHOP-1, expires: 2026-12-24T00:00:00Z, match: {names: [legacy]}}
`;

const shells = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: shells}
spec:
  target: pod
  enforcement: Deny
  facts: [{name: image, image: {}}]
  rules: [{name: none, each: images, expression: image.shells.size() == 0, message: "{{ item }} has a shell"}]
`;
const twoImages =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a:1}, {name: b, image: b:1}]}\n';

interface Web {
  readonly name?: string;
  readonly namespace?: string;
  readonly memory?: string;
  readonly override?: string;
  readonly more?: string;
}

const web = ({ name = 'web', namespace = 'shop', memory = '2Gi', override, more = '' }: Web = {}) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  template:
    metadata: {labels: {app: web}${override === undefined ? '' : `, annotations: {override.abatis.dev/memory: ${override}}`}}
    spec:
      containers:
        - {name: main, image: 'nginx:1.27.3', resources: {limits: {memory: ${memory}}}}
        - {name: free, image: 'nginx:1.27.3'}
${more}`;

/** One object on standard input, as of a day on which nothing is denied by date. */
function explain(object: string, args: readonly string[] = [], policies = ramp, options: RunOptions = {}) {
  const cwd = options.cwd ?? folder({ 'policy.yaml': policies });
  const at = args.includes('--at') ? [] : ['--at', '2026-11-21'];
  return abatis(['explain', '--policies', 'policy.yaml', '-', ...at, ...args], {
    ...options,
    cwd,
    input: object,
  });
}

const json = (text: string, args: readonly string[] = [], policies = ramp) => {
  const { stdout, code } = explain(text, ['--output', 'json', ...args], policies);
  return { code, ...JSON.parse(stdout) };
};

const lines = (...text: readonly string[]) => `${text.join('\n')}\n`;

describe('abatis explain', () => {
  it('says what the answer is, what it hangs on, and then the whole way there', () => {
    const { code, stdout, stderr } = explain(web(), ['--namespace-labels', 'tier=production']);
    expect(stdout).toBe(
      lines(
        'Deployment shop/web, CREATE: denied',
        '  as of 2026-11-21T00:00:00Z; not known: who asks',
        '  Deny  memory/ceiling: `main` asks for too much (spec.template.spec.containers[0])',
        '',
        'memory',
        '  match',
        '    ✓ operations [CREATE, UPDATE]: CREATE',
        '  exclude, which does not hold',
        '    ✗ namespaces [kube-system]: shop',
        '  bindings',
        '    ✗ big does not select this',
        '      ✗ namespaces [big-*]: shop',
        '  pod: spec.template',
        '  ✓ condition not-free',
        "      object.metadata.name != 'free'  true",
        '        object.metadata.name          "web"',
        '  params: {"max": "1Gi"}',
        '  ✗ rule ceiling: not met by 1 of 1 item, 1 left alone',
        '      ✗ spec.template.spec.containers[0]',
        '          `main` asks for too much',
        '          when: true (cost 3)',
        "            item.name != 'free'  true",
        '              item.name          "main"',
        '          check: false (cost 9)',
        '            quantity(item.resources.limits.memory).compareTo(variables.…  false',
        '              quantity(item.resources.limits.memory).compareTo(variable…  1',
        '                quantity(item.resources.limits.memory)                    2Gi',
        '                  item.resources.limits.memory                            "2Gi"',
        '                variables.max                                             1Gi',
        '      · spec.template.spec.containers[1]: left alone, `when` is not true',
        '  variables.max = 1Gi (cost 3)',
        '  cost: 20 of 10,000,000',
        '  · override none: there is no annotation override.abatis.dev/memory',
        '  action of ceiling: Deny',
        '      Deny  by enforcement',
        '              ✓ Warn',
        '              ✗ Deny from 2027-03-01T00:00:00Z, which is not yet',
        '              ✓ Deny namespaceSelector {"matchLabels": {"tier": "production"}}: {"tier": "production", "kubernetes.io/metadata.name": "shop"}; the strictest',
        '      Deny  no exception holds',
        '              ✗ shop/legacy: names [legacy]: web',
      ),
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  const quiet = ['--namespace-labels', 'tier=test'];

  it.each<[string, string, readonly string[], 0 | 1, readonly string[]]>([
    [
      'a ramp by date',
      web(),
      [...quiet, '--at', '2027-04-01'],
      1,
      ['✓ Deny from 2027-03-01T00:00:00Z; the strictest'],
    ],
    [
      'a denial to come',
      web(),
      quiet,
      0,
      ['allowed, with warnings', 'by enforcement; it denies from 2027-03-01T00:00:00Z'],
    ],
    [
      'a binding',
      web({ namespace: 'big-1' }),
      quiet,
      0,
      ['✓ big', 'with binding big', 'params: {"max": "8Gi"}', 'allowed\n'],
    ],
    [
      'an exception',
      web({ name: 'legacy' }),
      quiet,
      0,
      ['Audit after the exception', '✓ shop/legacy: leaves Audit; SHOP-1: being rewritten'],
    ],
    [
      'an exception that ended',
      web({ name: 'legacy' }),
      ['--at', '2027-04-01'],
      1,
      ['✗ shop/legacy: it ended on 2026-12-24T00:00:00Z'],
    ],
    [
      'an override',
      web({ override: 'moving' }),
      ['--user', 'jo', '--group', 'admins'],
      0,
      ['asked by jo of admins', '✓ override valid by jo: moving', 'Warn  after the override, one step down'],
    ],
    [
      'an override that is taken to be right',
      web({ override: 'moving' }),
      [],
      0,
      ['? override valid: moving'],
    ],
    [
      'an override that is refused',
      web({ override: 'moving' }),
      ['--user', 'jo'],
      1,
      ['✗ override refused: `jo` may not override this policy', 'action of override, ceiling: Deny'],
    ],
    [
      'a namespace whose labels are not known',
      web(),
      [],
      1,
      [
        '? Deny namespaceSelector {"matchLabels": {"tier": "production"}}: not known here, taken to hold; the strictest',
      ],
    ],
  ])('shows %s', (_what, object, args, code, texts) => {
    const { stdout, ...done } = explain(object, ['--policy', 'memory', ...args]);
    for (const text of texts) expect(stdout).toContain(text);
    expect(done).toMatchObject({ code });
  });

  it.each<[string, string, readonly string[], string]>([
    [
      'the namespace is excluded',
      web({ namespace: 'kube-system' }),
      [],
      'excluded: namespaces [kube-system]: kube-system',
    ],
    ['a condition is false', web({ name: 'free' }), [], 'a condition of `match` is false'],
    ['it is about other operations', web(), ['--operation', 'DELETE'], 'operations [CREATE, UPDATE]: DELETE'],
    ['it carries no pod', configMap('x'), [], 'it is about pods, and objects of this kind carry none'],
  ])('says why a policy does not apply: %s', (_what, object, args, why) => {
    const { code, stdout } = explain(object, [...args, '--policy', 'memory']);
    expect(stdout).toContain(`memory does not apply: ${why}\n  match\n`);
    expect(code).toBe(0);
    expect(explain(object, [...args, '--all']).stdout).toContain(`· memory: ${why}\n`);
    expect(explain(object, args).stdout).toContain('1 policy does not apply; `--all` says why\n');
  });

  it('says for each finding whether the old object had it', () => {
    const cwd = folder({ 'policy.yaml': ramp, 'old.yaml': web() });
    const more = "        - {name: new, image: 'nginx:1.27.3', resources: {limits: {memory: 9Gi}}}\n";
    const { code, stdout } = explain(web({ more }), ['--old-object', 'old.yaml'], ramp, { cwd });
    expect(stdout).toContain('Deployment shop/web, UPDATE: denied\n');
    expect(stdout).toMatch(
      /action of ceiling \(spec\.template\.spec\.containers\[0\]\): Warn\n(?: .*\n)*? {6}Warn {2}the old object had it too\n/,
    );
    expect(stdout).toMatch(
      /action of ceiling \(spec\.template\.spec\.containers\[2\]\): Deny\n(?: .*\n)*? {6}Deny {2}the old object did not have it, or had something else there\n/,
    );
    expect(code).toBe(1);
  });

  it('shows what is asked for where it is no expression, and what is there instead', () => {
    const { code, stdout } = explain(configMap('x'), [], policy('Deny'));
    expect(stdout).toContain(
      lines(
        '  ✗ rule bad: not met',
        '      forbid: [data.bad]',
        '      ✗ the object',
        '          `x` is bad (data.bad: "value")',
      ),
    );
    expect(code).toBe(1);
  });

  it('says that a denial is by something else than what was asked for', () => {
    const both = `${policy('Deny')}---\n${policy('Warn', 'other')}`;
    const { code, stdout } = explain(configMap('x'), ['--policy', 'other'], both);
    expect(stdout).toContain('ConfigMap default/x, CREATE: denied, though not by what is shown here\n');
    expect(stdout).not.toContain('no-bad');
    expect(code).toBe(1);
  });

  it('shows mutations, why each did what it did, and the templates that are judged as mutated', () => {
    const mutating = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: tty}
spec:
  target: pod
  mutations:
    - {name: add, each: containers, when: "item.name == 'main'", set: {path: tty, value: true}}
    - {name: never, each: containers, when: "item.name == 'x'", remove: tty}
  rules: [{name: add, each: containers, forbid: [tty], message: "{{ item.name }} has a terminal"}]
`;
    const template = explain(web(), [], mutating).stdout;
    expect(template).toContain(
      lines(
        'mutations of the Pods made of spec.template',
        '  ✓ tty/add: made, 1 of 2 items left alone (round 1)',
        '      + spec.template.spec.containers[0].tty: true',
        '  · tty/never: nothing to do; `when` is not true (round 1)',
      ),
    );
    expect(template).toContain('  pod: spec.template, mutated by tty/add\n');
    expect(template).toContain('Warn  tty/add: main has a terminal');
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: main, image: a}]}\n';
    const { code, stdout } = explain(pod, ['--policy', 'tty/add'], mutating);
    expect(stdout).toContain('Pod default/a, CREATE: allowed, with warnings, changed by mutations\n');
    expect(stdout).toContain(
      lines(
        'mutations',
        '  ✓ tty/add: made (round 1)',
        '      + spec.containers[0].tty: true',
        '      ✓ spec.containers[0]',
        '          when: true (cost 3)',
        "            item.name == 'main'  true",
        '              item.name          "main"',
      ),
    );
    expect(stdout).not.toContain('never');
    expect(code).toBe(0);
  });

  it('shows facts, those that are not known and those that are not to be had', () => {
    const cwd = folder({
      'policy.yaml': shells,
      'shell.yaml': 'image: {a:1: {shells: [{path: /bin/sh}]}, b:1: {unavailable: no route to it}}\n',
      'none.yaml': 'image: {a:1: {shells: []}}\n',
    });
    const known = explain(twoImages, ['--facts', 'shell.yaml'], shells, { cwd });
    expect(known.stdout).toContain('  ✓ fact image a:1: {"shells": [{"path": "/bin/sh"}]}\n');
    expect(known.stdout).toContain('  ✗ fact image b:1: not to be had: no route to it\n');
    expect(known.stdout).toContain('what cannot be judged is denied: `failurePolicy` is Fail');
    expect(known.code).toBe(2);
    const open = explain(twoImages, ['--facts', 'none.yaml'], shells, { cwd });
    expect(open.stdout).toContain('Pod default/a, CREATE: open, for what only the cluster knows\n');
    expect(open.stdout).toContain('  ? fact image b:1: not known here\n');
    expect(open.stdout).toContain('      ? spec.containers[1].image: image `b:1` is not known here\n');
    expect(open.code).toBe(0);
  });

  it('looks up what is beside the object, as the API server will fill it in', () => {
    const looking = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: looking}
spec:
  match: {kinds: [ConfigMap]}
  facts: [{name: web, lookup: {kind: apps/v1/Deployment, nameExpression: "'web'"}}]
  rules: [{name: replicas, expression: facts.web.spec.replicas == 2, message: '{{ facts.web.spec.replicas }} alone'}]
`;
    const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\n';
    const args = ['--object', 'ConfigMap/c'];
    const found = explain(`${settings}---\n${web()}`, args, looking);
    expect(found.stdout).toContain('1 alone');
    expect(found.stdout).toContain('✓ fact lookup apps/v1/Deployment shop/web: {');
    const open = explain(settings, args, looking);
    expect(open.stdout).toContain('? fact lookup apps/v1/Deployment shop/web: not known here');
  });

  it('shows where an expression failed and which one cost too much, and fails itself', () => {
    const broken = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: broken}
spec:
  match: {kinds: [ConfigMap]}
  rules:
    - {name: key, expression: "object.data.none == 'x'"}
    - {name: loop, expression: "lists.range(10000).all(x, lists.range(10000).all(y, x + y >= 0))"}
`;
    const { code, stdout } = explain(configMap('x'), [], broken);
    expect(stdout).toContain('  error broken/key: no such key: none in `object.data.none`');
    expect(stdout).toContain('check: error: no such key: none (cost 4)\n            object.data.none');
    expect(stdout).toMatch(/check: error: the expression costs more than it may \(cost 1,000,001\)/);
    expect(stdout).toMatch(/^ +… [\d,]+ more$/m);
    expect(stdout.split('\n').length).toBeLessThan(100);
    expect(code).toBe(2);
  });

  it('gives several objects a line for each policy, and says how to see more', () => {
    const { code, stdout, stderr } = explain(
      `${configMap('x')}---\n${configMap('fine', 'good')}`,
      [],
      policy('Deny'),
    );
    expect(stdout).toBe(
      lines(
        'ConfigMap default/x, CREATE: denied',
        '  Deny  no-bad/bad: `x` is bad (data.bad)',
        '',
        '✗ no-bad: 1 finding',
        '',
        'ConfigMap default/fine, CREATE: allowed',
        '',
        '✓ no-bad: 1 rule met',
      ),
    );
    expect(stderr).toBe('2 objects; `--object Kind/name` explains one of them in full\n');
    expect(code).toBe(1);
    const one = explain(
      `${configMap('x')}---\n${configMap('fine', 'good')}`,
      ['--object', 'configmap/fine'],
      policy('Deny'),
    );
    expect(one.stdout).toMatch(/^ConfigMap default\/fine, CREATE: allowed\n/);
    expect(one.code).toBe(0);
  });

  it('has no colours but where somebody asks for them', () => {
    const plain = explain(configMap('x'), [], policy('Deny')).stdout;
    expect(plain).not.toContain('\u001b');
    const cwd = folder({ 'policy.yaml': policy('Deny') });
    const { stdout } = explain(configMap('x'), [], '', { cwd, env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is tested
    expect(stdout.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
  });
});

/** Every key of a value and of what is in it, but of what is under some. */
function keysOf(value: unknown, others: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.entries(value).filter(([key]) => !others.includes(key));
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...new Set([...own, ...within.flatMap(([, each]) => keysOf(each, others))])];
}

describe('as JSON', () => {
  it('is everything that the pages show', () => {
    const { code, version, objects } = json(web(), ['--namespace-labels', 'tier=production']);
    expect({ code, version, objects: objects.length }).toEqual({ code: 1, version: 1, objects: 1 });
    const [object] = objects;
    expect(object).toMatchObject({
      request: {
        operation: 'CREATE',
        kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
        name: 'web',
        namespace: 'shop',
      },
      now: '2026-11-21T00:00:00.000Z',
      outcome: 'denied',
      allowed: false,
      findings: [{ policy: 'memory', rule: 'ceiling', path: 'spec.template.spec.containers[0]' }],
      errors: [],
      evaluated: ['memory'],
    });
    const [memory] = object.policies;
    expect(memory).toMatchObject({
      name: 'memory',
      applies: true,
      match: [{ name: 'operations', holds: 'yes' }],
      exclude: [{ name: 'namespaces', wanted: ['kube-system'], seen: 'shop', holds: 'no' }],
      bindings: [{ name: 'big', selects: 'no' }],
      pod: { path: 'spec.template' },
      override: { state: 'none', annotation: 'override.abatis.dev/memory' },
      asked: [
        {
          params: { max: '1Gi' },
          conditions: [{ role: 'condition', name: 'not-free', value: true }],
          variables: [{ role: 'variable', name: 'max', type: 'kubernetes.Quantity' }],
          rules: [
            {
              name: 'ceiling',
              check: { name: 'expression' },
              items: [{ path: 'spec.template.spec.containers[0]', leftAlone: false }, { leftAlone: true }],
            },
          ],
          cost: 20,
        },
      ],
    });
    const [, check] = memory.asked[0].rules[0].items[0].expressions;
    expect(check).toMatchObject({ role: 'check', value: false, type: 'bool', parts: [{ value: false }] });
    const [verdict] = memory.verdicts;
    expect(verdict.steps.map((step: { by: string; action: string }) => [step.by, step.action])).toEqual([
      ['enforcement', 'Deny'],
      ['exception', 'Deny'],
    ]);
  });

  it('has no field that its page does not name', () => {
    const mutating = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: tty}
spec: {target: pod, mutations: [{name: add, each: containers, when: "true", set: {path: tty, value: true}}]}
`;
    const more = '- {name: log, image: a}';
    const all = [
      json(
        web({ name: 'legacy', override: 'moving' }),
        ['--user', 'jo', '--group', 'admins', '--namespace-labels', 'tier=test'],
        `${ramp}---\n${mutating}`,
      ),
      json(
        web({ override: 'moving', more: `        ${more}\n` }),
        ['--user', 'jo'],
        `${ramp}---\n${mutating}`,
      ),
      json(twoImages, [], shells),
      json(configMap('x'), [], policy('Deny')),
    ];
    // Policies and objects bring keys of their own; findings, errors and patches are those of `check`.
    const others = [
      'params',
      'wanted',
      'seen',
      'value',
      'userInfo',
      'kind',
      'resource',
      'findings',
      'errors',
      'patch',
    ];
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/explain.md'), 'utf8');
    const keys = keysOf(
      all.map(({ objects }) => objects),
      others,
    );
    for (const key of ['violations', 'deniesFrom', 'template', 'ticket', 'unknown'])
      expect(keys).toContain(key);
    const places = ['line', 'column', 'endLine', 'endColumn'];
    expect(
      keys.filter((key) => !places.includes(key) && !new RegExp(`\`${key}(?:\\[\\])?\``).test(page)),
    ).toEqual([]);
  });

  it('says why a policy does not apply, and has one policy where one is asked for', () => {
    const { code, objects } = json(configMap('x'), ['--policy', 'memory']);
    expect(objects[0].policies).toMatchObject([
      { name: 'memory', applies: false, stoppedBy: 'carriesNoPod' },
    ]);
    expect(code).toBe(0);
  });

  it('has what is at the place of a finding, or that nothing is', () => {
    const { objects } = json(configMap('x'), [], policy('Deny'));
    const [{ asked }] = objects[0].policies;
    expect(asked[0].rules[0]).toMatchObject({
      check: { name: 'forbid', value: ['data.bad'] },
      items: [{ violations: [{ path: 'data.bad', value: 'value' }] }],
    });
  });
});

describe('a recorded AdmissionReview', () => {
  const review = (request: Record<string, unknown> = {}) => ({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      name: 'x',
      namespace: 'shop',
      operation: 'UPDATE',
      userInfo: { username: 'jo', groups: ['devs'] },
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'x', namespace: 'shop' },
        data: { bad: 'new' },
      },
      oldObject: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'x', namespace: 'shop' },
        data: { bad: 'old' },
      },
      dryRun: true,
      ...request,
    },
  });

  it('is explained as it was asked', () => {
    const { code, stdout } = explain(JSON.stringify(review()), [], policy('Deny'));
    expect(stdout).toContain(
      lines(
        'ConfigMap shop/x, UPDATE: denied',
        '  as of 2026-11-21T00:00:00Z; asked by jo of devs; a dry run; not known: the labels of the namespace',
        '  Deny  no-bad/bad: `x` is bad (data.bad)',
      ),
    );
    expect(stdout).toContain('      Deny  the old object did not have it, or had something else there\n');
    expect(code).toBe(1);
  });

  it('may be told the labels of the namespace, which it does not hold, and nothing else', () => {
    const text = JSON.stringify(review());
    const told = explain(text, ['--namespace-labels', 'tier=test'], policy('Deny'));
    expect(told.stdout).toContain('asked by jo of devs; a dry run\n');
    const refused = explain(text, ['--user', 'other', '--old-object', '/dev/null'], policy('Deny'));
    expect(refused.stderr).toContain(
      'a recorded AdmissionReview says itself what `--old-object`, `--user` would say',
    );
    expect(refused.code).toBe(2);
  });

  it('of a deletion is explained by the old object', () => {
    const deletion = review({ operation: 'DELETE', object: null });
    const { code, stdout } = explain(JSON.stringify(deletion), ['--all'], policy('Deny'));
    expect(stdout).toContain('ConfigMap shop/x, DELETE: allowed\n');
    expect(stdout).toContain('· no-bad: operations [CREATE, UPDATE]: DELETE\n');
    expect(code).toBe(0);
  });

  it('that holds no request is refused', () => {
    const { code, stdout, stderr } = explain(
      JSON.stringify({ ...review(), request: null }),
      [],
      policy('Deny'),
    );
    expect(stderr).toContain(
      'error[AB2207]: this is no AdmissionReview that could be judged: `request` is null',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('what is wrong', () => {
  const cases: readonly (readonly [string, string, readonly string[], string])[] = [
    [
      'there is no such policy',
      configMap('x'),
      ['--policy', 'no-bat'],
      'there is no policy `no-bat`; did you mean `no-bad`?',
    ],
    [
      'there is no such rule',
      configMap('x'),
      ['--policy', 'no-bad/bat'],
      'policy `no-bad` has no rule `bat`; did you mean `bad`?',
    ],
    [
      'there is no such object',
      configMap('x'),
      ['--object', 'Pod/x'],
      'nothing was evaluated: there is no `Pod/x` in standard input',
    ],
    ['there is nothing', '', [], 'nothing was evaluated: there is no manifest in standard input'],
    ['it is broken JSON', '{"kind": ', [], 'error[AB1002]: expected a value, found the end of the text'],
    ['it is no object', '5', [], 'error[AB2101]: a manifest must be a mapping'],
    [
      'it is nested too deeply',
      `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
      [],
      'error[AB1005]: the document is nested too deeply',
    ],
    ['a time is none', configMap('x'), ['--at', 'soon'], '`soon` is no value for `--at <time>`'],
    ['an option does not exist', configMap('x'), ['--polcy', 'x'], 'unknown option'],
    [
      'standard input is wanted twice',
      configMap('x'),
      ['--old-object', '-'],
      'standard input can be read only once',
    ],
    ['facts are not there', configMap('x'), ['--facts', 'none.yaml'], 'none.yaml'],
  ];

  it.each(cases)('%s', (_what, object, args, message) => {
    const { code, stdout, stderr } = explain(object, args, policy('Deny'));
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('nothing is named', () => {
    const { code, stderr } = abatis(['explain']);
    expect(stderr).toContain('error: name a file, or - for standard input');
    expect(code).toBe(2);
  });

  it('a policy is broken', () => {
    const { code, stdout, stderr } = explain(configMap('x'), [], policy('Perhaps'));
    expect(stderr).toContain('policy.yaml:');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('what an object says reaches a terminal with nothing in it that a terminal would act upon', () => {
    const evil = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'e\u001b[2J\u202e', namespace: 'a\nDeny  fake' },
      data: { bad: '\u001b[31m\u009b1m\r\u0007', '__proto__\u001b': 'x' },
    });
    for (const args of [[], ['--all'], ['--output', 'json']]) {
      const { stdout, stderr } = explain(evil, args, policy('Deny'));
      expect(stdout).toContain('u001b[2J');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is tested
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(stdout).not.toMatch(/^Deny {2}fake/m);
    }
  });

  it('an object is huge, and its explanation is not', () => {
    const data = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'v'.repeat(50)]),
    );
    const each = policy('Deny')
      .replace('    - name: bad\n', '    - name: bad\n      each: "$.data[*]"\n')
      .replace('forbid: [data.bad]', 'expression: item == "x"');
    const huge = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data });
    const { code, stdout } = explain(huge, [], each);
    expect(stdout).toContain('  … and 981 more\n');
    expect(stdout).toContain('      … and 981 more items\n');
    expect(stdout.length).toBeLessThan(20_000);
    expect(code).toBe(1);
  });
});
