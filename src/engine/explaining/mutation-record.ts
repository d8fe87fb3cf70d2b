import type {
  ExplainedExpression,
  ExplainedFact,
  ExplainedItem,
  ExplainedMutation,
  Facts,
  Path,
} from '../../model/index.ts';
import { isLeftAlone } from './recording.ts';

/** Items of one mutation that are kept. */
const mostItems = 1000;

/** What is put down of mutations while they are made. */
export class MutationRecord {
  readonly #all: ExplainedMutation[] = [];
  readonly #template: Path | undefined;
  #items: ExplainedItem[] = [];
  #facts: ExplainedFact[] = [];
  #item: { readonly path: Path; readonly expressions: ExplainedExpression[] } | undefined;

  /** @param template where the pod is of which Pods are made; undefined: what is changed is the object */
  constructor(template?: Path) {
    this.#template = template;
  }

  /** All is done once more without those that failed, which are all that is kept of what was done. */
  beginsAgain(): void {
    const failed = this.#all.filter(({ outcome }) => outcome === 'failed');
    this.#all.splice(0, this.#all.length, ...failed);
  }

  expression(expression: ExplainedExpression): void {
    this.#item?.expressions.push(expression);
  }

  /** Facts, of which it is taken down what is asked for and what the answer is. */
  asking(facts: Facts): Facts {
    return {
      answer: (request) => {
        const answer = facts.answer(request);
        const { source, key } = request;
        this.#facts.push({ source, key, answer: answer ?? { status: 'unknown' } });
        return answer;
      },
    };
  }

  /** @param path from what is mutated */
  itemBegins(path: Path): void {
    this.#itemEnds();
    this.#item = { path: [...(this.#template ?? []), ...path], expressions: [] };
  }

  /** A mutation, with the items since the last one. */
  done(mutation: Omit<ExplainedMutation, 'facts' | 'items' | 'template'>): void {
    this.#itemEnds();
    const last = this.#items.at(-1);
    if (mutation.outcome === 'failed' && mutation.why !== undefined && last !== undefined) {
      this.#items[this.#items.length - 1] = { ...last, error: mutation.why };
    }
    const template = this.#template;
    const changes =
      template === undefined
        ? mutation.changes
        : mutation.changes.map((change) => ({ ...change, path: [...template, ...change.path] }));
    this.#all.push({
      ...mutation,
      ...(template !== undefined && { template }),
      changes,
      facts: this.#facts,
      items: this.#items,
    });
    this.#items = [];
    this.#facts = [];
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
