import { InvalidArgumentError } from 'commander';
import { parseTimestamp, type Timestamp } from '../time/index.ts';

/** A time as RFC 3339 has it, or a day, which begins in UTC. */
export function time(value: string): Timestamp {
  const parsed = parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (typeof parsed === 'string') throw new InvalidArgumentError('a time such as `2027-03-01T00:00:00Z`');
  return parsed;
}

/** The milliseconds since the epoch that the engine counts in. */
export function milliseconds({ seconds, nanos }: Timestamp): number {
  return seconds * 1000 + nanos / 1_000_000;
}

/** A version of Kubernetes, `1.34`; a patch version is left out. */
export function kubernetesVersion(value: string): string {
  const found = /^v?(1\.\d{1,3})(?:\.\d+)?$/.exec(value);
  if (found?.[1] === undefined) throw new InvalidArgumentError('a version of Kubernetes such as `1.34`');
  return found[1];
}

/** The name of a namespace. Source: RFC 1123 labels, as Kubernetes asks of one. */
export function namespaceName(value: string): string {
  if (value.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(value)) return value;
  throw new InvalidArgumentError('a namespace is at most 63 lower-case letters, digits and dashes');
}
