/** In milliseconds: one line in this time about the same thing. */
const span = 60_000;

/** What would be forgotten anyway goes all at once, so that names that come and go take up no more room. */
const mostKeys = 10_000;

/** Says of what keeps happening when it is to be told again. */
export class Recurring {
  readonly #known = new Map<string, { since: number; suppressed: number }>();

  /**
   * @param keys what has happened
   * @param now in milliseconds, by any clock that does not go back
   * @returns how often any of it was left untold since it was last told; undefined where nothing of it is due
   */
  tell(keys: readonly string[], now: number): number | undefined {
    let untold = 0;
    let isDue = false;
    for (const key of keys) {
      const known = this.#known.get(key);
      if (known === undefined || now - known.since >= span) {
        isDue = true;
        untold += known?.suppressed ?? 0;
      }
    }
    if (this.#known.size > mostKeys) this.#known.clear();
    for (const key of keys) {
      const known = this.#known.get(key);
      if (isDue && (known === undefined || now - known.since >= span)) {
        this.#known.set(key, { since: now, suppressed: 0 });
      } else if (!isDue && known !== undefined) known.suppressed++;
    }
    return isDue ? untold : undefined;
  }
}
