export { parseVersion, parseVersionLaxly } from './parse.ts';
export { compareVersions, formatVersion, Version } from './version.ts';
