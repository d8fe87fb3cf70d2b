import { describe, expect, test } from 'vitest';
import { compileKindPattern, guessResource, kindTable, parseKindPattern } from '../../src/kinds/index.ts';

const table = kindTable([
  { group: 'example.dev', kind: 'Widget', resource: 'widgets', namespaced: true },
  { group: 'other.dev', kind: 'Pod', resource: 'pods', namespaced: true },
]);

/** `group/version/Kind`, with `/subresource` after; `-` is the core group. */
function matches(pattern: string, requested: string): boolean {
  const parsed = parseKindPattern(pattern);
  if (typeof parsed === 'string') throw new Error(parsed);
  const [group = '', version = '', kind = '', subresource = ''] = requested.split('/');
  const resource = guessResource(kind);
  return compileKindPattern(
    parsed,
    table,
  )({
    group: group === '-' ? '' : group,
    version,
    kind: kind.startsWith('?') ? undefined : kind,
    resource: kind.startsWith('?') ? guessResource(kind.slice(1)) : resource,
    subresource,
  });
}

describe('a kind pattern', () => {
  test.each([
    ['Pod', ['-/v1/Pod'], ['other.dev/v1/Pod', '-/v1/Pod/exec', '-/v1/Service']],
    ['Widget', ['example.dev/v1/Widget', 'new.dev/v2/Widget'], ['example.dev/v1/Widget/status']],
    ['Event', ['-/v1/Event', 'events.k8s.io/v1/Event'], ['example.dev/v1/Event']],
    ['apps/Deployment', ['apps/v1/Deployment', 'apps/v1beta1/Deployment'], ['extensions/v1beta1/Deployment']],
    ['batch/v1/Job', ['batch/v1/Job'], ['batch/v2/Job', '-/v1/Job']],
    ['v1/Pod', ['-/v1/Pod'], ['v1/v1/Pod', 'other.dev/v1/Pod']],
    ['apps/*', ['apps/v1/Deployment', 'apps/v1/Unheard'], ['-/v1/Pod', 'apps/v1/Deployment/scale']],
    ['*.dev/*', ['example.dev/v1/Widget'], ['apps/v1/Deployment']],
    ['*', ['-/v1/Pod', 'new.dev/v1/Thing', '-/v1/Namespace'], ['-/v1/Pod/exec']],
    ['Pod/exec', ['-/v1/Pod/exec'], ['-/v1/Pod', '-/v1/Pod/attach']],
    ['Pod/*', ['-/v1/Pod/exec', '-/v1/Pod/status'], ['-/v1/Pod']],
    ['*/scale', ['apps/v1/Deployment/scale', 'example.dev/v1/Widget/scale'], ['apps/v1/Deployment']],
    ['*/status', ['apps/v1/Deployment/status'], ['-/v1/Node/status']],
    ['Deploy*', ['apps/v1/Deployment', 'new.dev/v1/DeployRun'], ['-/v1/Pod']],
    ['Gadget/status', ['new.dev/v1/?Gadget/status'], ['new.dev/v1/?Widget/status']],
  ])('%s', (pattern, yes, no) => {
    for (const requested of yes) expect(matches(pattern, requested), requested).toBe(true);
    for (const requested of no) expect(matches(pattern, requested), requested).toBe(false);
  });

  test.each([
    '-/v1/Event',
    'events.k8s.io/v1/Event',
    'coordination.k8s.io/v1/Lease',
    '-/v1/Node',
    '-/v1/Binding',
    'authorization.k8s.io/v1/SubjectAccessReview',
    'authentication.k8s.io/v1/TokenReview',
  ])('`*` leaves out %s, which a pattern that names it takes', (requested) => {
    const [group = '', , kind = ''] = requested.split('/');
    expect(matches('*', requested)).toBe(false);
    expect(matches(group === '-' ? kind : `${group}/${kind}`, requested)).toBe(true);
  });

  test.each([
    ['pods', 'names no kind'],
    ['apps/deployment', 'names no kind'],
    ['', 'names no kind'],
    ['apps/v1/x/Deployment', 'too many segments'],
    ['Pod/exec/more', 'more than a subresource'],
    ['Pod/Exec', 'in lower case'],
    ['*/Pod', 'in lower case'],
    ['/Pod', 'empty segment'],
    ['Pod/', 'empty segment'],
  ])('`%s` is refused: %s', (pattern, why) => {
    expect(parseKindPattern(pattern)).toContain(why);
  });
});

describe('the resource that a kind is guessed to be', () => {
  test.each([
    ['Pod', 'pods'],
    ['Ingress', 'ingresses'],
    ['NetworkPolicy', 'networkpolicies'],
    ['Deployment', 'deployments'],
  ])('%s: %s', (kind, resource) => {
    expect(guessResource(kind)).toBe(resource);
  });
});

describe('the table of kinds', () => {
  test('relates kinds and resources, built-in and extra', () => {
    expect(table.ofResource('', 'pods')?.kind).toBe('Pod');
    expect(table.ofKind('apps', 'Deployment')?.resource).toBe('deployments');
    expect(table.ofResource('example.dev', 'widgets')?.kind).toBe('Widget');
    expect(table.ofKind('', 'Widget')).toBeUndefined();
    expect(table.ofKind('', 'Namespace')?.namespaced).toBe(false);
    expect(table.ofKind('', '__proto__')).toBeUndefined();
  });
});
