import { ImageError } from '../error.ts';

/** The parts of {@link Limits} that an archive is read by. */
export interface PathLimits {
  readonly pathLength: number;
  readonly pathDepth: number;
}

/**
 * The names in an archive's path from the root of the image, as a runtime would place it (Go's filepath.Clean, then joined to
 * the root): absolute or not is the same, `.` is nothing, `..` goes up in the text and never above the root.
 */
export function cleanPath(path: string, limits: PathLimits): string {
  if (path.length > limits.pathLength)
    throw new ImageError('limit', `the archive has a path of more than ${limits.pathLength} characters`);
  if (plain.test(path)) {
    const depth = countSlashes(path);
    if (depth >= limits.pathDepth) throw tooDeep(limits);
    return path;
  }
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  if (names.length > limits.pathDepth) throw tooDeep(limits);
  return names.join('/');
}

function tooDeep({ pathDepth }: PathLimits): ImageError {
  return new ImageError('limit', `the archive has a path of more than ${pathDepth} names`);
}

// Most paths: no empty name, none that starts with a dot, nothing at the ends.
const plain = /^[^./][^/]*(?:\/[^./][^/]*)*$/;

function countSlashes(path: string): number {
  let count = 0;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) count++;
  return count;
}
