import { bash, busybox, dash, elf, goBinary } from '../../facts/image/binaries.ts';
import {
  digestOf,
  imageOf,
  indexOf,
  layer,
  type MadeLayer,
  type MemorySource,
} from '../../facts/image/image.ts';
import { file, hardLink, program, symlink, whiteout } from '../../facts/image/tar.ts';
import { zip } from '../../facts/image/zip.ts';

/** An image, and what is in it: the paths of its shells, and some of the other facts. */
export interface Case {
  readonly what: string;
  readonly image: () => MemorySource;
  readonly shells: readonly string[];
  readonly facts?: object;
}

const goModules =
  'path\texample.dev/app\nmod\texample.dev/app\tv1.2.0\t\ndep\tgolang.org/x/net\tv0.1.0\th1:x\n';
const staticBinary = goBinary('go1.22.3', goModules);
const status = `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
`;
const debian = [
  symlink('bin', 'usr/bin'),
  program('usr/bin/bash', bash),
  program('usr/bin/dash', dash),
  symlink('usr/bin/sh', 'dash'),
  program('usr/bin/apt-get', elf('apt')),
  program('usr/bin/dpkg', elf('dpkg')),
  { path: 'usr/bin/passwd', content: elf('passwd'), mode: 0o4755 },
  file('var/lib/dpkg/status', status),
  file('etc/os-release', 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
];
const alpine = [
  program('bin/busybox', busybox(['ash', 'nc', 'sh'])),
  symlink('bin/sh', '/bin/busybox'),
  program('sbin/apk', elf('apk')),
  file('lib/apk/db/installed', 'C:Q1\nP:musl\nV:1.2.5-r0\nA:x86_64\no:musl\n'),
  file('etc/os-release', 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.0\n'),
];
const distroless = file(
  'var/lib/dpkg/status.d/base',
  'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n',
);
const small = [program('bin/sh', dash), file('readme', 'x'.repeat(5000))];

/** A layer that is not stored with the image. */
export function elsewhere(mediaType: string): MadeLayer {
  return { ...layer(small), mediaType, urls: ['https://elsewhere.example/layer'] };
}

/** What an image is made of that has a shell at a path, for a platform. */
export function platformImage(architecture: string, path: string, variant?: string) {
  const platform = { os: 'linux', architecture, ...(variant !== undefined && { variant }) };
  return { layers: [[program(path, dash)]], platform };
}

export const cases: readonly Case[] = [
  {
    what: 'scratch with a static binary',
    image: () => imageOf({ layers: [[program('app', staticBinary)]], config: { Entrypoint: ['/app'] } }),
    shells: [],
    facts: {
      distro: null,
      entrypoint: ['/app'],
      packageManagers: [],
      packages: [
        { type: 'golang', name: 'stdlib', version: '1.22.3' },
        { type: 'golang', name: 'example.dev/app', version: 'v1.2.0' },
        { type: 'golang', name: 'golang.org/x/net', version: 'v0.1.0' },
      ],
    },
  },
  {
    what: 'like Debian, with bash and dpkg',
    image: () => imageOf({ layers: [debian], config: { User: 'app', Env: ['TOKEN=very-secret'] } }),
    shells: ['/bin/bash', '/bin/dash', '/bin/sh', '/usr/bin/bash', '/usr/bin/dash', '/usr/bin/sh'],
    facts: {
      distro: { id: 'debian', version: '12' },
      packageManagers: [{ name: 'apt-get' }, { name: 'dpkg' }],
      packages: [{ type: 'deb', name: 'bash', version: '5.2.15-2+b7' }],
      setuid: [{ path: '/usr/bin/passwd', setuid: true }],
      user: 'app',
      env: ['TOKEN'],
    },
  },
  {
    what: 'like Alpine, with busybox and apk',
    image: () => imageOf([alpine]),
    shells: ['/bin/busybox', '/bin/sh'],
    facts: {
      distro: { id: 'alpine', version: '3.20.0' },
      packageManagers: [{ name: 'apk' }],
      networkTools: [{ name: 'nc', evidence: 'applet' }],
      packages: [{ type: 'apk', name: 'musl', version: '1.2.5-r0' }],
    },
  },
  {
    what: 'like distroless',
    image: () => imageOf([[distroless], [program('app', staticBinary)]]),
    shells: [],
    facts: { packageManagers: [], layers: [{ inspected: true }, { inspected: true }] },
  },
  {
    what: 'a shell that a later layer deletes',
    image: () => imageOf([[program('bin/sh', dash)], [whiteout('bin/sh')]]),
    shells: [],
  },
  {
    what: 'a shell that is known by a link alone',
    image: () => imageOf([[program('opt/x', elf('nothing known'))], [symlink('bin/sh', '../opt/x')]]),
    shells: ['/bin/sh'],
    facts: { shells: [{ path: '/bin/sh', target: '/opt/x', layer: 1 }] },
  },
  {
    what: 'a shell under another name',
    image: () => imageOf([[program('opt/metrics-agent', bash), hardLink('opt/x', 'opt/metrics-agent')]]),
    shells: ['/opt/metrics-agent', '/opt/x'],
    facts: { shells: [{ shell: 'bash', evidence: 'content' }, {}] },
  },
  {
    what: 'an index of several platforms',
    image: () => indexOf([platformImage('arm64', 'arm/sh'), platformImage('amd64', 'amd/sh')]),
    shells: ['/amd/sh'],
    facts: { platform: 'linux/amd64', platforms: ['linux/arm64', 'linux/amd64'] },
  },
  {
    what: 'a list of several platforms, of the form of Docker',
    image: () => indexOf([platformImage('arm64', 'arm/sh'), platformImage('amd64', 'amd/sh')], 'docker'),
    shells: ['/amd/sh'],
    facts: { platform: 'linux/amd64', platforms: ['linux/arm64', 'linux/amd64'] },
  },
  { what: 'OCI, zstd', image: () => imageOf([layer(small, 'zstd')]), shells: ['/bin/sh'] },
  { what: 'OCI, gzip', image: () => imageOf([layer(small, 'gzip')]), shells: ['/bin/sh'] },
  { what: 'OCI, plain', image: () => imageOf([layer(small, 'none')]), shells: ['/bin/sh'] },
  {
    what: 'schema 2, gzip',
    image: () => imageOf({ layers: [layer(small, 'gzip', 'docker')], form: 'docker' }),
    shells: ['/bin/sh'],
  },
  {
    what: 'schema 2 with a foreign layer',
    image: () => {
      const foreign = elsewhere('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip');
      return imageOf({ layers: [foreign, layer([program('opt/x', bash)])], form: 'docker' });
    },
    shells: ['/opt/x'],
    facts: { complete: false, layers: [{ inspected: false }, { inspected: true }] },
  },
  {
    what: 'OCI with a layer that may not be distributed',
    image: () => {
      const foreign = elsewhere('application/vnd.oci.image.layer.nondistributable.v1.tar+gzip');
      return imageOf([foreign, layer([program('opt/x', bash)])]);
    },
    shells: ['/opt/x'],
    facts: { complete: false, layers: [{ inspected: false }, { inspected: true }] },
  },
];

/** A Helm chart, which is no image. */
export function chartOf(): MemorySource {
  const source = imageOf([]);
  const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', ...source.add(Buffer.from('{}')) };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] }));
  source.top = { bytes, mediaType, digest: digestOf(bytes) };
  return source;
}

/** A jar of 5 MB that has five gigabytes in it, in jars within it. */
export function jarBomb(): Buffer {
  const one = zip([['a-1.0.jar', Buffer.alloc(16 * 1024 * 1024, 'PK')]]);
  // All entries, and after them the one directory.
  const [entry, directory] = [one.subarray(0, -46), one.subarray(-46)];
  return Buffer.concat([...Array.from({ length: 300 }, () => entry), directory]);
}
