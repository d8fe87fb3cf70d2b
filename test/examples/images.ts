/**
 * The images of the examples. `node test/examples/images.ts` writes them anew. Their layers are not compressed, so that the
 * same comes of it everywhere.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layoutArchive } from '../cli/imaging/layouts.ts';
import { bash, dash, elf } from '../facts/image/binaries.ts';
import { type ImageParts, layer } from '../facts/image/image.ts';
import { file, program, symlink, type TarFile, whiteout } from '../facts/image/tar.ts';

const status = (packages: readonly (readonly [string, string])[]): TarFile =>
  file(
    'var/lib/dpkg/status',
    packages
      .map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n\n`)
      .join(''),
  );

const release = (name: string): TarFile =>
  file('etc/os-release', `ID=debian\nVERSION_ID=12\nPRETTY_NAME="${name}"\n`);

const settings = { Entrypoint: ['/srv/web'], ExposedPorts: { '8080/tcp': {} } };

/** As it comes of a Dockerfile that begins with `FROM debian`. */
const first: ImageParts = {
  created: '2026-05-04T08:00:00Z',
  config: settings,
  layers: [
    layer(
      [
        release('Debian GNU/Linux 12 (bookworm)'),
        program('usr/bin/bash', bash),
        program('usr/bin/dash', dash),
        symlink('bin', 'usr/bin'),
        symlink('usr/bin/sh', 'dash'),
        program('usr/bin/apt-get', elf()),
        program('usr/bin/perl', elf()),
        { ...program('usr/bin/su', elf()), mode: 0o4755 },
        status([
          ['apt', '2.6.1'],
          ['bash', '5.2.15-2+b2'],
          ['libc6', '2.36-9'],
          ['liblzma5', '5.6.1-1'],
          ['perl-base', '5.36.0-7'],
        ]),
      ],
      'none',
    ),
    layer(
      [
        program('srv/web', elf()),
        file(
          'root/.ssh/id_ed25519',
          '-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n',
        ),
      ],
      'none',
    ),
    layer([whiteout('root/.ssh/id_ed25519')], 'none'),
  ],
};

/** The same program on a base without anything else. */
const second: ImageParts = {
  created: '2026-11-02T08:00:00Z',
  config: {
    ...settings,
    User: '10001',
    Labels: {
      'org.opencontainers.image.source': 'https://git.example/web',
      'org.opencontainers.image.revision': '4f2c9d1',
    },
  },
  layers: [
    layer([release('Distroless'), status([['libc6', '2.36-9']])], 'none'),
    layer([program('srv/web', elf())], 'none'),
  ],
};

/** By their paths in `examples`. */
export const exampleImages: Readonly<Record<string, () => Buffer>> = {
  'images/web-1.tar': () => layoutArchive({ 1: first }),
  'images/web-2.tar': () => layoutArchive({ 2: second }),
};

if (import.meta.main) {
  for (const [path, make] of Object.entries(exampleImages)) {
    const target = join(import.meta.dirname, '../../examples', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, make());
  }
}
