import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchPaths } from '../../../src/cli/serving/watch.ts';

// File systems tell of changes when the machine has time for it.
vi.setConfig({ testTimeout: 30_000 });
const patience = 10_000;

let root: string;
let stop = (): void => undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'abatis-watch-'));
});

afterEach(() => {
  stop();
  rmSync(root, { recursive: true });
});

/** Watches, with the interval so long that only what the file system tells is seen. */
function watching(paths: readonly string[], options: { readonly interval?: number } = {}) {
  const onChange = vi.fn(async () => undefined);
  stop = watchPaths({ paths, onChange, quiet: 5, interval: 3_600_000, ...options });
  return {
    onChange,
    /** Does something, and waits until it was seen. */
    async sees(act: () => void): Promise<void> {
      onChange.mockClear();
      act();
      await vi.waitFor(() => expect(onChange).toHaveBeenCalled(), patience);
    },
  };
}

const write = (...path: string[]) => writeFileSync(join(root, ...path), String(Math.random()));

describe('a folder that is watched', () => {
  test('a file is written, added and removed', async () => {
    write('a.yaml');
    const { sees } = watching([root]);
    await sees(() => write('a.yaml'));
    await sees(() => write('b.yaml'));
    await sees(() => rmSync(join(root, 'a.yaml')));
  });

  test('a file is replaced again and again by another that is renamed, as editors do it', async () => {
    write('a.yaml');
    const { sees } = watching([root]);
    for (let i = 0; i < 3; i++) {
      await sees(() => {
        write('.a.yaml.swp');
        renameSync(join(root, '.a.yaml.swp'), join(root, 'a.yaml'));
      });
    }
  });

  test('the link `..data` is swapped again and again, as the kubelet does it for a ConfigMap', async () => {
    const swap = (version: string) => {
      mkdirSync(join(root, version));
      write(version, 'a.yaml');
      symlinkSync(version, join(root, '..data_tmp'));
      renameSync(join(root, '..data_tmp'), join(root, '..data'));
    };
    swap('..1');
    symlinkSync(join('..data', 'a.yaml'), join(root, 'a.yaml'));
    const { sees } = watching([root]);
    await sees(() => swap('..2'));
    await sees(() => swap('..3'));
  });

  test('folders beneath it are watched, those that come later included', async () => {
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    const { sees } = watching([root]);
    await sees(() => write('a', 'b', 'x.yaml'));
    await sees(() => mkdirSync(join(root, 'c')));
    await sees(() => write('c', 'x.yaml'));
  });

  test('that is not there yet is seen when it comes', async () => {
    const { sees } = watching([join(root, 'later')]);
    await sees(() => mkdirSync(join(root, 'later')));
    await sees(() => write('later', 'x.yaml'));
  });
});

test('a file that is watched is seen to be replaced', async () => {
  write('a.yaml');
  const { sees } = watching([join(root, 'a.yaml')]);
  await sees(() => {
    write('new');
    renameSync(join(root, 'new'), join(root, 'a.yaml'));
  });
});

test('where the file system tells nothing, the interval looks', async () => {
  const { onChange } = watching([join(root, 'no', 'such', 'place')], { interval: 5 });
  await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThan(2), patience);
});

test('many changes at once are one', async () => {
  const { onChange, sees } = watching([root]);
  await sees(() => {
    for (let i = 0; i < 100; i++) write(`${i}.yaml`);
  });
  expect(onChange.mock.calls.length).toBeLessThan(5);
});

test('a change while the last one is acted upon is acted upon after it, never at the same time', async () => {
  let running = 0;
  let most = 0;
  let calls = 0;
  const releases: (() => void)[] = [];
  stop = watchPaths({
    paths: [root],
    quiet: 5,
    interval: 3_600_000,
    async onChange() {
      most = Math.max(most, ++running);
      calls++;
      await new Promise<void>((resolve) => releases.push(resolve));
      running--;
    },
  });
  write('a.yaml');
  await vi.waitFor(() => expect(calls).toBe(1), patience);
  write('b.yaml');
  await vi.waitFor(() => {
    releases.shift()?.();
    expect(calls).toBe(2);
  }, patience);
  releases.shift()?.();
  expect(most).toBe(1);
});
