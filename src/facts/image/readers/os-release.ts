import { type ContentReader, whole } from './reader.ts';

/** What a distribution says of itself in os-release(5). Empty where it does not say. */
export interface Distro {
  /** `debian`, `alpine` … in lower case. */
  readonly id: string;
  readonly version: string;
  readonly codename: string;
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string;
  readonly like: readonly string[];
}

/** Where os-release is looked for: the first that is there counts. */
export const osReleasePaths = ['etc/os-release', 'usr/lib/os-release'] as const;

export const osRelease: ContentReader<Distro> = {
  open({ path, name }) {
    if (!/(?:^|[-.])os-release/.test(name) && !/^usr\/lib\/os-release/.test(path)) return undefined;
    return whole(64 * 1024, (content) => {
      const values = new Map<string, string>();
      for (const line of content.toString().split('\n')) {
        const [, key, value] = /^\s*([A-Z_][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
        if (key !== undefined && value !== undefined) values.set(key, unquote(value.trim()));
      }
      const get = (key: string): string => (values.get(key) ?? '').slice(0, 256);
      if (get('ID') === '' && get('NAME') === '') return undefined;
      return {
        id: get('ID').toLowerCase() || 'linux',
        version: get('VERSION_ID'),
        codename: get('VERSION_CODENAME'),
        name: get('PRETTY_NAME') || get('NAME'),
        like: get('ID_LIKE').split(' ').filter(Boolean),
      };
    });
  },
  weigh: () => 1024,
};

// As a shell would read it, in which only these four are escaped within quotes.
function unquote(value: string): string {
  const quote = value[0];
  if ((quote === '"' || quote === "'") && value.length >= 2 && value.endsWith(quote)) {
    const inner = value.slice(1, -1);
    return quote === '"' ? inner.replace(/\\(["$`\\])/g, '$1') : inner;
  }
  return value;
}
