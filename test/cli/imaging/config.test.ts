import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImageConfig } from '../../../src/cli/imaging/config.ts';
import { folder } from '../process.ts';

function read(text: string) {
  const root = folder({ 'images.yaml': text });
  const found = readImageConfig(join(root, 'images.yaml'));
  return { root, found };
}

const mib = 1024 * 1024;

describe('the configuration of images', () => {
  it('needs to say which registries may be asked, and nothing else', () => {
    expect(read('allowedHosts: [docker.io]').found).toEqual({
      config: {
        registry: { allowedHosts: ['docker.io'], hosts: {}, credentials: {} },
        cache: {},
        limits: {},
        pullSecrets: true,
        warm: false,
      },
    });
  });

  it('may say all the rest', () => {
    const { root, found } = read(`
allowedHosts: ["*.pkg.dev", "registry.shop:5000"]
hosts:
  docker.io: { mirrors: [mirror.shop/hub] }
  registry.shop:5000:
    { plainHttp: true, caFile: ca.crt, addresses: local, tokenHosts: [auth.shop] }
redirects: named
credentials: { dockerConfigs: [docker/config.json, /etc/docker.json], helpers: false, pullSecrets: false }
platform: linux/arm64
cache: { folder: cache, diskSize: 1Gi, memorySize: 32Mi }
limits: { layerSize: 2Gi, expandedLayerSize: 8Gi, inspectionTime: 5m }
concurrency: 2
tagAge: 90s
warm: true
`);
    expect(found).toEqual({
      config: {
        registry: {
          allowedHosts: ['*.pkg.dev', 'registry.shop:5000'],
          hosts: {
            'docker.io': { mirrors: ['mirror.shop/hub'] },
            'registry.shop:5000': {
              plainHttp: true,
              caFile: join(root, 'ca.crt'),
              addresses: 'local',
              tokenHosts: ['auth.shop'],
            },
          },
          redirects: 'named',
          credentials: {
            dockerConfigs: [join(root, 'docker/config.json'), '/etc/docker.json'],
            helpers: false,
          },
        },
        cache: { folder: join(root, 'cache'), diskBytes: 1024 * mib, memoryBytes: 32 * mib },
        limits: { layerBytes: 2048 * mib, expandedBytes: 8192 * mib },
        platform: 'linux/arm64',
        concurrency: 2,
        tagAge: 90_000,
        longest: 300_000,
        pullSecrets: false,
        warm: true,
      },
    });
  });

  it.each([
    ['what is not there', 'warm: true', '`allowedHosts` is missing'],
    ['a field that is none', 'allowedHosts: []\nmirrors: []', 'the document has no field `mirrors`'],
    [
      'a host that is none',
      'allowedHosts: []\nhosts: {a: {insecure: true}}',
      '`hosts.a` has no field `insecure`',
    ],
    ['a size', 'allowedHosts: []\ncache: {diskSize: big}', '`big` is not a value of `cache.diskSize`'],
    [
      'no size at all',
      'allowedHosts: []\ncache: {memorySize: "0"}',
      '`0` is not a value of `cache.memorySize`',
    ],
    ['a time', 'allowedHosts: []\ntagAge: soon', '`soon` is not a value of `tagAge`'],
    ['too long a time', 'allowedHosts: []\ntagAge: 25h', '`25h` is not a value of `tagAge`'],
    ['a platform', 'allowedHosts: []\nplatform: amd64', '`amd64` is not a value of `platform`'],
    ['a number', 'allowedHosts: []\nconcurrency: 0', '`0` is not a value of `concurrency`'],
    ['two documents', 'allowedHosts: []\n---\nwarm: true', 'has 2 documents'],
    ['no YAML', 'allowedHosts: [', ''],
  ])('is refused for %s', (_, text, message) => {
    const { found } = read(text);
    if ('config' in found) throw new Error('it was taken');
    expect(found.diagnostics.map((diagnostic) => diagnostic.message).join('\n')).toContain(message);
    expect(found.texts.size).toBe(1);
  });
});
