import { expect } from 'vitest';
import { builtinKinds } from '../../src/kinds/builtin.ts';
import { describeWithControlPlane, discoverKinds, mergeKinds, retiredKinds } from '../control-plane/index.ts';

describeWithControlPlane(
  'the table of built-in kinds',
  { everyVersion: true },
  ({ controlPlane, itNeeds }) => {
    itNeeds('1.36', 'is what the API server serves, and what earlier ones served', async () => {
      const discovered = await discoverKinds(async (path) => (await controlPlane().request(path)).body);

      expect(builtinKinds).toEqual(mergeKinds([...retiredKinds, ...discovered]));
    });

    itNeeds('1.36', 'lists no version as retired that is still served', async () => {
      const discovered = await discoverKinds(async (path) => (await controlPlane().request(path)).body);
      const served = discovered.flatMap(({ group, kind, versions }) =>
        versions.map((v) => `${group}/${v} ${kind}`),
      );
      const retired = retiredKinds.flatMap(({ group, kind, versions }) =>
        versions.map((v) => `${group}/${v} ${kind}`),
      );

      expect(retired.filter((version) => served.includes(version))).toEqual([]);
    });
  },
);
