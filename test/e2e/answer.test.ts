import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

/** A policy about ConfigMaps of one name, so that each test has its own. */
function policy(name: string, configMap: string, rest: string): string {
  return `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: ${name}}
spec:
  match: {kinds: [ConfigMap], names: ["${configMap}*"]}
${rest}
---
`;
}

const quoting = `
  rules:
    - name: value
      expression: "!object.data.all(k, k != '') || object.data.size() == 0"
      message: "no data: {{ object.data.map(k, k + '=' + object.data[k]).join(', ') }}"`;

const each = `
  rules:
    - name: value
      each: $.data[*]
      expression: "false"
      message: "{{ path }} is {{ item }}"`;

const failing = (failurePolicy: string) => `
  enforcement: Deny
  failurePolicy: ${failurePolicy}
  rules:
    - {name: thrown, expression: object.data.missing == 'x'}
    - {name: costly, expression: "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, [1,2,3,4,5,6,7,8,9,10].all(g, a+b+c+d+e+f+g > 0)))))))"}
    - {name: spoken, forbid: data.bad, message: this one is well}`;

const long = 'x'.repeat(300);
const spelt = `\n  enforcement: Deny\n  rules: [{name: r, forbid: data.key, message: ${long}}]`;

const policies =
  policy('spelt', 'spelt', spelt) +
  policy('warned', 'warned', `  enforcement: Warn${quoting}`) +
  policy('denied', 'denied', `  enforcement: Deny${quoting}`) +
  policy('warned-each', 'crowd-warned', `  enforcement: Warn${each}`) +
  policy('denied-each', 'crowd-denied', `  enforcement: Deny${each}`) +
  policy('failing-closed', 'closed', failing('Fail')) +
  policy('failing-open', 'open', failing('Ignore')) +
  policy('other', 'open', '  rules: [{name: r, forbid: data.bad, message: others still speak}]') +
  policy(
    'other-closed',
    'closed',
    '  enforcement: Deny\n  rules: [{name: r, forbid: data.bad, message: others still speak}]',
  );

describeWithControlPlane('whatever a text holds reaches kubectl readable', {}, ({ controlPlane }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'policy.yaml': policies });
    webhook = await startWebhook({ policies: [folder.path] });
    const count = () => webhook.count('abatis_requests_total', { endpoint: 'validate' });
    await register(controlPlane(), webhook, { name: 'answer', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  const create = (name: string, data: Readonly<Record<string, string>>) =>
    controlPlane().kubectl(['create', '--filename=-'], {
      stdin: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }),
    });

  describe.each([
    { what: 'control characters', value: 'a\u0000b\u0007c\u001b[31md\re\nf\tg', shown: 'a b c [31md e f g' },
    {
      what: 'quotes',
      value: `"double" 'single' \\back\\ \`tick\``,
      shown: `"double" 'single' \\back\\ \`tick\``,
    },
    { what: 'text that turns the writing round', value: 'a\u202eb\u2066c', shown: 'a b c' },
    { what: 'other alphabets', value: 'Zugriffe über ключ 鍵 🔑', shown: 'Zugriffe über ключ 鍵 🔑' },
    { what: 'half a character', value: 'a\ud800b', shown: expect.any(String) },
    { what: 'something like a header', value: 'a\r\nWarning: 299 - "b"', shown: 'a Warning: 299 - "b"' },
  ])('$what', ({ value, shown }) => {
    it('in a warning', async () => {
      const { code, stderr } = await create('warned', { key: value });
      await controlPlane().kubectl(['delete', 'configmap', 'warned', '--ignore-not-found']);

      const line = typeof shown === 'string' ? `Warning: warned/value: no data: key=${shown}\n` : shown;
      expect({ code, stderr }).toEqual({ code: 0, stderr: line });
      expect(stderr.split('\n')).toHaveLength(2);
    });

    it('in a denial', async () => {
      const { code, stderr } = await create('denied', { key: value });

      const line = typeof shown === 'string' ? `denied/value: no data: key=${shown}\n` : '';
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(line) });
      expect(stderr.split('\n')).toHaveLength(2);
    });
  });

  it('three hundred letters in a warning are shown as far as a warning goes', async () => {
    const { stderr } = await create('warned', { key: long });
    await controlPlane().kubectl(['delete', 'configmap', 'warned', '--ignore-not-found']);

    expect(stderr).toMatch(/^Warning: warned\/value: no data: key=x{200,}…\n$/);
  });

  it('three hundred letters in a denial are all shown', async () => {
    const { stderr } = await create('spelt', { key: '1' });

    expect(stderr).toContain(`spelt/r: ${long} (data.key)\n`);
  });

  const forty = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`k${String(index).padStart(2, '0')}`, `"${'y'.repeat(60)}\n"`]),
  );

  it('forty findings are forty lines of one denial', async () => {
    const { code, stderr } = await create('crowd-denied', forty);
    const lines = stderr.trimEnd().split('\n');

    expect(code).toBe(1);
    expect(lines[0]).toMatch(/denied the request: 40 findings$/);
    expect(lines.slice(1)).toEqual(
      Object.keys(forty).map((key) => expect.stringContaining(`denied-each/value: data.${key} is "yyy`)),
    );
  });

  it('forty warnings are shown as far as the API server passes them on, the rest counted', async () => {
    const { code, stderr } = await create('crowd-warned', forty);
    const lines = stderr.trimEnd().split('\n');

    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.every((line) => line.startsWith('Warning: '))).toBe(true);
    const all = lines.length === 40;
    if (!all) expect(lines.at(-1)).toBe(`Warning: … and ${41 - lines.length} more warnings`);
  });

  it('a policy that fails closed denies, says why, and the others still speak', async () => {
    const { code, stderr } = await create('closed', { bad: '1' });

    expect(code).toBe(1);
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(/denied the request: 4 findings$/);
    expect(lines.slice(1)).toEqual([
      '- failing-closed/spoken: this one is well (data.bad)',
      '- other-closed/r: others still speak (data.bad)',
      expect.stringMatching(
        /^- failing-closed\/thrown could not be evaluated: no such key: `?missing`?.*; it fails closed$/,
      ),
      expect.stringMatching(/^- failing-closed\/costly could not be evaluated: .*cost.*; it fails closed$/),
    ]);
    expect(await webhook.count('abatis_policy_errors_total', { policy: 'failing-closed' })).toBe(2);
  });

  it('a policy that fails open is a warning, and the others still speak', async () => {
    const { code, stderr } = await create('open', { good: '1' });
    const bad = await create('open-bad', { bad: '1' });

    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Warning: failing-open\/thrown could not be evaluated: /),
      expect.stringMatching(/^Warning: failing-open\/costly could not be evaluated: /),
    ]);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('Warning: other/r: others still speak (data.bad)\n');
    expect(bad.stderr).toContain('failing-open/spoken: this one is well');
    expect(await webhook.count('abatis_policy_errors_total', { policy: 'failing-open' })).toBe(4);
    expect(await webhook.count('abatis_policy_errors_total', { policy: 'other' })).toBe(0);
  });
});
