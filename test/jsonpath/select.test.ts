import { describe, expect, test } from 'vitest';
import { Double } from '../../src/json/index.ts';
import { formatPath, parsePath } from '../../src/jsonpath/index.ts';

const pod = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web', tier: 'front' }, annotations: null },
  spec: {
    containers: [
      { name: 'a', image: 'x:1', ports: [{ port: 1 }, { port: 2 }], privileged: false },
      { name: 'b', image: 'x:2', resources: { limits: { memory: '1Gi', 'nvidia.com/gpu': 2 } } },
    ],
    volumes: [
      { name: 'v', hostPath: { path: '/' } },
      { name: 'w', emptyDir: {} },
    ],
    empty: [],
    numbers: [0, 1, 2, 3, 4],
  },
};

/** What a path selects, as `path=value` (lists and mappings as `…`). */
function select(text: string, root: unknown = pod): string[] {
  const result = parsePath(text);
  if (!result.ok) throw new Error(result.problem.message);
  const found: string[] = [];
  const complete = result.path.select(root, (value, path) => {
    const shown = typeof value === 'object' && value !== null ? '…' : JSON.stringify(value);
    found.push(`${formatPath(path())}=${shown}`);
    return true;
  });
  expect(complete).toBe(true);
  const [first] = found;
  if (first === undefined) expect(result.path.first(root)).toBeUndefined();
  else if (!first.endsWith('…'))
    expect(JSON.stringify(result.path.first(root))).toBe(first.split('=').at(-1));
  return found;
}

describe('plain paths', () => {
  test.each<[string, string[]]>([
    ['$', ['=…']],
    ['$.metadata.name', ['metadata.name="web"']],
    ['metadata.name', ['metadata.name="web"']],
    ["$['metadata']['name']", ['metadata.name="web"']],
    ['metadata.labels["app.kubernetes.io/name"]', ['metadata.labels["app.kubernetes.io/name"]="web"']],
    ["metadata.labels[ 'tier' ]", ['metadata.labels.tier="front"']],
    ['["metadata"].name', ['metadata.name="web"']],
    ['metadata.annotations', ['metadata.annotations=null']],
    ['metadata.annotations.x', []],
    ['metadata.nothing.x', []],
    ['metadata.name.length', []],
    ['spec.containers.length', []],
    ['spec.containers[0].image', ['spec.containers[0].image="x:1"']],
    ['spec.containers[-1].image', ['spec.containers[1].image="x:2"']],
    ['spec.containers[-3].image', []],
    ['spec.containers[2].image', []],
    ['metadata[0]', []],
    ['metadata.name[0]', []],
  ])('%s', (text, found) => {
    expect(select(text)).toEqual(found);
  });
});

describe('wildcards, unions and slices', () => {
  test.each<[string, string[]]>([
    ['spec.containers[*].image', ['spec.containers[0].image="x:1"', 'spec.containers[1].image="x:2"']],
    ['spec.containers.*.image', ['spec.containers[0].image="x:1"', 'spec.containers[1].image="x:2"']],
    ['$.spec.volumes[*].hostPath', ['spec.volumes[0].hostPath=…']],
    [
      'spec.containers[*].ports[*].port',
      ['spec.containers[0].ports[0].port=1', 'spec.containers[0].ports[1].port=2'],
    ],
    [
      'metadata.labels.*',
      ['metadata.labels["app.kubernetes.io/name"]="web"', 'metadata.labels.tier="front"'],
    ],
    ['spec.empty[*]', []],
    ['metadata.name[*]', []],
    ['metadata["name","annotations"]', ['metadata.name="web"', 'metadata.annotations=null']],
    ['metadata["name","name"]', ['metadata.name="web"']],
    ['spec.numbers[0, -1, 9]', ['spec.numbers[0]=0', 'spec.numbers[4]=4']],
    ['spec.numbers[1:3]', ['spec.numbers[1]=1', 'spec.numbers[2]=2']],
    ['spec.numbers[ 3 : ]', ['spec.numbers[3]=3', 'spec.numbers[4]=4']],
    ['spec.numbers[-2:]', ['spec.numbers[3]=3', 'spec.numbers[4]=4']],
    ['spec.numbers[:-3]', ['spec.numbers[0]=0', 'spec.numbers[1]=1']],
    ['spec.numbers[::2]', ['spec.numbers[0]=0', 'spec.numbers[2]=2', 'spec.numbers[4]=4']],
    ['spec.numbers[3:0:-2]', ['spec.numbers[3]=3', 'spec.numbers[1]=1']],
    ['spec.numbers[-99:99:4]', ['spec.numbers[0]=0', 'spec.numbers[4]=4']],
    ['metadata[0:1]', []],
  ])('%s', (text, found) => {
    expect(select(text)).toEqual(found);
  });

  test('a slice backwards begins at the end', () => {
    expect(select('spec.numbers[::-2]')).toEqual([
      'spec.numbers[4]=4',
      'spec.numbers[2]=2',
      'spec.numbers[0]=0',
    ]);
  });
});

