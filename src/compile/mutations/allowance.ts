import { isContainer } from '../../jsonpatch/index.ts';

/** How much all mutations of one change may write, in characters: more than the API server stores of an object. */
const most = 4 * 1024 * 1024;

/** What a value counts beside its texts. */
const each = 8;

/** How much may still be written. */
export class Allowance {
  #left = most;

  /** Takes a value's size; false where there is not that much left. */
  take(size: number): boolean {
    this.#left -= size;
    return this.#left >= 0;
  }
}

export const tooMuch = `it writes more than ${most / 1024 / 1024} MiB, which is more than an object may have`;

/** About how long a value is as JSON. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return each + value.length;
  if (!isContainer(value)) return each;
  let size = each;
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item);
  else for (const key of Object.keys(value)) size += key.length + sizeOf(value[key]);
  return size;
}
