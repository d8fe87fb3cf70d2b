const MIN_INT64 = -9223372036854775808n;
const MAX_INT64 = 9223372036854775807n;

export const maxInt64 = MAX_INT64;

const powers: readonly number[] = Array.from({ length: 32 }, (_, i) => Number(`1e${i}`));
const bigPowers: readonly bigint[] = Array.from({ length: 40 }, (_, i) => 10n ** BigInt(i));

/** Go's math.Pow10, whose tables make some powers differ from the nearest double. */
export function pow10(n: number): number {
  if (n >= 0) {
    if (n > 308) return Number.POSITIVE_INFINITY;
    return Number(`1e${Math.floor(n / 32) * 32}`) * (powers[n % 32] ?? 1);
  }
  if (n < -323) return 0;
  return Number(`1e-${Math.floor(-n / 32) * 32}`) / (powers[-n % 32] ?? 1);
}

export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** `value * 10^places`, for places >= 0. */
export function scaleUp(value: bigint, places: number): bigint {
  return places === 0 ? value : value * (bigPowers[places] ?? 10n ** BigInt(places));
}

/** `value / 10^places`, rounded away from zero, for places > 0. */
export function scaleDown(value: bigint, places: number): bigint {
  // What is smaller than the divisor needs no division, however large that is.
  if (places > String(abs(value)).length) return value === 0n ? 0n : value < 0n ? -1n : 1n;
  const divisor = scaleUp(1n, places);
  const quotient = value / divisor;
  return value % divisor === 0n ? quotient : value < 0n ? quotient - 1n : quotient + 1n;
}

/** A number where it is a safe integer, else the bigint itself. */
export function compact(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** The compact value, or undefined beyond int64. */
export function int64(value: bigint): number | bigint | undefined {
  return value < MIN_INT64 || value > MAX_INT64 ? undefined : compact(value);
}