describe('descent', () => {
  test.each<[string, string[]]>([
    ['$..image', ['spec.containers[0].image="x:1"', 'spec.containers[1].image="x:2"']],
    ['..port', ['spec.containers[0].ports[0].port=1', 'spec.containers[0].ports[1].port=2']],
    ['$.spec..path', ['spec.volumes[0].hostPath.path="/"']],
    ['$..ports[0].port', ['spec.containers[0].ports[0].port=1']],
    ['$..["nvidia.com/gpu"]', ['spec.containers[1].resources.limits["nvidia.com/gpu"]=2']],
    [
      '$.spec.numbers..*',
      [
        'spec.numbers[0]=0',
        'spec.numbers[1]=1',
        'spec.numbers[2]=2',
        'spec.numbers[3]=3',
        'spec.numbers[4]=4',
      ],
    ],
  ])('%s', (text, found) => {
    expect(select(text)).toEqual(found);
  });
});

describe('filters', () => {
  test.each<[string, string[]]>([
    ["spec.containers[?(@.name == 'b')].image", ['spec.containers[1].image="x:2"']],
    ['spec.containers[?(@.name=="b")].image', ['spec.containers[1].image="x:2"']],
    ["spec.containers[?@.name === 'b'].image", ['spec.containers[1].image="x:2"']],
    ["spec.containers[?(@.name != 'b')].name", ['spec.containers[0].name="a"']],
    ["spec.containers[?(@.name !== 'b')].name", ['spec.containers[0].name="a"']],
    ['spec.containers[?(@.resources)].name', ['spec.containers[1].name="b"']],
    ['spec.containers[?(!@.resources)].name', ['spec.containers[0].name="a"']],
    // Asks whether it is there, as RFC 9535 does, not whether it is true.
    ['spec.containers[?(@.privileged)].name', ['spec.containers[0].name="a"']],
    ['spec.containers[?(@.privileged == true)].name', []],
    ['spec.containers[?(@.privileged == false)].name', ['spec.containers[0].name="a"']],
    ['spec.containers[?(@.resources.limits["nvidia.com/gpu"] >= 2)].name', ['spec.containers[1].name="b"']],
    ['spec.containers[?(@.resources.limits["nvidia.com/gpu"] < 2)].name', []],
    ['spec.containers[?(@.nothing.at.all == null)].name', []],
    [
      "spec.containers[?(@.nothing.at.all != 'x')].name",
      ['spec.containers[0].name="a"', 'spec.containers[1].name="b"'],
    ],
    ["spec.containers[?(@.x.y == 1 || @.name == 'a')].name", ['spec.containers[0].name="a"']],
    [
      "spec.containers[?(@.name == 'a' && (@.ports[0].port == 2 || @.ports[-1].port == 2))].name",
      ['spec.containers[0].name="a"'],
    ],
    ["spec.containers[?( ! ( @.name == 'a' ) )].name", ['spec.containers[1].name="b"']],
    ["metadata.labels[?(@ == 'front')]", ['metadata.labels.tier="front"']],
    ['spec.numbers[?(@ > 2)]', ['spec.numbers[3]=3', 'spec.numbers[4]=4']],
    ['spec.numbers[?(@ <= 0.5e0)]', ['spec.numbers[0]=0']],
    ["spec.numbers[?(@ == '1')]", []],
    ["spec.numbers[?(@ < '9')]", []],
    ['metadata[?(@ == null)]', ['metadata.annotations=null']],
    ['spec.containers[?(@.ports == @.ports)].name', ['spec.containers[1].name="b"']],
    ['metadata.name[?(@)]', []],
    ["$..[?(@.path == '/')]", ['spec.volumes[0].hostPath=…']],
    ["spec.containers[?(@.name == 'it\\'s \\u0061 [?(@)] ^ ~ ;')].name", []],
  ])('%s', (text, found) => {
    expect(select(text)).toEqual(found);
  });
});

