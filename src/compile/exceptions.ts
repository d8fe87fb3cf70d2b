import type { KindTable } from '../kinds/index.ts';
import type { Action, Policy, PolicyException } from '../model/index.ts';
import { nearest } from '../suggest/index.ts';
import { parseTimestamp } from '../time/index.ts';
import type { Change } from './change.ts';
import { type Criterion, type CriterionPart, compileCriteria } from './match/criteria.ts';
import { compileReach, type Reach } from './match/reach.ts';
import { beneath, type Problem } from './problem.ts';
import { No, type Truth, truth, Unknown, Yes } from './truth.ts';

/** What an exception lets through of one policy. */
export interface CompiledException {
  /** `namespace/name` of the document. */
  readonly name: string;
  readonly reason: string;
  readonly ticket: string | undefined;
  /** As the document states it. */
  readonly expires: string | undefined;
  /** Milliseconds since the epoch; it does not hold from then on. */
  readonly end: number;
  /** What is left of what the policy does. */
  readonly cap: Action;
  /** The rules that it lets be broken, and the mutations that it switches off; undefined for the policy as a whole, its errors included. */
  readonly rules: ReadonlySet<string> | undefined;
  readonly reach: Reach;
  /** Whether a change is in its reach, kinds and operations left aside. */
  readonly holds: Criterion;
}

/** The exceptions to a set of policies, by the name of the policy; and the problems of their documents. */
export interface CompiledExceptions {
  readonly of: ReadonlyMap<string, readonly CompiledException[]>;
  readonly faulty: readonly { readonly exception: PolicyException; readonly problems: readonly Problem[] }[];
}

/**
 * Compiles exceptions. One that names what is not there lets nothing through, with a warning: a policy that is
 * taken away must not take what remains with it.
 * @param ownNamespace where exceptions reach everything
 */
export function compileExceptions(
  exceptions: readonly PolicyException[],
  policies: readonly Policy[],
  table: KindTable,
  ownNamespace: string,
): CompiledExceptions {
  const of = new Map<string, CompiledException[]>();
  const faulty: { exception: PolicyException; problems: readonly Problem[] }[] = [];
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  const keyOf = ({ namespace, name }: PolicyException) => `${namespace}/${name}`;
  const inOrder = exceptions.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
  for (const exception of inOrder) {
    const problems: Problem[] = [];
    const { spec } = exception;
    const { reach, problems: found } = compileReach(spec.match ?? {}, {}, table);
    problems.push(...found.map((problem) => beneath(['spec', 'match'], problem)));
    const common = {
      name: keyOf(exception),
      reason: spec.reason,
      ticket: spec.ticket,
      expires: spec.expires,
      end: spec.expires === undefined ? Number.POSITIVE_INFINITY : endOf(spec.expires),
      cap: spec.action,
      reach,
      holds: compileHolds(exception, ownNamespace),
    };
    for (const [policy, rules] of references(spec.policies, byName, problems)) {
      const list = of.get(policy) ?? [];
      of.set(policy, list);
      list.push({ ...common, rules });
    }
    if (problems.length > 0) faulty.push({ exception, problems });
  }
  return { of, faulty };
}

/** An exception in a namespace is about objects in it, not about the Namespace, which is not its people's to judge. */
function compileHolds({ spec, namespace }: PolicyException, ownNamespace: string): Criterion {
  const match = compileCriteria(spec.match ?? {}, 'match');
  const isWithin = (change: Change): Truth => (namespace === ownNamespace ? Yes : isIn(change, namespace));
  const holds = (change: Change): Truth => {
    const within = isWithin(change);
    if (within === No || match === undefined) return within;
    const matches = match(change);
    return matches === Yes ? within : matches;
  };
  const where: CriterionPart = {
    name: 'namespace',
    wanted: namespace === ownNamespace ? '*' : namespace,
    test: isWithin,
    seen: (change) => (change.isNamespace ? null : change.namespace),
  };
  return Object.assign(holds, { parts: [where, ...(match?.parts ?? [])] });
}

function isIn(change: Change, namespace: string): Truth {
  if (change.isNamespace) return No;
  return change.namespace === undefined ? Unknown : truth(change.namespace === namespace);
}

function endOf(expires: string): number {
  const time = parseTimestamp(expires);
  if (typeof time === 'string') throw new Error(`the time ${expires} was found without fault`);
  return time.seconds * 1000 + Math.floor(time.nanos / 1_000_000);
}

/** The policies that are referred to, each with those of its rules that are; undefined for all of it. */
function references(
  texts: readonly string[],
  policies: ReadonlyMap<string, Policy>,
  problems: Problem[],
): ReadonlyMap<string, ReadonlySet<string> | undefined> {
  const found = new Map<string, Set<string> | undefined>();
  for (const [index, text] of texts.entries()) {
    const path = ['spec', 'policies', index];
    const [name = '', rule] = text.split('/');
    const policy = policies.get(name);
    const problem =
      policy === undefined
        ? unknown('AB1401', `there is no policy \`${name}\``, name, [...policies.keys()])
        : refusal(policy, rule);
    if (problem !== undefined) problems.push({ ...problem, path });
    else if (rule === undefined) found.set(name, undefined);
    else if (!found.has(name)) found.set(name, new Set([rule]));
    else found.get(name)?.add(rule);
  }
  return found;
}

/** Why nothing of a policy, or of a rule of it, can be let through. */
function refusal(policy: Policy, rule: string | undefined): Omit<Problem, 'path'> | undefined {
  if (policy.spec.exceptions === 'Forbid') {
    return {
      code: 'AB1404',
      severity: 'warning',
      message: `policy \`${policy.name}\` allows no exceptions`,
      help: 'its `spec.exceptions` is Forbid',
    };
  }
  const { rules: requirements, mutations = [] } = policy.spec;
  const rules = [...requirements, ...mutations].map(({ name }) => name);
  if (rule === undefined || rules.includes(rule)) return undefined;
  return unknown('AB1402', `policy \`${policy.name}\` has no rule \`${rule}\``, rule, rules);
}

function unknown(
  code: 'AB1401' | 'AB1402',
  message: string,
  name: string,
  known: readonly string[],
): Omit<Problem, 'path'> {
  const guess = nearest(name, new Set(known));
  const help = guess === undefined ? 'it lets nothing through' : `did you mean \`${guess}\`?`;
  return { code, severity: 'warning', message, help };
}
