import type { JsonObject } from './kubernetes.ts';

/** Something about the world beyond the request that a policy asks for. */
export interface FactRequest {
  /** The name of the source that can answer: `image`, `lookup`. */
  readonly source: string;
  /** What is asked for; requests of a source with one key have one answer. */
  readonly key: string;
  /** What the source has to know to find it. */
  readonly context: Readonly<Record<string, string>>;
  /** In milliseconds: how long the policy waits for it; undefined for as long as the caller thinks right. */
  readonly within: number | undefined;
}

/** What became of asking for a fact. */
export type FactAnswer =
  /** Null: it was looked for, and is not there. */
  | { readonly status: 'known'; readonly value: JsonObject | null }
  /** It could not be had, or not in time. */
  | { readonly status: 'unavailable'; readonly reason: string }
  /** Nobody here can know: CI has no cluster to look into. */
  | { readonly status: 'unknown' };

/** What is known of the world while a change is judged. */
export interface Facts {
  /** Undefined: it has not been asked for yet; the evaluation says that it wants it. */
  answer(request: FactRequest): FactAnswer | undefined;
}

/** A fact that a policy declares. */
export interface FactDocument {
  /** Expressions read it as `facts.<name>`. */
  readonly name: string;
  /** The name of a registered source, and what the author gave it. */
  readonly source: { readonly name: string; readonly value: unknown };
  /** What it means that the fact cannot be had; absent: an error of the policy. */
  readonly onUnavailable?: 'Allow' | 'Warn' | 'Deny';
  /** Milliseconds. */
  readonly within?: number;
}
