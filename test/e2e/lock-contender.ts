import { openSync, writeSync } from 'node:fs';
import { clusterClient, clusterLease } from '../../src/cluster/index.ts';
import { elect } from '../../src/lock/index.ts';

/**
 * A process that contends for a Lease and, while it holds it, writes into a file that it shares with others: one line
 * `name token time` after the other, the time in milliseconds when it looked whether it still holds the lock. What else
 * happens to it, it tells on its standard output.
 *
 * Arguments: name, file, kubeconfig, leaseDuration, renewDeadline, retryPeriod.
 */
const [, , name = '', file = '', kubeconfig = '', ...periods] = process.argv;
const [leaseDuration = 0, renewDeadline = 0, retryPeriod = 0] = periods.map(Number);
const client = await clusterClient(kubeconfig);
if ('problem' in client) throw new Error(client.problem);
const shared = openSync(file, 'a');
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

await elect(
  clusterLease(client, { namespace: 'default', name: 'contended' }),
  async (lock) => {
    console.log(`leads ${lock.token}`);
    for (;;) {
      // The clock that all of them have in common is asked first: what is written may be older than this, not newer.
      const now = performance.timeOrigin + performance.now();
      if (!lock.isHeld()) break;
      writeSync(shared, `${name} ${lock.token} ${now}\n`);
      if (lock.signal.aborted) break;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    console.log(
      `led ${lock.token}${lock.signal.reason?.name === 'LockLost' ? ` ${lock.signal.reason.why}` : ''}`,
    );
  },
  {
    leaseDuration,
    renewDeadline,
    retryPeriod,
    identity: name,
    signal: stop.signal,
    onError: (error) => console.log(`failed ${error}`),
  },
);
console.log('gone');
