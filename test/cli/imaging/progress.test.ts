import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../src/cli/imaging/progress.ts';
import { sizeText } from '../../../src/cli/imaging/size.ts';

function line(shown: boolean) {
  const written: string[] = [];
  return { written, ...progressLine('web:1', { err: (text) => void written.push(text) }, shown) };
}

describe('the progress of an inspection', () => {
  it('is one line that changes, and is gone at the end', () => {
    const { report, end, written } = line(true);
    report({ done: 0, total: 3 * 1024 * 1024 });
    end();
    expect(written).toEqual(['\r\u001b[Kinspecting web:1: 0 % of 3.0 MiB', '\r\u001b[K']);
  });

  it('is not written more often than anybody reads', () => {
    const { report, written } = line(true);
    for (let done = 0; done < 1000; done++) report({ done, total: 1000 });
    expect(written.length).toBeLessThan(10);
  });

  it('is whole where there is nothing to read', () => {
    const { report, written } = line(true);
    report({ done: 0, total: 0 });
    expect(written).toEqual([expect.stringContaining('100 %')]);
  });

  it('is nothing where nobody sees it', () => {
    const { report, end, written } = line(false);
    report({ done: 1, total: 2 });
    end();
    expect(written).toEqual([]);
  });
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [10_188, '9.9 KiB'],
  [10_200, '10 KiB'],
  [1_048_063, '1023 KiB'],
  [1_048_064, '1.0 MiB'],
  [3 * 1024 ** 3, '3.0 GiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('%i bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));
