import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { abatis, folder } from './process.ts';

const policy = (expression: string) =>
  JSON.stringify({
    apiVersion: 'abatis.dev/v1alpha1',
    kind: 'Policy',
    metadata: { name: 'p' },
    spec: { match: { kinds: ['Pod'] }, rules: [{ name: 'r', expression }] },
  });
const files = { 'good.yaml': policy('true'), 'bad.yaml': policy('tru'), 'ca.crt': 'PEM' };
const registration = (...args: readonly string[]) =>
  abatis(['registration', ...args], { cwd: folder(files) });

describe('abatis registration', () => {
  it('prints what the API server must be told, for kubectl apply', () => {
    const { code, stdout, stderr } = registration(
      ...['--policies', 'good.yaml', '--name', 'mine', '--service', 'here/it:8443', '--ca-bundle', 'ca.crt'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(load(stdout)).toMatchObject({
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'mine' },
      webhooks: [
        {
          name: 'validate.ignore.abatis.dev',
          clientConfig: {
            service: { namespace: 'here', name: 'it', port: 8443, path: '/validate' },
            caBundle: Buffer.from('PEM').toString('base64'),
          },
        },
      ],
    });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a policy that is at fault', ['--policies', 'bad.yaml'], /AB1305.*`tru`/s],
    ['a Service that is none', ['--policies', 'good.yaml', '--service', 'a/b/c'], /there is nobody to call/],
    ['a port that is none', ['--policies', 'good.yaml', '--service', 'a/b:0'], /there is nobody to call/],
    [
      'an address that is not over HTTPS',
      ['--policies', 'good.yaml', '--url', 'http://x'],
      /there is nobody to call/,
    ],
    [
      'authorities that cannot be read',
      ['--policies', 'good.yaml', '--ca-bundle', 'none'],
      /`none` cannot be read/,
    ],
  ])('refuses %s', (_, args, message) => {
    const { code, stdout, stderr } = registration(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('abatis serve', () => {
  it.each(['--cluster-policies', '--register'])('needs a cluster for %s', (flag) => {
    const { code, stderr } = abatis(['serve', '--no-cluster', flag], { cwd: folder(files) });
    expect(code).toBe(2);
    expect(stderr).toContain(`\`${flag}\` needs a cluster`);
  });
});
