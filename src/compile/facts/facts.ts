import { type CelError, failure, LazyFields, type Type, type Value } from '../../cel/index.ts';
import type { KindTable } from '../../kinds/index.ts';
import type { FactAnswer, FactDocument, FactRequest, Facts } from '../../model/index.ts';
import type { Surroundings, VariableNeeds } from '../expressions/index.ts';
import { type Problem, within } from '../problem.ts';
import type { Scope } from '../scope.ts';
import type { CompiledSource, FactDefinition, FactValue, Lack } from './definition.ts';
import { lookedUpKind } from './lookup.ts';

/** What a rule read that is not known, and what that means. */
export interface Lacking {
  readonly message: string;
  /** Undefined: an error of the policy. */
  readonly onUnavailable: FactDocument['onUnavailable'];
  /** Nobody here can know. */
  readonly unknown: boolean;
}

/** The facts of a policy as expressions read them in one evaluation. */
export interface KnownFacts {
  /** What `facts` is. */
  readonly fields: LazyFields;
  ofImage(reference: unknown): Value | CelError;
}

/** The facts of a policy, compiled. */
export interface CompiledFacts {
  /** By the names that expressions read. */
  readonly types: Readonly<Record<string, Type>>;
  /** Whether `image` is something in rules about images. */
  readonly knowsImages: boolean;
  /** The kinds of objects that are looked up, as `coordination.k8s.io/v1/Lease`. */
  readonly lookedUp: readonly string[];
  /**
   * Asks for everything that is declared. What has not been asked for before is wanted, and nothing can be read
   * until it is there.
   */
  gather(scope: Scope, facts: Facts): KnownFacts | readonly FactRequest[];
}

interface CompiledFact {
  readonly document: FactDocument;
  readonly source: CompiledSource;
}

/** Compiles the facts of a policy. Problems count from the list. */
export function compileFacts(
  documents: readonly FactDocument[],
  definitions: readonly FactDefinition[],
  context: {
    readonly target: 'object' | 'pod';
    readonly kinds: KindTable;
    /** What expressions see, given the facts before. */
    surroundings(facts: Readonly<Record<string, Type>>): Surroundings;
    readonly variables: VariableNeeds;
  },
  problems: Problem[],
): CompiledFacts {
  const types: Record<string, Type> = {};
  const compiled: CompiledFact[] = [];
  for (const [index, document] of documents.entries()) {
    const { name, source } = document;
    const definition = definitions.find((each) => each.name === source.name);
    if (definition === undefined) throw new Error(`no source of facts is called ${source.name}`);
    const surroundings = context.surroundings({ ...types });
    const { target, kinds, variables } = context;
    const made = within([index, source.name], problems, (found) =>
      definition.compile(document, found, { target, kinds, surroundings, variables }),
    );
    compiled.push({ document, source: made });
    types[name] = definition.type;
  }
  return {
    types,
    lookedUp: documents.flatMap(lookedUpKind),
    knowsImages: documents.some(({ source }) => source.name === 'image'),
    gather: (scope, facts) => gather(compiled, scope, facts),
  };
}

function gather(
  compiled: readonly CompiledFact[],
  scope: Scope,
  facts: Facts,
): KnownFacts | readonly FactRequest[] {
  const values = new Map<string, FactValue>();
  const known = new Known(values);
  const wanted: FactRequest[] = [];
  // A fact may be looked up by what those before it say.
  scope.known = known;
  for (const { document, source } of compiled) {
    const requests = source.requests(scope);
    if (typeof requests === 'string') {
      // By a fact that is still to come: it will be asked for when that is there.
      if (wanted.length > 0) continue;
      const lacking = scope.takeLacking();
      const value = () => unreadable(scope, document, requests, lacking);
      values.set(document.name, { value, ofImage: value });
      continue;
    }
    const answers = new Map<string, FactAnswer>();
    for (const request of requests) {
      const answer = facts.answer(request);
      if (answer === undefined) wanted.push(request);
      else answers.set(request.key, answer);
    }
    values.set(document.name, source.read(requests, answers, lack(scope, document)));
  }
  scope.takeLacking();
  return wanted.length > 0 ? wanted : known;
}

/** The error of reading a fact that could not even be asked for. */
function unreadable(
  scope: Scope,
  { name }: FactDocument,
  why: string,
  lacking: Lacking | undefined,
): CelError {
  if (lacking !== undefined) scope.lack(lacking);
  return failure(`fact \`${name}\`: ${why}`);
}

function lack(scope: Scope, { name, onUnavailable }: FactDocument): Lack {
  return ({ source, context, key }, answer) => {
    const what = source === 'image' ? `image \`${context['reference'] ?? key}\`` : `\`${key}\``;
    const unknown = answer.status === 'unknown';
    const message = unknown
      ? `${what} is not known here`
      : `${what} is not known: ${answer.status === 'unavailable' ? answer.reason : ''}`;
    scope.lack({ message, onUnavailable, unknown });
    return failure(`fact \`${name}\`: ${message}`);
  };
}

class Known extends LazyFields implements KnownFacts {
  readonly #values: ReadonlyMap<string, FactValue>;

  constructor(values: ReadonlyMap<string, FactValue>) {
    super();
    this.#values = values;
  }

  get fields(): LazyFields {
    return this;
  }

  override field(name: string): Value | CelError | undefined {
    return this.#values.get(name)?.value();
  }

  ofImage(reference: unknown): Value | CelError {
    for (const { ofImage } of this.#values.values()) {
      if (ofImage !== undefined && typeof reference === 'string') return ofImage(reference);
    }
    return null;
  }
}