describe('keys that every object inherits', () => {
  const hostile: unknown = JSON.parse('{"a":{"__proto__":{"x":1},"constructor":2},"list":[{"y":1}]}');

  test.each<[string, string[]]>([
    ['a.__proto__.x', ['a["__proto__"].x=1'.replace('["__proto__"]', '.__proto__')]],
    ['a.constructor', ['a.constructor=2']],
    ['a.toString', []],
    ['list.constructor', []],
    ['list[0].__proto__', []],
    ['list[0].constructor.name', []],
    ['list[?(@.constructor)]', []],
    ['list[?(@.__proto__)]', []],
    ["list[?(@.toString != 'x')].y", ['list[0].y=1']],
    ['$..constructor', ['a.constructor=2']],
    ['a.*', ['a.__proto__=…', 'a.constructor=2']],
  ])('%s', (text, found) => {
    expect(select(text, hostile)).toEqual(found);
  });
});

describe('numbers beyond what a double holds exactly, and boxed ones', () => {
  const root = { value: new Double(1), list: [{ n: 9007199254740993n }, { n: new Double(3) }, { n: 3 }] };

  test.each<[string, unknown[]]>([
    ['value.value', []],
    ['value.*', []],
    ['$..value', [root.value]],
    ['list[?(@.n.value)]', []],
    ['list[?(@.n == 3)].n', [root.list[1]?.n, 3]],
    ['list[?(@.n > 9007199254740992)].n', [9007199254740993n]],
    ['list[?(@.n < 4)].n', [root.list[1]?.n, 3]],
  ])('%s', (text, values) => {
    const result = parsePath(text);
    const found: unknown[] = [];
    if (result.ok) {
      result.path.select(root, (value) => {
        found.push(value);
        return true;
      });
    }
    expect(found).toEqual(values);
  });
});

describe('walking', () => {
  test('ends when a visit says so', () => {
    const result = parsePath('spec.numbers[*]');
    const seen: unknown[] = [];
    if (result.ok) {
      result.path.select(pod, (value) => {
        seen.push(value);
        return seen.length < 2;
      });
    }
    expect(seen).toEqual([0, 1]);
  });

  test('may be nested in a visit of the same path', () => {
    const result = parsePath('spec.numbers[*]');
    if (!result.ok) throw new Error(result.problem.message);
    const { path } = result;
    const seen: string[] = [];
    path.select(pod, (outer, outerPath) => {
      path.select(pod, (inner) => {
        if (inner === outer) seen.push(formatPath(outerPath()));
        return true;
      });
      return true;
    });
    expect(seen).toEqual([0, 1, 2, 3, 4].map((index) => `spec.numbers[${index}]`));
  });

  test.each([null, undefined, 0, '', 'text', true, [], {}])('finds nothing in %j', (root) => {
    for (const text of ['$.a', '$[0]', '$[*].a', '$..a', '$[?(@.a)]', '$["a","b"]', '$[0:2]']) {
      expect(select(text, root)).toEqual([]);
    }
  });

  test('says when an object is too large to be seen to the end', () => {
    const rows = Array.from({ length: 1_500 }, () => Array.from({ length: 1_500 }, () => 0));
    const result = parsePath('$[*][*]');
    expect(result.ok && result.path.select(rows, () => true)).toBe(false);
    // A walk that was cut short leaves nothing behind.
    expect(result.ok && result.path.select([[1]], () => true)).toBe(true);
  });

  test('says when an object is too deep to be seen to the end', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const result = parsePath('$..a');
    expect(result.ok && result.path.select(deep, () => true)).toBe(false);
  });
});

test.each<[string, boolean, number]>([
  ['$', true, 0],
  ['spec.containers[0].image', true, 4],
  ['spec.containers[-1]', true, 3],
  ['spec.containers[*].image', false, 2],
  ['spec["a","b"]', false, 1],
  ['$..image', false, 0],
])('%s: definite %j, after %d steps', (text, definite, definiteSteps) => {
  expect(parsePath(text)).toMatchObject({ ok: true, path: { text, definite, definiteSteps } });
});
