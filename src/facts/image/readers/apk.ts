import { type FoundPackage, isSound, weighPackages } from './package.ts';
import { type ContentReader, lines } from './reader.ts';
import { Stanzas } from './stanzas.ts';

const database = /^(?:usr\/)?lib\/apk\/db\/installed$/;

/** Packages that Alpine's apk has installed. */
export const apk: ContentReader<readonly FoundPackage[]> = {
  open({ path }) {
    if (!database.test(path)) return undefined;
    const packages: FoundPackage[] = [];
    const stanzas = new Stanzas(['P', 'V', 'A', 'o'], ':', (field) => {
      const [name, version, architecture, source] = [field('P'), field('V'), field('A'), field('o')];
      if (!isSound(name) || !isSound(version)) return;
      packages.push({
        type: 'apk',
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
