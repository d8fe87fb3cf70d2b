import { type Change, isObject, own, type Program } from '../compile/index.ts';
import { defaulted } from '../defaulting/index.ts';
import { valueAt } from '../jsonpatch/index.ts';
import type {
  AdmissionInput,
  EvaluationError,
  FactRequest,
  Facts,
  JsonObject,
  Mutated,
  Path,
} from '../model/index.ts';
import type { Recorder } from './explaining/recorder.ts';
import { runMutations } from './mutate.ts';

/** A pod as rules judge it. */
export interface JudgedPod {
  /** `metadata` and `spec`; undefined where the object carries no pod. */
  readonly pod: JsonObject | undefined;
  /** From a place in the pod to one in the object: of the nearest part above it, for what mutations added. */
  place(path: Path): Path;
  /** Of the policies whose mutations could not be made. */
  readonly errors: readonly EvaluationError[];
  /** What has to be found out before it is known how it is mutated. */
  readonly wanted: readonly FactRequest[];
  /** What its Pods will have gone through. */
  readonly applied: readonly Mutated[];
  /** Whether it is mutated depends on what the context does not know. */
  readonly assumed: boolean;
}

/**
 * Finds the pods that objects carry: templates as the Pods made of them will be mutated, Pods as they are. One
 * serves an evaluation, for many policies judge the same template.
 */
export class PodFinder {
  readonly #program: Program;
  readonly #change: Change;
  readonly #now: number;
  readonly #facts: Facts;
  readonly #recorder: Recorder | undefined;
  /** By their templates; made for the first, for most requests have none. */
  #known: Map<object, JudgedPod> | undefined;
  /** For the next policy, which is most probably about the same pod. */
  #last: { readonly object: unknown; readonly podPath: Path; readonly found: JudgedPod } | undefined;

  /**
   * @param now in milliseconds since the epoch
   * @param recorder takes down how templates are mutated
   */
  constructor(program: Program, change: Change, now: number, facts: Facts, recorder?: Recorder) {
    this.#recorder = recorder;
    this.#program = program;
    this.#change = change;
    this.#now = now;
    this.#facts = facts;
  }

  find(object: unknown, podPath: Path): JudgedPod {
    const last = this.#last;
    if (last !== undefined && last.object === object && last.podPath === podPath) return last.found;
    const found = this.#find(object, podPath);
    this.#last = { object, podPath, found };
    return found;
  }

  #find(object: unknown, podPath: Path): JudgedPod {
    const pod = valueAt(object, podPath);
    if (!isObject(pod)) return asItIs(undefined, podPath);
    if (podPath.length === 0 || !this.#program.mutates) return asItIs(pod, podPath);
    this.#known ??= new Map();
    const known = this.#known.get(pod) ?? this.#mutated(pod, podPath);
    this.#known.set(pod, known);
    return known;
  }

  /** What has to be found out about the pods found so far. */
  get wanted(): readonly FactRequest[] {
    return this.#known === undefined ? [] : [...this.#known.values()].flatMap(({ wanted }) => wanted);
  }

  /** What went wrong with the pods found so far. */
  get errors(): readonly EvaluationError[] {
    return this.#known === undefined ? [] : [...this.#known.values()].flatMap(({ errors }) => errors);
  }

  #mutated(template: JsonObject, podPath: Path): JudgedPod {
    const input = podInput(this.#change, template);
    const {
      object,
      trace,
      errors,
      patch,
      applied,
      wanted = [],
    } = runMutations(this.#program, input, this.#now, this.#facts, this.#recorder?.template(podPath));
    const failed = errors.filter(({ unknown }) => !unknown);
    const assumed = failed.length < errors.length;
    // It is the Pods that will be refused, not what they are made of.
    const notes = failed.map((error) => ({ ...error, denies: false }));
    const asBefore = asItIs(template, podPath);
    if (patch.length === 0 || object === null) return { ...asBefore, errors: notes, assumed, wanted };
    return {
      pod: templateOf(defaulted(object, input.kind, 'UPDATE'), template),
      place: (path) => [...podPath, ...trace.placeBefore(input.object, object, path)],
      errors: notes,
      applied,
      assumed,
      wanted,
    };
  }
}

function asItIs(pod: JsonObject | undefined, podPath: Path): JudgedPod {
  const place = (path: Path): Path => [...podPath, ...path];
  return { pod, place, errors: [], applied: [], assumed: false, wanted: [] };
}

/** The request by which a controller creates a Pod of a template. Who the controller is nobody knows. */
function podInput(change: Change, template: JsonObject): AdmissionInput {
  const { input } = change;
  const metadata = own(template, 'metadata');
  const generateName = `${change.name}-`;
  return {
    operation: 'CREATE',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subresource: '',
    name: '',
    namespace: input.namespace,
    namespaced: input.namespaced,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName,
        ...(input.namespace !== '' && { namespace: input.namespace }),
        ...(isObject(metadata) ? metadata : {}),
      },
      spec: own(template, 'spec') ?? {},
    },
    oldObject: null,
    userInfo: undefined,
    namespaceObject: input.namespaceObject,
    dryRun: input.dryRun,
  };
}

/** A Pod as a template again, without what only a Pod has. */
function templateOf(pod: JsonObject, template: JsonObject): JsonObject {
  const old = own(template, 'metadata');
  const metadata = Object.entries(isObject(pod['metadata']) ? pod['metadata'] : {}).filter(
    ([key]) => (key !== 'generateName' && key !== 'namespace') || own(old, key) !== undefined,
  );
  return {
    ...template,
    ...((metadata.length > 0 || old !== undefined) && { metadata: Object.fromEntries(metadata) }),
    spec: pod['spec'],
  };
}
