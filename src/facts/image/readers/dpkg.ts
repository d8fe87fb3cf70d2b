import { type FoundPackage, isSound, weighPackages } from './package.ts';
import { type ContentReader, lines } from './reader.ts';
import { Stanzas } from './stanzas.ts';

const status = /^var\/lib\/dpkg\/(?:status|status\.d\/[^/]+)$/;

/** Packages that dpkg has installed: its status file, and the one file a package of distroless images. */
export const dpkg: ContentReader<readonly FoundPackage[]> = {
  open({ path }) {
    if (!status.test(path) || path.endsWith('.md5sums')) return undefined;
    const packages: FoundPackage[] = [];
    const stanzas = new Stanzas(['Package', 'Version', 'Architecture', 'Source', 'Status'], ': ', (field) => {
      const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
      const state = field('Status');
      // "install ok config-files" is a package that is gone but for its settings.
      if (state !== undefined && !/ (?:installed|unpacked|half-\S+|triggers-\S+)$/.test(state)) return;
      if (!isSound(name) || !isSound(version)) return;
      const source = field('Source')?.split(' ', 1)[0];
      packages.push({
        type: 'deb',
        name,
        version,
        ...(isSound(source) && source !== name ? { source } : {}),
        ...(isSound(architecture) ? { architecture } : {}),
      });
    });
    return lines(
      (line) => stanzas.line(line),
      () => {
        stanzas.end();
        return packages;
      },
    );
  },
  weigh: weighPackages,
};
