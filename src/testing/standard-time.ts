/**
 * When tests take place that do not say: 2026-01-01T00:00:00Z, in milliseconds. A fixed time, so that a test comes to
 * the same whenever it runs; early, so that the ramps of policies have not begun.
 */
export const standardTime = 1_767_225_600_000;
