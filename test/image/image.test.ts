import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { readDocuments } from '../../src/yaml/index.ts';
import { pod } from '../cli/process.ts';
import { type Instruction, instructionsOf } from './dockerfile.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const root = resolve(import.meta.dirname, '../..');
const [build = [], final = [], ...others] = instructionsOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));
const all = [...build, ...final];
const argumentsOf = (stage: readonly Instruction[], name: string) =>
  stage.filter((each) => each.name === name).map((each) => each.argument);

/** What a COPY takes: its sources, and where they go. */
function copied(argument: string): { readonly sources: readonly string[]; readonly to: string } {
  const words = argument.split(/\s+/).filter((word) => !word.startsWith('--'));
  return { sources: words.slice(0, -1), to: words.at(-1) ?? '' };
}

describe('the Dockerfile', () => {
  it('has two stages: one that builds, and one without a shell or a package manager', () => {
    expect(others).toEqual([]);
    expect(argumentsOf(build, 'FROM')).toEqual([`\${BUILD_IMAGE} AS build`]);
    expect(argumentsOf(final, 'FROM')).toEqual([`\${BASE_IMAGE}`]);
    const images = Object.fromEntries(argumentsOf(all, 'ARG').map((each) => each.split('=')));
    expect(images['BASE_IMAGE']).toMatch(/\/distroless\/nodejs\d+-debian\d+:nonroot$/);
    expect(argumentsOf(final, 'RUN')).toEqual([]);
  });

  it('has the Node that everything was tried with', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const major = devDependencies.node.split('.')[0];
    const [buildImage, baseImage] = argumentsOf(all, 'ARG').map((each) => each.split('=')[1]);
    expect(buildImage).toMatch(new RegExp(`/node:${major}-`));
    expect(baseImage).toContain(`nodejs${major}-`);
  });

  it('runs as nobody in particular, by a number that Kubernetes can check', () => {
    expect(argumentsOf(final, 'USER')).toEqual(['65532:65532']);
    const [copy = ''] = argumentsOf(final, 'COPY');
    expect(copy).toContain('--chown=0:0');
    expect(copy).toMatch(/--chmod=0?555\b/);
  });

  it('starts everything without a shell', () => {
    for (const name of ['RUN', 'ENTRYPOINT', 'CMD']) {
      const given = argumentsOf(all, name);
      expect(given.length, name).toBeGreaterThan(0);
      for (const argument of given) expect(JSON.parse(argument), name).toEqual(expect.any(Array));
    }
  });

  it('fetches nothing but packages by the lockfile, and runs none of their scripts', () => {
    expect(argumentsOf(all, 'ADD')).toEqual([]);
    const [install, ...more] = argumentsOf(build, 'RUN').map((each) => JSON.parse(each));
    expect(install.slice(0, 3)).toEqual(['npm', 'ci', '--ignore-scripts']);
    expect(more).toEqual([['node', 'image/build.ts', '/image']]);
  });

  it('copies what is there, and .dockerignore lets it through', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(ignore).toContain('*');
    for (const argument of argumentsOf(build, 'COPY')) {
      for (const source of copied(argument).sources) {
        expect(existsSync(join(root, source)), source).toBe(true);
        expect(ignore).toContain(`!${source.replace(/^\.\//, '')}`);
      }
    }
    expect(argumentsOf(final, 'COPY').map((each) => each.match(/--from=(\S+)/)?.[1])).toEqual(['build']);
  });

  it('exposes the port that the chart serves on', () => {
    expect(argumentsOf(final, 'EXPOSE')).toEqual(['8443']);
    expect(readFileSync(join(root, 'charts/abatis/templates/deployment.yaml'), 'utf8')).toContain(
      'containerPort: 8443',
    );
  });
});

