import { describe, expect, test } from 'vitest';
import { inspectImage } from '../../../src/facts/image/index.ts';
import { elf, goBinary } from './binaries.ts';
import { imageOf, layer } from './image.ts';
import { entry, file, header, padded, pax, program, tar } from './tar.ts';
import { type ZipFile, zip } from './zip.ts';

async function packagesOf(archive: Buffer): Promise<string[]> {
  const found: string[][] = [];
  for (const chunk of [1, 100, 1_000_000]) {
    const source = imageOf([layer(archive, 'none')]);
    source.chunk = chunk;
    found.push(
      (await inspectImage(source)).packages.map(({ type, name, version }) => `${type} ${name} ${version}`),
    );
  }
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
  return found[0] as string[];
}

const pom = (artifact: string, form?: 'stored' | 'streamed'): ZipFile => [
  `META-INF/maven/org.x/${artifact}/pom.properties`,
  `# made\ngroupId=org.x\nartifactId=${artifact}\nversion = 1.2\n`,
  form,
];
const manifest = (text: string): ZipFile => [
  'META-INF/MANIFEST.MF',
  `Manifest-Version: 1.0\r\n${text}\r\n\r\nName: x\r\n`,
  'streamed',
];
const ballast: ZipFile = ['a/B.class', Buffer.alloc(5000, 'PK\x07\x08 class'), 'streamed'];

describe('Java archives', () => {
  test.each<[string, string, Buffer, string[]]>([
    ['by Maven', 'a.jar', zip([ballast, pom('lib', 'streamed')]), ['maven org.x:lib 1.2']],
    [
      'several in one',
      'a.jar',
      zip([pom('a'), ballast, pom('b', 'stored')]),
      ['maven org.x:a 1.2', 'maven org.x:b 1.2'],
    ],
    [
      'by their manifest, a line of it broken',
      'a.jar',
      zip([manifest('Implementation-Title: the-\r\n lib\r\nImplementation-Version: 3'), ballast]),
      ['maven the-lib 3'],
    ],
    ['by their name', 'spring-core-6.1.2.jar', zip([ballast]), ['maven spring-core 6.1.2']],
    ['by nothing', 'app.jar', zip([ballast]), []],
    [
      'within others, as they are',
      'app.jar',
      zip([ballast, ['BOOT-INF/lib/a.jar', zip([pom('a', 'streamed'), ballast]), 'stored'], pom('app')]),
      ['maven org.x:a 1.2', 'maven org.x:app 1.2'],
    ],
    [
      'within others, compressed',
      'app.war',
      zip([['WEB-INF/lib/b-2.0.jar', zip([ballast]), 'streamed']]),
      ['maven b 2.0'],
    ],
    ['that break off', 'a.jar', zip([pom('a'), ballast]).subarray(0, 1000), ['maven org.x:a 1.2']],
    ['that are none', 'a-1.jar', Buffer.alloc(100, 'text'), []],
  ])('%s', async (_what, name, content, packages) => {
    expect(await packagesOf(tar([file(`app/${name}`, content)]))).toEqual(packages);
  });
});

test('Go binaries are read wherever chunks end, and past texts that look like the mark', async () => {
  const constant = Buffer.concat([Buffer.from('\xff Go buildinf:', 'latin1'), Buffer.alloc(40, 9)]);
  const real = goBinary('go1.22.3', 'path\ta.dev/b\nmod\ta.dev/b\tv1.0.0\th1:x\n');
  const binary = Buffer.concat([elf(constant), real]);
  expect(await packagesOf(tar([program('app', binary)]))).toEqual([
    'golang stdlib 1.22.3',
    'golang a.dev/b v1.0.0',
  ]);
});

test('marks are found wherever chunks end', async () => {
  const large = Buffer.concat([elf('OPTIND'), Buffer.alloc(9_000_000), Buffer.from('getopts')]);
  for (const chunk of [4099, 65_536, 131_071]) {
    const source = imageOf([layer([program('opt/tool', large)], 'none')]);
    source.chunk = chunk;
    expect((await inspectImage(source)).shells).toMatchObject([{ path: '/opt/tool', shell: 'posix' }]);
  }
});

test('sparse files: the map before the content is none of it', async () => {
  const script = '#!/bin/odd\n';
  const map = Buffer.alloc(512);
  map.write(`1\n0\n${script.length}\n`);
  const content = Buffer.concat([map, Buffer.from(script)]);
  const records = {
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'bin/sh',
    'GNU.sparse.realsize': String(script.length),
  };
  const member = { path: 'GNUSparseFile.0/x', mode: 0o755 };
  const archive = Buffer.concat([
    pax(records),
    header({ ...member, content }),
    padded(content),
    entry(file('after')),
    Buffer.alloc(1024),
  ]);
  const { shells } = await inspectImage(imageOf([layer(archive)]));
  expect(shells.map(({ path, evidence }) => [path, evidence])).toEqual([['/bin/sh', 'name']]);
});

test('of toybox, what it has', async () => {
  const toybox = elf('https://landley.net/toybox', 'toybox 0.8.9', 'sh', 'wget');
  const facts = await inspectImage(
    imageOf([[program('bin/toybox', toybox), program('bin/t2', elf('landley.net/toybox', 'ls'))]]),
  );
  expect(facts.shells.map(({ path, shell }) => [path, shell])).toEqual([['/bin/toybox', 'toybox']]);
  expect(facts.networkTools.map(({ name }) => name)).toEqual(['wget']);
});
