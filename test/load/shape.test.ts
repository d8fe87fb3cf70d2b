import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { vocabulary } from '../../src/compile/index.ts';
import { documentKinds } from '../../src/load/index.ts';

// Loading takes the schemas on trust.
it.each(Object.values(documentKinds).map((kind) => ({ name: kind.kind, kind })))(
  'the schema of a $name is a JSON Schema',
  ({ kind }) => {
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validateSchema(kind.schema(vocabulary)), ajv.errorsText()).toBe(true);
    expect(ajv.validateSchema({ ...kind.schema(vocabulary), required: 'name' })).toBe(false);
  },
);
