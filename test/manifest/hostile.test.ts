import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kindTable } from '../../src/kinds/index.ts';
import { customKinds, readManifests } from '../../src/manifest/index.ts';

const kinds = kindTable();

/** Whatever JSON can hold, with the keys and values that matter more often than chance has them. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'v1',
      'apps/v1',
      'abatis.dev/v1',
      'Pod',
      'Namespace',
      'CustomResourceDefinition',
      '',
      'a',
      null,
      0,
      true,
    ),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'apiVersion',
        'kind',
        'metadata',
        'name',
        'generateName',
        'namespace',
        'labels',
        'spec',
        'names',
        'group',
        'scope',
        'plural',
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
      ),
      tie('value'),
      { noNullPrototype: false },
    ),
  ),
})).value;

it('whatever a document holds, it is a manifest or a diagnostic, or passed over', () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 4 }), fc.boolean(), (values, foreign) => {
      const documents = values.map((value, index) => ({ value, source: { file: 'm', index } }));
      const before = JSON.stringify(values);
      expect(customKinds(values).every(({ kind }) => typeof kind === 'string')).toBe(true);
      const { manifests, skipped, diagnostics } = readManifests(documents, {
        kinds,
        mayBeForeign: () => foreign,
      });
      const empty = values.filter((value) => value === null || value === undefined).length;
      const passed = manifests.length + skipped.policies + skipped.others + empty;
      if (passed < values.length) expect(diagnostics.length).toBeGreaterThan(0);
      expect(passed).toBeLessThanOrEqual(values.length);
      for (const { input } of manifests) {
        expect(input.kind.kind).not.toBe('');
        expect(typeof input.name).toBe('string');
        expect(typeof input.namespace).toBe('string');
      }
      expect(JSON.stringify(values)).toBe(before);
    }),
    { numRuns: 2000 },
  );
});
