import { Double } from '../json/index.ts';
import { type KindTable, kindTable } from '../kinds/index.ts';
import type { Policy, PolicyBinding } from '../model/index.ts';
import type { FaultyBinding } from './bindings.ts';
import type { Reaching } from './candidates.ts';
import type { CompileOptions } from './index.ts';
import { compilePolicy, type PolicyContext } from './policy.ts';
import type { Problem } from './problem.ts';
import type { Program } from './program.ts';
import type { ScreenPart } from './screen.ts';
import type { ScreenGroup } from './screen-group.ts';

/** A policy with its bindings, as it was compiled. */
interface Remembered {
  readonly reaching: Omit<Reaching, 'exceptions'>;
  readonly problems: readonly Problem[];
  readonly faulty: readonly FaultyBinding[];
}

/** What was compiled for a program, by what it was compiled of; it goes when the program goes. */
interface Record {
  /** What everything was compiled for. */
  readonly circumstances: string;
  readonly kinds: KindTable;
  readonly policies: ReadonlyMap<string, Remembered>;
  readonly screens: ReadonlyMap<string, ScreenGroup | undefined>;
}

const records = new WeakMap<Program, Record>();

/** Compiles policies, but for those that the former program has in the same words and for the same kinds. */
export interface Memory {
  readonly kinds: KindTable;
  /** A group of screens that was made of the same parts for the former program, else a new one. */
  screen(parts: readonly ScreenPart[], make: () => ScreenGroup | undefined): ScreenGroup | undefined;
  recall(policy: Policy, bindings: readonly PolicyBinding[], context: PolicyContext): Remembered;
  /** For when this program is the former one. */
  keepFor(program: Program): void;
}

export function memoryOf({ kinds: custom = [], kubernetes, former }: CompileOptions): Memory {
  const circumstances = JSON.stringify([kubernetes, custom]);
  const found = former === undefined ? undefined : records.get(former);
  const record = found?.circumstances === circumstances ? found : undefined;
  const kinds = record?.kinds ?? kindTable(custom);
  const policies = new Map<string, Remembered>();
  const screens = new Map<string, ScreenGroup | undefined>();
  return {
    kinds,
    screen(parts, make) {
      const key = JSON.stringify(parts, exactly);
      const group = record?.screens.get(key) ?? make();
      screens.set(key, group);
      return group;
    },
    recall(policy, bindings, context) {
      const words = [policy.name, policy.spec, bindings.map(({ name, spec }) => [name, spec])];
      const key = JSON.stringify(words, exactly);
      const known = record?.policies.get(key);
      const problems: Problem[] = [];
      const compiled = known ?? { ...compilePolicy(policy, bindings, context, problems), problems };
      // What is wrong with a binding is said with the document that it stood in.
      if (compiled.faulty.length === 0) policies.set(key, compiled);
      return compiled;
    },
    keepFor: (program) => void records.set(program, { circumstances, kinds, policies, screens }),
  };
}

/** Tells numbers apart that JSON cannot, as texts that no text of a document is written as. */
function exactly(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `\0integer ${value}`;
  if (value instanceof Double) return `\0double ${value.value}`;
  return typeof value === 'string' && value.startsWith('\0') ? `\0${value}` : value;
}
