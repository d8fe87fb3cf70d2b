import { type ContentReader, whole } from './reader.ts';

/** One binary that is many programs, by the name it is called with. */
export interface Multicall {
  readonly kind: 'busybox' | 'toybox';
  readonly version: string;
  /** Names of the programs in it. Empty where they could not be read. */
  readonly applets: readonly string[];
}

const busyboxMark = 'BusyBox v';
const toyboxMark = 'landley.net/toybox';

/** Busybox has 2 MiB at most. What is larger is not searched: as any program, only for being a shell. */
const largest = 8 * 1024 * 1024;

/** Busybox and toybox, by their banner; their applets by the table of names in them. */
export const multicall: ContentReader<Multicall> = {
  open({ program, size }) {
    if (program !== 'elf' || size > largest) return undefined;
    return whole(largest, (content) => {
      if (content.includes(busyboxMark, 0, 'latin1'))
        return { kind: 'busybox', version: version(content, busyboxMark), applets: busyboxApplets(content) };
      if (!content.includes(toyboxMark, 0, 'latin1')) return undefined;
      const applets = toyboxApplets.filter((name) => content.includes(`\0${name}\0`, 0, 'latin1'));
      return { kind: 'toybox', version: version(content, 'toybox '), applets };
    });
  },
  weigh: ({ applets }) => 64 + applets.length * 24,
};

function version(content: Buffer, mark: string): string {
  for (let at = content.indexOf(mark), tries = 0; at !== -1 && tries < 64; tries++) {
    const after = content.toString('latin1', at + mark.length, at + mark.length + 32);
    const found = /^v?(\d+\.\d+(?:\.\d+)?)/.exec(after)?.[1];
    if (found !== undefined) return found;
    at = content.indexOf(mark, at + 1);
  }
  return '';
}

/** Applets of which busybox is seldom without one: a list of names that has none of them is another list. */
const usual = [
  'sh',
  'ash',
  'hush',
  'ls',
  'cat',
  'echo',
  'wget',
  'sleep',
  'true',
  'test',
  'vi',
  'mount',
  'cp',
];

/** Names of busybox's applets, most telling first, for builds that have no table because they have one or two. */
const single = ['ash', 'hush', 'sh', 'wget', 'nc', 'telnet', 'awk'];

/**
 * `applet_names` in busybox: names in the order of strcmp, each ended by one NUL. The longest ascending run of such
 * names that has a usual one.
 */
function busyboxApplets(content: Buffer): string[] {
  let best: string[] = [];
  let run: string[] = [];
  const close = (): void => {
    if (run.length > best.length && run.length > 1 && usual.some((name) => run.includes(name))) best = run;
    run = [];
  };
  let from = 0;
  for (let at = content.indexOf(0); at !== -1; at = content.indexOf(0, from)) {
    const length = at - from;
    const name = length > 0 && length <= 24 ? content.toString('latin1', from, at) : '';
    from = at + 1;
    if (!applet.test(name)) {
      close();
      continue;
    }
    const last = run.at(-1);
    if (last !== undefined && last >= name) close();
    run.push(name);
  }
  close();
  if (best.length > 0) return best;
  return single.filter((name) => content.includes(`\0${name}\0`, 0, 'latin1'));
}

const applet = /^(?:\[\[?|[a-z0-9][a-z0-9_.+-]*)$/;

/** Of toybox's commands those that facts are about; each is a text of its own in the binary. */
const toyboxApplets = [
  'sh',
  'toysh',
  'bash',
  'awk',
  'wget',
  'nc',
  'netcat',
  'telnet',
  'ftpget',
  'httpd',
  'su',
  'ls',
];
