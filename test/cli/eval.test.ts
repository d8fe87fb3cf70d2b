import { describe, expect, it } from 'vitest';
import { DYN } from '../../src/cel/index.ts';
import { commands } from '../../src/cli/commands.ts';
import { compilePrograms, environmentOf } from '../../src/cli/evaluating/programs.ts';
import { environmentsOf } from '../../src/compile/expressions/environment.ts';
import { abatis, folder, type RunOptions } from './process.ts';

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 3
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: main, image: 'nginx:1.27.3', resources: {limits: {memory: 1Gi}}}
        - {name: log, image: 'fluent-bit:latest'}
`;

/** Standard output and standard error together, as on a terminal, and the exit code. */
function evaluate(args: readonly string[], options: RunOptions = {}) {
  const { code, stdout, stderr } = abatis(['eval', ...args], options);
  return { code, text: stderr + stdout };
}

const lines = (...text: readonly string[]) => `${text.join('\n')}\n`;

describe('abatis eval', () => {
  it('prints a value, its type, and what it cost of what it may cost', () => {
    expect(evaluate(['object.spec.replicas * 2 > 5', '-'], { input: web })).toEqual({
      code: 0,
      text: lines('true', 'type bool, cost 5 of 1,000,000'),
    });
  });

  it.each([
    ['1 + 2', '3', 'int'],
    ['"a" + \'b\'', '"ab"', 'string'],
    ['[1, 2].map(x, x * 2)', '[2, 4]', 'list(int)'],
    ['{"a": 1u}', '{"a": 1u}', 'map(string, uint)'],
    ['1.0', '1.0', 'double'],
    ['b"\\x01"', 'b"\\x01"', 'bytes'],
    ['null', 'null', 'null'],
    ['optional.none()', 'optional.none()', 'optional_type(dyn)'],
    ['duration("90m")', 'duration("5400s")', 'duration'],
    ['timestamp("2027-03-01T00:00:00Z")', 'timestamp("2027-03-01T00:00:00Z")', 'timestamp'],
    ['type(1)', 'int', 'type(int)'],
    ['dyn("a")', '"a"', 'string'],
    ['"\\u001b[2J\\u202e\\n"', '"\\u001b[2J\\u202e\\n"', 'string'],
    ['object', 'null', 'null'],
  ])('%s is %s, a %s', (expression, value, type) => {
    const { code, text } = evaluate([expression]);
    expect(text.split('\n').slice(0, 2)).toEqual([value, expect.stringContaining(`type ${type}, cost `)]);
    expect(code).toBe(0);
  });

  it('takes an expression that begins with a dash behind `--`', () => {
    expect(evaluate(['--', '-1']).text).toContain('-1\ntype int');
  });

  it.each([
    ['YAML', 'a.yaml', 'big: 9223372036854775807\nnext: 9007199254740993\nfloat: 1.0\n'],
    ['JSON', 'a.json', '{"big": 9223372036854775807, "next": 9007199254740993, "float": 1}'],
  ])('reads integers of %s to the last digit', (_, name, content) => {
    const cwd = folder({ [name]: content });
    expect(evaluate(['[object.big, object.next, object.float]', name], { cwd })).toMatchObject({
      text: expect.stringContaining('[9223372036854775807, 9007199254740993, 1]\n'),
    });
    const { stdout } = abatis(['eval', '-o', 'json', 'object.big - 1', name], { cwd });
    expect(stdout).toContain('"value": 9223372036854775806,');
  });
});

describe('which object', () => {
  const several = 'kind: A\n---\nkind: List\napiVersion: v1\nitems:\n  - kind: B\n  - kind: C\n';

  it('is the first of several, and a note says so', () => {
    expect(evaluate(['object.kind', '-'], { input: several })).toEqual({
      code: 0,
      text: lines(
        'standard input has 3 objects: this is the first of them; `--document` takes another',
        '"A"',
        'type string, cost 2 of 1,000,000',
      ),
    });
  });

  it.each([
    ['1', '"A"'],
    ['2', '"B"'],
    ['3', '"C"'],
  ])('is number %s when that is asked for', (number, value) => {
    const { stdout, stderr } = abatis(['eval', 'object.kind', '-', '--document', number], { input: several });
    expect({ first: stdout.split('\n')[0], stderr }).toEqual({ first: value, stderr: '' });
  });

  it.each([
    [
      'a number beyond the last',
      ['--document', '4'],
      several,
      'AB2006',
      'there are 3 objects in standard input',
    ],
    ['an empty file', [], '', 'AB2006', 'there is no object in standard input'],
    ['a list', [], '[1]', 'AB2101', 'an object must be a mapping'],
    ['broken YAML', [], 'a: [', 'AB1001', 'the bracket is never closed'],
  ])('cannot be %s', (_, args, input, code, message) => {
    const done = abatis(['eval', 'object', '-', ...args], { input });
    expect({ code: done.code, stdout: done.stdout }).toEqual({ code: 2, stdout: '' });
    expect(done.stderr).toContain(`error[${code}]: `);
    expect(done.stderr).toContain(message);
  });

  it('cannot be in a file that is not there', () => {
    expect(evaluate(['object', 'nowhere.yaml'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('error[AB2002]: cannot read `nowhere.yaml`: it is not there'),
    });
  });
});

describe('what an expression sees', () => {
  const params = 'most: 5\n';
  const old =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 1}\n';
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {tier: dev}}\n';

  it.each<[string, readonly string[], string]>([
    ['object.metadata.name', [], '"web"'],
    ['oldObject', [], 'null'],
    ['object.spec.replicas - oldObject.spec.replicas', ['--old-object', 'old.yaml'], '2'],
    ['request.operation', [], '"CREATE"'],
    ['request.operation', ['--old-object', 'old.yaml'], '"UPDATE"'],
    ['request.operation', ['--operation', 'CONNECT'], '"CONNECT"'],
    ['[object == null, oldObject.spec.replicas == 3]', ['--operation', 'DELETE'], '[true, true]'],
    ['request.kind.group + "/" + request.kind.version + " " + request.kind.kind', [], '"apps/v1 Deployment"'],
    ['request.requestResource.resource', [], '"deployments"'],
    ['request.namespace + "/" + request.name', [], '"shop/web"'],
    ['request.dryRun', [], 'false'],
    ['request.userInfo.username', ['--user', 'alice'], '"alice"'],
    ['request.userInfo.groups', ['--user', 'a', '--group', 'devs', '--group', 'ops'], '["devs", "ops"]'],
    ['pod.spec.containers.size()', [], '2'],
    ['pod.metadata.labels.app', [], '"web"'],
    ['params.most', ['--params', 'params.yaml'], '5'],
    ['namespaceObject.metadata.labels.tier', ['--namespace-labels', 'a=b,tier=prod'], '"prod"'],
    [
      'namespaceObject.metadata.labels["kubernetes.io/metadata.name"]',
      ['--namespace-labels', 'a=b'],
      '"shop"',
    ],
    ['namespaceObject.metadata.labels.tier', ['--namespace-object', 'namespace.yaml'], '"dev"'],
    ['now', ['--now', '2027-03-01T00:00:00+01:00'], 'timestamp("2027-03-01T00:00:00+01:00")'],
    ['now > timestamp("2020-01-01T00:00:00Z")', [], 'true'],
    ['variables.b', ['--variable', 'a=object.spec.replicas', '--variable', 'b=variables.a + 1'], '4'],
    ['object.spec.replicas == 3 || variables.bad', ['--variable', 'bad=object.nothing'], 'true'],
    ['[1, "a"]', ['--plain'], '[1, "a"]'],
  ])('%s with %j is %s', (expression, options, value) => {
    const cwd = folder({
      'web.yaml': web,
      'old.yaml': old,
      'params.yaml': params,
      'namespace.yaml': namespace,
    });
    const { code, stdout, stderr } = abatis(['eval', expression, 'web.yaml', ...options], { cwd });
    expect({ code, stderr, value: stdout.split('\n')[0] }).toEqual({ code: 0, stderr: '', value });
  });

  it.each([
    ['pod.spec', 'the object carries no pod'],
    ['params.most', '`--params`'],
    ['item', '`--item`'],
    ['path', '`--item`'],
    ['namespaceObject.metadata.name', '`--namespace-labels`'],
    ['request.userInfo.username', '`--user`'],
  ])('%s has no value where nothing was said of it: %s', (expression, hint) => {
    const { code, text } = evaluate([expression, '-'], {
      input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    });
    expect(code).toBe(1);
    expect(text).toContain(hint);
  });

  it('is null for the namespace of what is in none', () => {
    const input = 'apiVersion: v1\nkind: Node\nmetadata: {name: a}\n';
    expect(evaluate(['namespaceObject', '-'], { input }).text).toContain('null\n');
  });

  it('is what a rule of a policy sees, and nothing else', () => {
    const policy = environmentsOf({ kubernetes: undefined, target: 'pod', params: DYN, types: [] });
    const rule = policy.rule({}, undefined).environment;
    const here = environmentOf({ plain: false }, {}, 'rule');
    expect(new Map(here.variables)).toEqual(new Map(rule.variables));
    expect(new Set(here.json)).toEqual(new Set(rule.json));
  });

  it('is told once where a variable is broken, not again of what reads it', () => {
    const { diagnostics } = compilePrograms(
      { name: 'expression', text: 'variables.a + 1' },
      [{ name: 'variable a', text: '1 +' }],
      { plain: false },
    );
    expect(diagnostics.map(({ file, message }) => [file, message])).toEqual([
      ['variable a', 'expected a value but found the end'],
    ]);
  });
});

describe('--item', () => {
  it('evaluates the expression for each match, in order', () => {
    expect(
      evaluate(['item.name', '-', '--item', '$.spec.template.spec.containers[*]'], { input: web }),
    ).toEqual({
      code: 0,
      text: lines(
        '# spec.template.spec.containers[0]',
        '"main"',
        'type string, cost 2 of 1,000,000',
        '',
        '# spec.template.spec.containers[1]',
        '"log"',
        'type string, cost 2 of 1,000,000',
      ),
    });
  });

  it('fails when one does, and shows them all', () => {
    const args = ['item.resources.limits.memory + path', '-', '--item', '$.spec.template.spec.containers[*]'];
    const { code, text } = evaluate(args, { input: web });
    expect(code).toBe(1);
    expect(text).toContain('"1Gispec.template.spec.containers[0]"\n');
    expect(text).toContain('error: no such key: resources, where the value is of type map\n');
  });

  it.each([
    [
      '$.spec.nothing[*]',
      'error[AB2006]: nothing was evaluated: `$.spec.nothing[*]` selects no item of the object',
    ],
    ['$.spec[', 'error[AB1301]: '],
  ])('%s is an error', (path, message) => {
    const { code, text } = evaluate(['item', '-', '--item', path], { input: web });
    expect(code).toBe(2);
    expect(text).toContain(message);
  });
});

describe('--trace', () => {
  it('shows each sub-expression with its value, those within it beneath it, loops once a turn', () => {
    const expression =
      'pod.spec.containers.exists(c, !has(c.resources) || c.image == "x") && object.spec.replicas > 2';
    const { stdout } = abatis(['eval', expression, '-', '--trace'], { input: web });
    expect(stdout).toBe(
      lines(
        'true',
        'type bool, cost 23 of 1,000,000',
        '',
        'pod.spec.containers.exists(c, !has(c.resources) || c.image …  true',
        '  pod.spec.containers.exists(c, !has(c.resources) || c.imag…  true',
        '    pod.spec.containers                                       [{"name": "main", "image": "nginx:1.27.3", "resources":…',
        '    !has(c.resources) || c.image == "x"                       false',
        '      !has(c.resources)                                       false',
        '        has(c.resources)                                      true',
        '      c.image == "x"                                          false',
        '        c.image                                               "nginx:1.27.3"',
        '    !has(c.resources) || c.image == "x"                       true',
        '      !has(c.resources)                                       true',
        '        has(c.resources)                                      false',
        '  object.spec.replicas > 2                                    true',
        '    object.spec.replicas                                      3',
      ),
    );
  });

  it('draws what macros are expanded into together', () => {
    const expression =
      'pod.spec.containers.map(c, c.?resources.limits.memory.optMap(m, quantity(m).isInteger()))';
    const { stdout } = abatis(['eval', expression, '-', '--trace'], { input: web });
    expect(
      stdout
        .split('\n')
        .slice(3, -1)
        .map((line) => line.replace(/ {2,}(?=\S+$)/, ' => ')),
    ).toEqual([
      expect.stringContaining('pod.spec.containers.map('),
      expect.stringContaining('  pod.spec.containers '),
      '  c.?resources.limits.memory.optMap(m, quantity(m).isIntege… => optional.of(true)',
      '    c.?resources.limits.memory => optional.of("1Gi")',
      '    quantity(m).isInteger() => true',
      '      quantity(m) => 1Gi',
      '        m => "1Gi"',
      '  c.?resources.limits.memory.optMap(m, quantity(m).isIntege… => optional.none()',
      '    c.?resources.limits.memory => optional.none()',
    ]);
  });

  it.each<[string, readonly string[]]>([
    ['1 + 2', ['1 + 2 = 3']],
    ['"x" in ["x", \'y\']', ['"x" in ["x", \'y\'] = true']],
    ['2 * (1 + 1)', ['2 * (1 + 1) = 4', '  1 + 1 = 2']],
    ['true ? 1 + 1 : 0', ['true ? 1 + 1 : 0 = 2', '  1 + 1 = 2']],
    ['false && 1 / 0 == 1', ['false && 1 / 0 == 1 = false']],
    ['[1, 2].map(x, x)', ['[1, 2].map(x, x) = [1, 2]', '  x = 1', '  x = 2']],
    [
      '[[1], [2]].map(y, y.map(x, -x))',
      [
        '[[1], [2]].map(y, y.map(x, -x)) = [[-1], [-2]]',
        '  y.map(x, -x) = [-1]',
        '    y = [1]',
        '    -x = -1',
        '      x = 1',
        '  y.map(x, -x) = [-2]',
        '    y = [2]',
        '    -x = -2',
        '      x = 2',
      ],
    ],
    [
      '[2, 1].sortBy(x, -x)',
      ['[2, 1].sortBy(x, -x) = [2, 1]', '  -x = -2', '    x = 2', '  -x = -1', '    x = 1'],
    ],
    [
      '[0, 1].exists(x, 1 / x == 1)',
      [
        '[0, 1].exists(x, 1 / x == 1) = true',
        // What was evaluated in the turn that failed, and was forgiven.
        '  x = 0',
        '  1 / x == 1 = true',
        '    1 / x = 1',
        '      x = 1',
      ],
    ],
    ['[1, 2].map(x, 6 / (x - 1))', ['6 / (x - 1) = error: divide by zero', '  x - 1 = 0', '    x = 1']],
  ])('of %s', (expression, expected) => {
    const { stdout } = abatis(['eval', expression, '--trace', '-o', 'json']);
    interface Part {
      readonly expression: string;
      readonly value?: unknown;
      readonly error?: string;
      readonly parts?: readonly Part[];
    }
    const show = (part: Part, indent: string): string[] => [
      `${indent}${part.expression} = ${part.error === undefined ? JSON.stringify(part.value) : `error: ${part.error}`}`.replaceAll(
        /,(?=\S)/g,
        ', ',
      ),
      ...(part.parts ?? []).flatMap((inner) => show(inner, `${indent}  `)),
    ];
    expect(JSON.parse(stdout).trace.flatMap((part: Part) => show(part, ''))).toEqual(expected);
  });

  it('ends with what failed', () => {
    const { code, text } = evaluate(
      ['object.spec.replicas > 2 && object.spec.nothing.at.all', '-', '--trace'],
      {
        input: web,
      },
    );
    expect(code).toBe(1);
    expect(text).toBe(
      lines(
        'error: no such key: nothing, where the value is of type map',
        '  at expression:1:29',
        '  1 | object.spec.replicas > 2 && object.spec.nothing.at.all',
        '    |                             ^^^^^^^^^^^^^^^^^^^',
        'cost 7 of 1,000,000',
        '',
        'object.spec.replicas > 2  true',
        '  object.spec.replicas    3',
        'object.spec.nothing       error: no such key: nothing',
      ),
    );
  });
});

describe('an expression that is wrong as it stands', () => {
  it.each([
    ['1 +', [], '1:4', 'expected a value but found the end'],
    ['1 + "a"', [], '1:1', '`+`'],
    ['objct.spec', [], '1:1', 'help: did you mean `object`?'],
    ['request.operaton', [], '1:1', 'help: did you mean `operation`?'],
    ['"a".matches("(")', [], '1:13', ''],
    ['true &&\n  nothing', [], '2:3', '2 |   nothing'],
    [
      'isSemver("1.0.0")',
      ['--kubernetes-version', '1.32'],
      '1:1',
      'it came with Kubernetes 1.33, and this is for 1.32',
    ],
    ['[1, "a"]', [], '1:5', 'Kubernetes wants the elements of a list'],
    ['authorizer.path("/")', [], '1:1', 'authorizer'],
  ])('%s is shown at its place', (expression, options, place, says) => {
    const { code, stdout, stderr } = abatis(['eval', expression, ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error\[AB1305\]: /);
    expect(stderr).toContain(`  at expression:${place}\n`);
    expect(stderr).toContain(says);
  });

  it('is shown under the name of its variable', () => {
    const { code, text } = evaluate(['variables.a', '--variable', 'a=1 +']);
    expect(code).toBe(2);
    expect(text).toContain('  at variable a:1:4\n  1 | 1 +\n');
  });
});

describe('a wrong use', () => {
  it.each([
    [['1', '--document', '0'], 'a number from 1 on'],
    [['1', '--variable', 'a'], 'a name, `=` and an expression'],
    [['1', '--variable', 'a b=1'], 'a name, `=` and an expression'],
    [['1', '--variable', 'a=1', '--variable', 'a=2'], 'the name is taken'],
    [['1', '--namespace-labels', 'tier'], '`key=value`, separated by commas'],
    [['1', '--namespace-labels', 'a=b', '--namespace-object', '-'], '--namespace-object'],
    [['1', '--now', 'tomorrow'], 'a time such as'],
    [['1', '--kubernetes-version', 'latest'], 'a version of Kubernetes such as'],
    [['1', '--operation', 'PATCH'], 'it takes one of'],
    [['1', '-o', 'xml'], 'it takes one of pretty, json'],
    [['1', '-', '--params', '-'], 'standard input can be read only once'],
    [[], 'missing required argument `expression`'],
  ])('%j', (args, says) => {
    const { code, stdout, stderr } = abatis(['eval', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

describe('the JSON report', () => {
  const run = (args: readonly string[], input = web) => {
    const { code, stdout } = abatis(['eval', '-o', 'json', ...args, '-'], { input });
    return { code, report: JSON.parse(stdout) };
  };

  it('has the value, its type and its cost', () => {
    expect(run(['object.metadata'])).toEqual({
      code: 0,
      report: { value: { name: 'web', namespace: 'shop' }, type: 'map(dyn, dyn)', cost: 2, limit: 1_000_000 },
    });
  });

  it('has the error and its place', () => {
    expect(run(['1 == 1 &&\n object.spec.replicas'])).toEqual({
      code: 1,
      report: {
        error: {
          message: 'no such overload',
          valueType: 'int',
          expression: 'object.spec.replicas',
          line: 2,
          column: 2,
          endLine: 2,
          endColumn: 22,
        },
        cost: 4,
        limit: 1_000_000,
      },
    });
  });

  it('has an entry for each item', () => {
    const { report } = run(['has(item.resources)', '--item', '$.spec.template.spec.containers[*]']);
    expect(report.items.map(({ path, value }: { path: string; value: unknown }) => [path, value])).toEqual([
      ['spec.template.spec.containers[0]', true],
      ['spec.template.spec.containers[1]', false],
    ]);
  });

  it('has what variables cost', () => {
    expect(run(['variables.a', '--variable', 'a=object.spec.replicas']).report).toEqual({
      value: 3,
      type: 'int',
      cost: 2,
      limit: 1_000_000,
      variablesCost: 3,
    });
  });
});

describe('hostile input', { timeout: 60_000 }, () => {
  it.each<[string, string, number, string]>([
    ['nests too deep', '('.repeat(20_000), 2, 'nests more than'],
    ['nests lists too deep', '['.repeat(1000) + ']'.repeat(1000), 2, 'nests more than'],
    ['is a long chain', Array.from({ length: 10_000 }, () => 'true').join(' && '), 0, 'true\n'],
    [
      'never ends',
      'object.n.all(x, object.n.all(y, object.n.all(z, x + y + z >= 0)))',
      1,
      'error: the expression costs more than it may',
    ],
    ['has a pattern that backtracks', `object.s.matches("(a+)+$")`, 0, 'false\n'],
    ['shows a large value often', 'object.n.map(x, object)', 0, '[{'],
    ['makes many bytes', '{1: bytes(object.s)}', 0, '{1: b"'],
    [
      'reads what objects have of JavaScript',
      'has(object.constructor) || has(object.toString)',
      0,
      'false\n',
    ],
    ['reads a prototype', 'object["__proto__"].polluted', 0, 'true\n'],
  ])('that %s is answered', (_, expression, code, says) => {
    const input = JSON.stringify({
      n: Array.from({ length: 1000 }, (_, i) => i),
      s: `${'a'.repeat(200_000)}!`,
    }).replace('{', '{"__proto__": {"polluted": true}, ');
    for (const output of ['pretty', 'json']) {
      const args = ['eval', expression, '-', '--trace', '-o', output];
      const done = abatis(args, { input });
      expect(done.stderr).not.toContain('bug');
      expect(done.code).toBe(code);
      expect(done.stdout.length).toBeLessThan(64 * 1024 * 1024);
      if (output === 'pretty') expect(done.stdout + done.stderr).toContain(says);
    }
  });

  it('cannot write to the terminal', () => {
    const evil = '\u001b[2J\u009b\u202e';
    const input = JSON.stringify({ kind: 'Pod', metadata: { name: evil }, [evil]: 1 });
    for (const args of [
      ['object', '-'],
      ['object', '-', '-o', 'json', '--trace'],
      ['object.metadata.name.size() > 1', '-', '--trace'],
      ['item', '-', '--item', '$.*'],
      [`object["${evil}x"]`, '-', '--trace'],
      [`"${evil}" +`, '-'],
      ['object', `${evil}.yaml`],
      ['variables.a', '-', '--variable', `a="${evil}".nothing`],
    ]) {
      const { stdout, stderr } = abatis(['eval', ...args], { input });
      expect(stdout + stderr).not.toMatch(/[\p{Cc}\u202e](?<!\n)/u);
      expect(stdout + stderr).not.toContain('bug');
    }
  });
});

it('is registered, and says its exit codes', () => {
  expect(commands.map(({ name }) => name)).toContain('eval');
  expect(abatis(['eval', '--help']).stdout).toContain(
    'Exit codes: 0 it has a value, 1 it failed, 2 a broken',
  );
});
