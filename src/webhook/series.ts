/**
 * Series whose labels are all known beforehand, for what is counted with every request: prom-client hashes the labels
 * of a series each time that it is counted up, which takes longer than everything else that is done about it.
 */

type Labels = Readonly<Record<string, string>>;

/** A metric that writes itself as the text format of Prometheus has it. */
export interface Written {
  render(): string;
}

export interface FixedCounter {
  inc(): void;
}

export interface FixedHistogram {
  observe(value: number): void;
}

/** Counters of one name; series that have counted nothing are left out. */
export class FixedCounters implements Written {
  readonly #head: string;
  readonly #name: string;
  readonly #series: { readonly labels: string; value: number }[] = [];

  constructor(name: string, help: string) {
    this.#name = name;
    this.#head = headOf(name, help, 'counter');
  }

  of(labels: Labels): FixedCounter {
    const series = { labels: textOf(labels), value: 0 };
    this.#series.push(series);
    return {
      inc() {
        series.value++;
      },
    };
  }

  render(): string {
    const lines = this.#series
      .filter(({ value }) => value > 0)
      .map(({ labels, value }) => `${this.#name}{${labels}} ${value}`);
    return [this.#head, ...lines].join('\n');
  }
}

/** Histograms of one name and one row of buckets; series that have observed nothing are left out. */
export class FixedHistograms implements Written {
  readonly #head: string;
  readonly #name: string;
  readonly #bounds: readonly number[];
  readonly #series: { readonly labels: string; readonly counts: number[]; sum: number }[] = [];

  /** @param bounds upper ones, ascending, without the last, which is infinite */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#bounds = bounds;
    this.#head = headOf(name, help, 'histogram');
  }

  of(labels: Labels): FixedHistogram {
    const bounds = this.#bounds;
    const counts = Array.from({ length: bounds.length + 1 }, () => 0);
    const series = { labels: textOf(labels), counts, sum: 0 };
    this.#series.push(series);
    return {
      observe(value) {
        let bucket = 0;
        while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
        counts[bucket] = (counts[bucket] ?? 0) + 1;
        series.sum += value;
      },
    };
  }

  render(): string {
    const lines = this.#series.flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, index) => {
        total += count;
        const bound = this.#bounds[index] ?? '+Inf';
        return `${this.#name}_bucket{le="${bound}",${labels}} ${total}`;
      });
      if (total === 0) return [];
      return [...buckets, `${this.#name}_sum{${labels}} ${sum}`, `${this.#name}_count{${labels}} ${total}`];
    });
    return [this.#head, ...lines].join('\n');
  }
}

function headOf(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}`;
}

/** Of our own words only, which need no escaping. */
function textOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
}
