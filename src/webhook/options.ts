import type { ServerOptions } from 'node:https';
import type { Program } from '../compile/index.ts';
import type { AdmissionInput, Diagnostic, FactRequest, Facts, JsonObject } from '../model/index.ts';
import type { Denial } from './denial.ts';
import type { Emergency } from './emergency.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** One thing that /readyz looks at. */
export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Worth saying whether or not it is ok. */
  readonly detail?: string;
}

/** Where a Namespace is found: at once in a cache, else, where it may be too new for it, by asking. */
export interface NamespaceSource {
  get(name: string): JsonObject | undefined;
  /** Undefined where there is no such Namespace or the cluster does not answer in time; never rejects. */
  fetch(name: string): Promise<JsonObject | undefined>;
}

/** Where facts about the world beyond a request are found out. */
export interface FactFinder {
  /**
   * Asks a question until it wants no more facts; at once where nothing has to be found out.
   * @param budget in milliseconds: how long all of it may take; what is not there by then is unavailable
   */
  settle<T extends { readonly wanted?: readonly FactRequest[] }>(
    ask: (facts: Facts) => T,
    budget: number,
  ): T | Promise<T>;
}

/**
 * What is wrong with a document of our own kinds that is being stored; undefined where a change is about something else.
 */
export type ReviewDocument = (input: AdmissionInput) => readonly Diagnostic[] | undefined;

export interface WebhookOptions {
  /** The program in force: asked once for each request, so that a reload swaps all of it at once. */
  readonly current: () => Program;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Everything that must hold before requests are sent here. */
  readonly readiness: () => readonly ReadinessCheck[];
  /** While it says so, every answer ends its connection, so that clients go elsewhere with their next request. */
  readonly closing?: () => boolean;
  /** Absent: Namespaces are not known, and `match` takes criteria on them to hold. */
  readonly namespaces?: NamespaceSource;
  /** Absent: facts are not known, and what policies ask of them is left open. */
  readonly facts?: FactFinder;
  /** Absent: documents of our own kinds are objects like any other. */
  readonly reviewDocument?: ReviewDocument;
  /** The share of the requests that are allowed without a word to log, from 0 (the default) to 1. */
  readonly logAllowed?: number;
  /** How many requests may be in flight; 500 unless told. */
  readonly maxInFlight?: number;
  /**
   * While it answers something, everything is noted only, and said to be for that reason. `current` is to answer a
   * program whose ceiling is Audit then.
   */
  readonly emergency?: () => Emergency | undefined;
  /** Whether a change is about the emergency switch itself: no policy is asked about it, for it must always be to hand. */
  readonly isEmergencySwitch?: (input: AdmissionInput) => boolean;
  /** Told of every denial that is in earnest, which a dry run is not. Must not throw or take long. */
  readonly onDenied?: (denial: Denial) => void;
  /** The certificate and its key; absent: plain HTTP, behind something that ends TLS. */
  readonly https?: Pick<ServerOptions, 'cert' | 'key' | 'ca'>;
  /**
   * Present: who posts must show a certificate that `https.ca` signed, for one of these names; none: for any name.
   */
  readonly clientNames?: readonly string[];
}
