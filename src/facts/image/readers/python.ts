import { type FoundPackage, isSound, weighPackages } from './package.ts';
import { type ContentReader, lines } from './reader.ts';

const metadata = /\.(?:dist-info\/METADATA|egg-info\/PKG-INFO|egg-info)$/;

/** Python distributions, by the metadata that pip and its like leave (PyPA, core metadata). */
export const python: ContentReader<readonly FoundPackage[]> = {
  open({ path }) {
    if (!metadata.test(path)) return undefined;
    let name: string | undefined;
    let version: string | undefined;
    // After the first blank line comes the description, which may say anything.
    let inHeaders = true;
    return lines(
      (line) => {
        if (line === '') inHeaders = false;
        if (!inHeaders) return;
        if (name === undefined && /^name:/i.test(line)) name = line.slice(5).trim();
        if (version === undefined && /^version:/i.test(line)) version = line.slice(8).trim();
      },
      () => (isSound(name) && isSound(version) ? [{ type: 'pypi', name, version }] : undefined),
    );
  },
  weigh: weighPackages,
};
