import type { ExplainedExpression, ExplainedItem, ExplainedMutation, Path } from '../../model/index.ts';
import { isLeftAlone } from './recording.ts';

/** Items of one mutation that are kept. */
const mostItems = 1000;

/** What is put down of mutations while they are made. */
export class MutationRecord {
  readonly #all: ExplainedMutation[] = [];
  #items: ExplainedItem[] = [];
  #item: { readonly path: Path; readonly expressions: ExplainedExpression[] } | undefined;

  /** All is done once more without those that failed, which are all that is kept of what was done. */
  beginsAgain(): void {
    const failed = this.#all.filter(({ outcome }) => outcome === 'failed');
    this.#all.splice(0, this.#all.length, ...failed);
  }

  expression(expression: ExplainedExpression): void {
    this.#item?.expressions.push(expression);
  }

  /** @param path from the object */
  itemBegins(path: Path): void {
    this.#itemEnds();
    this.#item = { path, expressions: [] };
  }

  /** A mutation, with the items since the last one. */
  done(mutation: Omit<ExplainedMutation, 'items'>): void {
    this.#itemEnds();
    this.#all.push({ ...mutation, items: this.#items });
    this.#items = [];
  }

  #itemEnds(): void {
    const item = this.#item;
    this.#item = undefined;
    if (item === undefined) return;
    if (this.#items.length < mostItems) {
      this.#items.push({ ...item, leftAlone: isLeftAlone(item.expressions), violations: [] });
    }
  }

  get explained(): readonly ExplainedMutation[] {
    return this.#all;
  }
}
