import { type FoundPackage, isSound, weighPackages } from './package.ts';
import { type ContentReader, whole } from './reader.ts';

const manifest = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/;

/** Packages below a `node_modules`, each by its own package.json. */
export const npm: ContentReader<readonly FoundPackage[]> = {
  open({ path, name }) {
    if (name !== 'package.json' || !manifest.test(path)) return undefined;
    return whole(256 * 1024, (content) => {
      try {
        const json: unknown = JSON.parse(content.toString());
        if (typeof json !== 'object' || json === null) return undefined;
        const { name, version } = json as { name?: unknown; version?: unknown };
        if (typeof name !== 'string' || typeof version !== 'string') return undefined;
        return isSound(name) && isSound(version) ? [{ type: 'npm', name, version }] : undefined;
      } catch {
        return undefined;
      }
    });
  },
  weigh: weighPackages,
};
