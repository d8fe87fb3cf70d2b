import { expect } from 'vitest';
import { definitions, kinds } from '../../src/openapi/data.ts';
import { describeWithControlPlane, readOpenApi } from '../control-plane/index.ts';

describeWithControlPlane(
  'the table of the types of built-in kinds',
  { everyVersion: true },
  ({ controlPlane, itNeeds }) => {
    itNeeds('1.36', 'is what the API server says in its OpenAPI', async () => {
      const table = await readOpenApi(async (path) => (await controlPlane().request(path)).body);

      expect({ kinds: kinds.split('\n'), definitions: definitions.split('\n') }).toEqual(table);
    });
  },
);
