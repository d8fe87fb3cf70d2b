import { describe, expect, test } from 'vitest';
import { formatPath, missing, parsePath } from '../../src/jsonpath/index.ts';

const object = {
  metadata: { labels: { app: 'web', team: null }, annotations: {} },
  spec: {
    containers: [
      { name: 'a', image: 'x', resources: { limits: { memory: '1Gi' } } },
      { name: 'b', image: null },
      { name: 'c', resources: 'odd' },
    ],
    initContainers: [],
    limit: 0,
    flag: false,
    text: '',
  },
};

function lacking(text: string, root: unknown = object): string[] {
  const result = parsePath(text);
  if (!result.ok) throw new Error(result.problem.message);
  const paths: string[] = [];
  const complete = missing(root, result.path, (path) => {
    paths.push(formatPath(path));
    return true;
  });
  expect(complete).toBe(true);
  return paths;
}

describe('what a path requires and an object lacks', () => {
  test.each<[string, string[]]>([
    ['$', []],
    ['metadata.labels.app', []],
    ['metadata.labels.team', ['metadata.labels.team']],
    ['metadata.labels["app.kubernetes.io/name"]', ['metadata.labels["app.kubernetes.io/name"]']],
    ['metadata.nothing.of.it', ['metadata.nothing.of.it']],
    ['metadata.labels.app.deeper', ['metadata.labels.app.deeper']],
    ['spec.limit', []],
    ['spec.flag', []],
    ['spec.text', []],
    ['spec.containers', []],
    ['spec.containers[0].image', []],
    ['spec.containers[1].image', ['spec.containers[1].image']],
    ['spec.containers[7].image', ['spec.containers[7].image']],
    ['spec.containers[-1].image', ['spec.containers[2].image']],
    ['spec.containers[-9].image', ['spec.containers']],
    ['spec.containers[*].name', []],
    ['spec.containers[*].image', ['spec.containers[1].image', 'spec.containers[2].image']],
    [
      'spec.containers[*].resources.limits.memory',
      ['spec.containers[1].resources.limits.memory', 'spec.containers[2].resources.limits.memory'],
    ],
    ['metadata.labels[*]', ['metadata.labels.team']],
    ['spec.containers["name"]', ['spec.containers.name']],
    ['metadata.labels["app","team","x"]', ['metadata.labels.team', 'metadata.labels.x']],
    ['spec.containers[0,1,-1].image', ['spec.containers[1].image', 'spec.containers[2].image']],
    ['spec.containers[0,-9].image', ['spec.containers']],
    ['spec.containers[:2].image', ['spec.containers[1].image']],
  ])('%s: %j', (text, paths) => {
    expect(lacking(text)).toEqual(paths);
  });
});

describe('absent and empty are the same, for the API server drops what is empty', () => {
  test.each<[string, string[]]>([
    ['spec.initContainers[*].image', ['spec.initContainers']],
    ['spec.ephemeralContainers[*].image', ['spec.ephemeralContainers']],
    ['spec.initContainers[0:1].image', ['spec.initContainers']],
    ['metadata.annotations.*', ['metadata.annotations']],
    ['metadata.finalizers.*', ['metadata.finalizers']],
  ])('%s: %j', (text, paths) => {
    expect(lacking(text)).toEqual(paths);
  });
});

describe('a filter or a descent must select something', () => {
  test.each<[string, string[]]>([
    ["spec.containers[?(@.name == 'a')].image", []],
    ["spec.containers[?(@.name == 'b')].image", ['spec.containers']],
    ["spec.containers[?(@.name == 'z')].image", ['spec.containers']],
    ['spec.nothing[?(@.name)]', ['spec.nothing']],
    ['$..memory', []],
    ['spec..cpu', ['spec']],
  ])('%s: %j', (text, paths) => {
    expect(lacking(text)).toEqual(paths);
  });
});

test.each([null, undefined, 'text', 3])('of %j everything is missing', (root) => {
  expect(lacking('a.b', root)).toEqual(['a.b']);
  expect(lacking('a[*].b', root)).toEqual(['a']);
});

test('ends when told so', () => {
  const result = parsePath('spec.containers[*].image');
  let reports = 0;
  if (result.ok) {
    missing(object, result.path, () => {
      reports++;
      return false;
    });
  }
  expect(reports).toBe(1);
});

test('says when an object is too large to be searched to the end', () => {
  const rows = Array.from({ length: 1_500 }, () => Array.from({ length: 1_500 }, () => 0));
  const result = parsePath('$[*][*]');
  expect(result.ok && missing(rows, result.path, () => true)).toBe(false);
});
