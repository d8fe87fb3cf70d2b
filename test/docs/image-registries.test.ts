import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readImageConfig } from '../../src/cli/imaging/config.ts';
import { imageConfigForm } from '../../src/cli/imaging/form.ts';
import { defaultLimits, defaultRegistryLimits } from '../../src/facts/image/index.ts';
import type { Form } from '../../src/fields/index.ts';
import { readPage } from './console.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/image-registries.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'abatis-image-registries-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The fields of a form at a path. */
function fieldsOf(form: Form, ...path: readonly string[]): readonly string[] {
  let at: Form | undefined = form;
  for (const name of path) {
    at = at?.is === 'fields' ? at.fields[name] : undefined;
    if (at?.is === 'mapping') at = at.of;
  }
  return at?.is === 'fields' ? Object.keys(at.fields) : [];
}

describe('the page of registries', () => {
  it.each(readPage(page).files)('shows $path, which is right', ({ path, content }) => {
    const file = join(folder, path);
    writeFileSync(file, content);
    expect(readImageConfig(file)).toHaveProperty('config');
  });

  it.each([
    ...fieldsOf(imageConfigForm, 'hosts').map((field) => `hosts.${field}`),
    ...fieldsOf(imageConfigForm, 'credentials').map((field) => `credentials.${field}`),
    'redirects',
    'allowedHosts',
  ])('tells of %s', (field) => {
    expect(page).toContain(`\`${field}`);
  });

  it('tells the limits as they are', () => {
    const { manifestBytes, indexEntries, indexDepth, configBytes, layers, layerBytes } = defaultLimits;
    const { expandedBytes, ratio, ratioFrom, entries } = defaultLimits;
    const { response, stall, document, helper, attempts, retryAfterMost } = defaultRegistryLimits;
    const mib = 1024 * 1024;
    const told = [...page.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\| (?:`limits\.\w+`)? +\|$/gm)];
    expect(Object.fromEntries(told.map(([, what = '', value = '']) => [what, value]))).toMatchObject({
      'a manifest or index': `${manifestBytes / mib} MiB`,
      'images in an index, indexes within indexes': `${indexEntries}, ${indexDepth} deep`,
      'an image configuration': `${configBytes / mib} MiB`,
      'layers of an image': `${layers}`,
      'a layer, compressed': `${layerBytes / mib / 1024} GiB`,
      'a layer, decompressed': `${expandedBytes / mib / 1024} GiB`,
      'a layer, decompressed for compressed': `${ratio} times, from ${ratioFrom / mib} MiB on`,
      'entries in a layer': entries.toLocaleString('en'),
      'until a response begins': `${response / 1000} s`,
      'between two pieces of a response': `${stall / 1000} s`,
      'all of a manifest or a token': `${document / 1000} s`,
      'until a credential helper has answered': `${helper / 1000} s`,
      attempts: `${attempts}`,
      'the longest Retry-After that is waited for': `${retryAfterMost / 1000} s`,
    });
  });
});
