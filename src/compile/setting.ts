import type { JsonObject } from '../model/index.ts';
import type { Enforcement } from './enforcement.ts';
import type { Criterion } from './match/criteria.ts';
import type { Exclusion, Reach } from './match/reach.ts';

/** What a policy is asked with: its own parameters and enforcement, or those of a binding. */
export interface Setting {
  /** The name of the binding; undefined for what the policy itself says. */
  readonly binding: string | undefined;
  /** What `params` is; undefined where the policy has no parameters. */
  readonly params: JsonObject | undefined;
  readonly enforcement: Enforcement;
  /** The binding was taken to select for want of something the context does not know. */
  readonly assumed: boolean;
}

/** What is left to ask of a binding once kinds and operations hold. */
export interface BindingCandidate {
  readonly setting: Setting;
  /** The same, where it is not known whether the binding selects. */
  readonly assumed: Setting;
  /** Undefined where it asks for nothing else. */
  readonly match: Criterion | undefined;
  /** Undefined where it cannot hold. */
  readonly exclude: Criterion | undefined;
}

/** A setting for a part of what a policy is about. */
export interface CompiledBinding {
  readonly setting: Setting;
  /** The same, where it is not known whether the binding selects. */
  readonly assumed: Setting;
  readonly reach: Reach;
  /** `match` but for kinds and operations; undefined where it asks for nothing else. */
  readonly match: Criterion | undefined;
  readonly exclude: Exclusion | undefined;
}
