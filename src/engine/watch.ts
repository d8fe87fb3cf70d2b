/** In units of CEL's cost, some milliseconds: what may be spent before it is asked whether there is time left. */
const costBetweenLooks = 500_000;

/** What is said of a policy that there was no time for. */
export const noTime = 'no time is left, for others have taken it';

/** Knows whether an answer is still of use. A clock is asked only where policies are costly. */
export class Watch {
  readonly #isLate: (() => boolean) | undefined;
  #unwatched = 0;
  #late = false;

  /** @param isLate undefined: there is all the time in the world */
  constructor(isLate: (() => boolean) | undefined) {
    this.#isLate = isLate;
  }

  spend(cost: number): void {
    this.#unwatched += cost;
  }

  get late(): boolean {
    if (this.#unwatched > costBetweenLooks && this.#isLate !== undefined) {
      this.#unwatched = 0;
      this.#late ||= this.#isLate();
    }
    return this.#late;
  }
}
