import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bash } from '../../facts/image/binaries.ts';
import { imageOf } from '../../facts/image/image.ts';
import { type Quirk, TestRegistry } from '../../facts/image/registry/server.ts';
import { file, program } from '../../facts/image/tar.ts';
import { abatis, folder } from '../process.ts';
import { serve } from './server.ts';

const policy = `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: { name: no-shells }
spec:
  target: pod
  facts: [{ name: image, image: { onUnavailable: Deny, within: 8s } }]
  enforcement: Deny
  rules:
    - name: shells
      each: images
      expression: image.shells.size() == 0
      message: "{{ image.shells.map(s, s.path).join(', ') }}"
`;

const pod = (image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'web', image }] },
});

/** A server that may ask a registry on this machine, and what that was asked. */
async function served(config: object = {}, quirk?: Quirk) {
  const registry = await TestRegistry.start(imageOf([[file('a')], [program('bin/bash', bash)]]), quirk);
  const host = registry.host('127.0.0.1');
  const root = folder({
    'policy.yaml': policy,
    'images.json': JSON.stringify({
      allowedHosts: [host],
      hosts: { [host]: { plainHttp: true, addresses: 'local' } },
      cache: { folder: 'cache' },
      ...config,
    }),
  });
  const args = ['--policies', join(root, 'policy.yaml'), '--image-config', join(root, 'images.json')];
  return { registry, host, args, root };
}

const messages = (answer: { json: () => Record<string, unknown> }): unknown =>
  (answer.json()['findings'] as { message: string }[] | undefined)?.map(({ message }) => message);

describe('abatis serve --image-config', () => {
  it('answers by what is in the image, and reads it once', async () => {
    const { registry, host, args } = await served();
    const server = await serve(args);
    const first = await server.ask('/check', pod(`${host}/web:1`));
    expect(messages(first)).toEqual(['/bin/bash']);
    const asked = registry.lines.length;
    expect(messages(await server.ask('/check', pod(`${host}/web:1`)))).toEqual(['/bin/bash']);
    expect(registry.lines).toHaveLength(asked);
    expect(server.lines).toContainEqual(
      expect.objectContaining({ msg: 'inspected an image', image: `${host}/web:1` }),
    );
    const metrics = (await server.ask('/metrics')).body;
    expect(metrics).toMatch(/abatis_facts_total\{source="image",outcome="hit"\} 1/);
  });

  it('knows layers from before it was started', async () => {
    const { registry, host, args } = await served();
    const first = await serve(args);
    await first.ask('/check', pod(`${host}/web:1`));
    first.signal('SIGTERM');
    await first.ended;
    registry.seen.length = 0;
    const second = await serve(args);
    expect(messages(await second.ask('/check', pod(`${host}/web:1`)))).toEqual(['/bin/bash']);
    expect(registry.lines.filter((line) => line.includes('/blobs/'))).toEqual([]);
  });

  it('goes on where nobody waits, and says to try again', async () => {
    const gate = Promise.withResolvers<void>();
    const { host, args } = await served({}, async ({ path }) => {
      if (path.includes('/blobs/')) await gate.promise;
      return false;
    });
    const server = await serve(args);
    const late = await server.ask('/check?timeout=1s', pod(`${host}/web:1`));
    expect(messages(late)).toEqual([`image \`${host}/web:1\` is not known: not yet inspected`]);
    gate.resolve();
    await expect
      .poll(async () => messages(await server.ask('/check', pod(`${host}/web:1`))), { timeout: 10_000 })
      .toEqual(['/bin/bash']);
  });

  it('asks no registry that is not allowed', async () => {
    const { args } = await served();
    const server = await serve(args);
    const [message] = messages(await server.ask('/check', pod('registry.example/web:1'))) as string[];
    expect(message).toMatch(
      /^image `registry.example\/web:1` is not known: images of `registry.example` may not be read/,
    );
  });

  it('says where the file is wrong, and does not start', async () => {
    const { root } = await served();
    const file = join(folder({ 'images.yaml': 'allowedHosts: [docker.io]\nwarn: true\n' }), 'images.yaml');
    const { code, stderr } = abatis([
      'serve',
      '--policies',
      join(root, 'policy.yaml'),
      '--image-config',
      file,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('the document has no field `warn`');
    expect(stderr).toContain('did you mean `warm`?');
    expect(stderr).toContain('images.yaml:2:1');
  });
});

describe('abatis serve without it', () => {
  it('says that images are not inspected', async () => {
    const root = folder({ 'policy.yaml': policy });
    const server = await serve(['--policies', join(root, 'policy.yaml')]);
    expect(messages(await server.ask('/check', pod('web:1')))).toEqual([
      'image `web:1` is not known: images are not inspected here, for want of `--image-config`',
    ]);
  });
});
