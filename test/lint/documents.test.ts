import { describe, expect, test } from 'vitest';
import { policyText } from '../engine/world.ts';
import { rules, said } from './linting.ts';

const policy = (match: string, more = '') =>
  policyText(`  match: ${match}\n${more}${rules('require: metadata.labels')}`);

function withBinding(match: string, spec: string): readonly string[] {
  return said(
    `${policy(match)}---\napiVersion: abatis.dev/v1alpha1\nkind: PolicyBinding\nmetadata: {name: b}\nspec: ${spec}\n`,
  );
}

describe('a binding', () => {
  test.each([
    ['{kinds: [Service]}', '{policy: p, match: {kinds: [Deployment]}}', ['AB1620 match']],
    ['{kinds: [Service]}', '{policy: p, match: {operations: [DELETE]}}', ['AB1620 match']],
    ['{namespaces: [shop]}', '{policy: p, match: {namespaces: [bank]}}', ['AB1620 match']],
    ['{names: ["web-*"]}', '{policy: p, match: {names: [db]}}', ['AB1620 match']],
    ['{scope: Cluster}', '{policy: p, match: {scope: Namespaced}}', ['AB1620 match']],
    ['{kinds: [Service]}', '{policy: p, match: {kinds: [Servise]}}', ['AB1202 Servise']],
    ['{kinds: [Service]}', '{policy: p, match: {kinds: [Service, Deployment]}}', []],
    ['{kinds: [apps/*]}', '{policy: p, match: {kinds: [Deployment]}}', []],
    ['{kinds: ["*"]}', '{policy: p, match: {kinds: [example.com/Widget]}}', []],
    ['{namespaces: ["shop-*"]}', '{policy: p, match: {namespaces: ["*-test"]}}', []],
    ['{names: ["web-*"]}', '{policy: p, match: {names: [db, web-1]}}', []],
    ['{kinds: [Service]}', '{policy: p, match: {operations: ["*"]}}', []],
    ['{kinds: [Service]}', '{policy: p, enforcement: Deny}', []],
  ])('of a policy about %s: %s', (match, spec, expected) => {
    expect(withBinding(match, spec)).toEqual(expected);
  });
});

function withException(match: string, spec: string, { namespace = 'shop', more = '', now = 0 } = {}) {
  const metadata = `{name: e, namespace: ${namespace}}`;
  return said(
    `${policy(match, more)}---\napiVersion: abatis.dev/v1alpha1\nkind: PolicyException\nmetadata: ${metadata}\nspec: ${spec}\n`,
    { now },
  );
}

test('a policy that waits for a binding, beside bindings of others', () => {
  const waiting = policy('{}', '  bindingRequired: true\n');
  const bindingOf = (name: string) =>
    `---\napiVersion: abatis.dev/v1alpha1\nkind: PolicyBinding\nmetadata: {name: b-${name}}\nspec: {policy: ${name}, enforcement: Deny}\n`;
  const other = `---\n${policy('{}').replace('name: p', 'name: q')}`;
  expect(said(waiting)).toEqual([]);
  expect(said(`${waiting}${bindingOf('p')}`)).toEqual([]);
  expect(said(`${waiting}${other}${bindingOf('q')}`)).toEqual(['AB1604 true']);
  expect(said(`${waiting}${other}${bindingOf('q')}${bindingOf('p')}`)).toEqual([]);
});

describe('an exception', () => {
  const until = 'reason: r, expires: 2030-01-01T00:00:00Z';

  test.each([
    ['{kinds: [Service]}', `{policies: [p], ${until}, match: {kinds: [Deployment]}}`, ['AB1621 p']],
    ['{kinds: [Service]}', `{policies: [p/r0], ${until}, match: {kinds: [Deployment]}}`, ['AB1621 p/r0']],
    ['{namespaces: [bank]}', `{policies: [p], ${until}}`, ['AB1621 p']],
    ['{}', `{policies: [p], ${until}, match: {namespaces: [bank]}}`, ['AB1621 [bank]']],
    ['{}', `{policies: [p], ${until}, match: {namespaces: ["*"]}}`, []],
    ['{kinds: [Service]}', `{policies: [p], ${until}, match: {kinds: [Servise]}}`, ['AB1202 Servise']],
    ['{kinds: [Service]}', `{policies: [p], ${until}, match: {kinds: [Service]}}`, []],
    ['{namespaces: ["s*"]}', `{policies: [p], ${until}}`, []],
    ['{kinds: [Service]}', '{policies: [p], reason: r}', ['AB1622 e']],
  ])('from a policy about %s: %s', (match, spec, expected) => {
    expect(withException(match, spec)).toEqual(expected);
  });

  test('from a policy that leaves its namespace out by itself', () => {
    const more = '  exclude: {namespaces: [shop]}\n';
    expect(withException('{}', `{policies: [p], ${until}}`, { more })).toEqual(['AB1621 p']);
    // There it reaches everything.
    const reaching = { more, namespace: 'abatis-system' };
    expect(withException('{}', `{policies: [p], ${until}}`, reaching)).toEqual([]);
    const other = '  exclude: {namespaces: [shop], names: [web]}\n';
    expect(withException('{}', `{policies: [p], ${until}}`, { more: other })).toEqual([]);
  });

  test('that has ended, by the time that it is given', () => {
    const at = (now: number) => withException('{}', `{policies: [p], ${until}}`, { now });
    expect(at(Date.UTC(2030, 0, 1, 0, 0, 1))).toEqual(['AB1623 2030-01-01T00:00:00Z']);
    expect(at(Date.UTC(2029, 11, 31))).toEqual([]);
  });
});
