import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageConfigForm } from '../../src/cli/imaging/form.ts';
import { inspectImage, openArchive } from '../../src/facts/index.ts';
import type { Form } from '../../src/fields/index.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/image.md'), 'utf8');
/** What stands between backticks in the first column of tables. */
const rows = [...page.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]*)`/g)].map(([, name]) => name),
);

/** The fields of a form, those within others by their paths. */
function fieldsOf(form: Form, path: readonly string[] = []): string[] {
  if (form.is === 'mapping') return fieldsOf(form.of, [...path, '<host>']);
  if (form.is !== 'fields') return [path.join('.')];
  return Object.entries(form.fields).flatMap(([name, field]) => fieldsOf(field, [...path, name]));
}

describe('the page of images', () => {
  it('has every field of the configuration', () => {
    const fields = fieldsOf(imageConfigForm);
    expect(fields).toContain('hosts.<host>.mirrors');
    expect(fields.filter((field) => !rows.includes(field))).toEqual([]);
  });

  it('has every fact', async () => {
    const facts = await inspectImage(openArchive(join(root, 'examples/images/web-1.tar')));
    expect(Object.keys(facts)).toContain('shells');
    expect(Object.keys(facts).filter((fact) => !rows.includes(fact))).toEqual([]);
  });
});
