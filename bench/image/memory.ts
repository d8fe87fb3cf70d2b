/** Inspects a layer of so many MB, made as it is read, and prints this process's peak RSS in KiB. 0: only loads the code. */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { inspectLayer } from '../../src/facts/image/layer/inspect.ts';
import { defaultLimits } from '../../src/facts/image/limits.ts';
import { endlessLayer } from './layers.ts';

const megabytes = Number(process.argv[2]);
if (megabytes > 0) {
  const stream = Readable.from(endlessLayer(megabytes)).pipe(createGzip({ level: 1 }));
  await inspectLayer(stream as AsyncIterable<Uint8Array>, {
    compression: 'gzip',
    size: megabytes * 1024 * 1024,
    limits: defaultLimits,
    signal: new AbortController().signal,
  });
}
// Not resourceUsage().maxRSS, which begins with that of the process that started this one.
const status = readFileSync('/proc/self/status', 'utf8');
console.log(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]);
