import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/** In milliseconds: how often the delay of the event loop is sampled. */
const resolution = 20;

/** What prom-client's default metrics would tell and an operator asks for, read only when asked. */
export function processMetrics(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started.',
    registers,
  }).set(Math.round(performance.timeOrigin / 1000));
  let counted = 0;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      const total = (user + system) / 1e6;
      this.inc(total - counted);
      counted = total;
    },
  });
  let before = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'The share of time that the event loop was busy since the last scrape.',
    registers,
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    },
  });
  eventLoopLag(registers);
}

/** How late the event loop is with what is due, since it was last asked about. */
function eventLoopLag(registers: Registry[]): void {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  // What is measured is the time from one sample to the next, of which so much is as it should be.
  const late = (nanoseconds: number) =>
    Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - resolution / 1000) : 0;
  new Gauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'How late the event loop was with what was due since the last scrape, by statistic.',
    labelNames: ['statistic'],
    registers,
    collect() {
      this.set({ statistic: 'mean' }, delay.count === 0 ? 0 : late(delay.mean));
      this.set({ statistic: 'p99' }, delay.count === 0 ? 0 : late(delay.percentile(99)));
      this.set({ statistic: 'max' }, delay.count === 0 ? 0 : late(delay.max));
      delay.reset();
    },
  });
}