describe('the folder of the image', () => {
  // Far from any node_modules.
  const place = mkdtempSync(join(tmpdir(), 'abatis-image-'));
  const image = join(place, 'abatis');
  const empty = mkdtempSync(join(tmpdir(), 'abatis-empty-'));
  afterAll(() => {
    for (const each of [place, empty]) rmSync(each, { recursive: true, force: true });
  });
  // By what the Dockerfile copies, and nothing else.
  beforeAll(() => {
    const context = join(place, 'src');
    for (const argument of argumentsOf(build, 'COPY')) {
      const { sources, to } = copied(argument);
      for (const source of sources) {
        const target = to.endsWith('/') && statSync(join(root, source)).isFile() ? join(to, source) : to;
        cpSync(join(root, source), join(context, target), { recursive: true });
      }
    }
    // What `npm ci` would bring.
    symlinkSync(join(root, 'node_modules'), join(context, 'node_modules'));
    const made = spawnSync(process.execPath, ['image/build.ts', image], { cwd: context, encoding: 'utf8' });
    expect({ code: made.status, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    rmSync(context, { recursive: true });
  }, 120_000);

  const main = () => join(image, 'dist/abatis.js');
  const run = (args: readonly string[], input = '', node: readonly string[] = []) => {
    const options = { cwd: empty, input, encoding: 'utf8', env: { NODE_ENV: 'production' } } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [...node, main(), ...args], options);
    return { code: status, stdout, stderr };
  };

  it('holds the bundle, the policies and the licences, and nothing to build or test with', () => {
    expect(readdirSync(image).sort()).toEqual(['dist', 'licenses', 'package.json', 'policies']);
    const files = globSync('**', { cwd: image, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(image, join(entry.parentPath, entry.name)));
    expect(files.filter((file) => /\.(?:ts|map|node)$|(?:^|\/)(?:test|node_modules)\//.test(file))).toEqual(
      [],
    );
    expect(
      files.filter((file) => file.startsWith('policies/')).every((file) => /\.(?:yaml|md)$/.test(file)),
    ).toBe(true);
  });

  it('has the licence of every package that it holds, of those that the lockfile ships', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const licences = readdirSync(join(image, 'licenses')).filter((name) => name !== 'abatis');
    expect(licences.length).toBeGreaterThan(20);
    for (const licence of licences) {
      const [, name = '', version] = licence.match(/^(.*)-(\d+\.\d+\.\d+.*)$/) ?? [];
      const path = `node_modules/${name.replace('__', '/')}`;
      const locked = Object.entries(packages as Record<string, { version: string; dev?: boolean }>).filter(
        ([each]) => each === path || each.endsWith(`/${path}`),
      );
      expect(
        locked.some(([, each]) => each.version === version && each.dev !== true),
        licence,
      ).toBe(true);
      expect(statSync(join(image, 'licenses', licence)).size, licence).toBeGreaterThan(30);
    }
  });

  it('is started by what the Dockerfile starts', () => {
    const [, entry = ''] = JSON.parse(argumentsOf(final, 'ENTRYPOINT')[0] ?? '[]');
    expect(entry.replace(/^\/abatis\//, '')).toBe(relative(image, main()));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const [help] = argumentsOf(final, 'CMD').map((each) => JSON.parse(each));
    expect(run(help)).toMatchObject({ code: 0, stdout: expect.stringContaining('serve') });
  });

  it('judges by every pack, in an empty folder', () => {
    const packs = readPacks()
      .packs.map(({ name }) => name)
      .filter((name) => policiesOf(name, readPacks()).length > 0);
    expect(packs.length).toBeGreaterThan(3);
    const args = ['check', '-', ...packs.map((name) => `--pack=${name}`), '--output=json'];
    const { code, stdout, stderr } = run(args, pod('a', { privileged: true }));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(new Set(JSON.parse(stdout).policies).size).toBe(
      new Set(packs.flatMap((name) => policiesOf(name, readPacks()))).size,
    );
  });

  it('serves, though it may write nothing and start no other program, with the heap that the chart sizes', async () => {
    const options = ['--permission', '--allow-fs-read=*', '--max-old-space-size-percentage=60'];
    const args = ['serve', '--host=127.0.0.1', '--port=0', '--no-cluster', '--log-format=json'];
    const child = spawn(process.execPath, [...options, main(), ...args], {
      cwd: empty,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines: Record<string, unknown>[] = [];
    const address = await new Promise<string>((found, refused) => {
      createInterface(child.stderr).on('line', (line) => {
        if (!line.startsWith('{')) return;
        lines.push(JSON.parse(line));
        const { address: told } = lines.at(-1) ?? {};
        if (typeof told === 'string') found(told);
      });
      child.once('exit', (code) => refused(new Error(`ended with ${code}`)));
    });
    const object = readDocuments('pod', pod('a', { privileged: true })).documents[0]?.value;
    expect(await ask(`${address}/readyz`)).toBe(200);
    expect(await ask(`${address}/check`, JSON.stringify(object))).toBe(200);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(readdirSync(empty)).toEqual([]);
  });
});

function ask(url: string, body?: string): Promise<number | undefined> {
  return new Promise((found, refused) => {
    const headers = { 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    request(url, { method, headers, rejectUnauthorized: false, agent: false }, (response) => {
      response.resume().on('end', () => found(response.statusCode));
    })
      .on('error', refused)
      .end(body);
  });
}
