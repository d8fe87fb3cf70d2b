import type { AdmissionInput, JsonObject, Path } from '../model/index.ts';

/** Of an annotation that overrides a policy, before the policy's name. */
export const overridePrefix = 'override.abatis.dev/';

/** What an input is about, worked out once and only as far as somebody asks. */
export class Change {
  readonly input: AdmissionInput;
  /** What names, selectors, selections and checks read: the object, or on DELETE the old one. */
  readonly judged: JsonObject | null;
  /** A Namespace: it counts as being in itself. */
  readonly isNamespace: boolean;
  /** The namespace that the object is in; null where it is in none, undefined where the context does not know. */
  readonly namespace: string | null | undefined;

  #overridden: boolean | undefined;
  /** Of the one pod that objects of the input's kind carry. */
  #podOverridden: boolean | undefined;

  constructor(input: AdmissionInput) {
    this.input = input;
    this.judged = input.operation === 'DELETE' ? input.oldObject : input.object;
    this.isNamespace = input.resource.resource === 'namespaces' && input.resource.group === '';
    this.namespace = this.#namespace();
  }

  /** `metadata.name`, or `generateName` while there is none; where the object has neither, as the request names it. */
  get name(): string {
    const metadata = own(this.judged, 'metadata');
    const name = own(metadata, 'name') || own(metadata, 'generateName') || this.input.name;
    return typeof name === 'string' ? name : '';
  }

  get scope(): 'Cluster' | 'Namespaced' | undefined {
    if (this.isNamespace) return 'Cluster';
    if (this.input.namespaced === undefined) return this.input.namespace === '' ? undefined : 'Namespaced';
    return this.input.namespaced ? 'Namespaced' : 'Cluster';
  }

  #namespace(): string | null | undefined {
    if (this.isNamespace) return this.name;
    const scope = this.scope;
    if (scope === 'Cluster') return null;
    if (this.input.namespace !== '') return this.input.namespace;
    return scope === undefined ? undefined : '';
  }

  /** The labels of the namespace that the object is in; null and undefined as for `namespace`. */
  get namespaceLabels(): JsonObject | null | undefined {
    if (this.isNamespace) return labelsOf(this.judged) ?? {};
    if (this.scope === 'Cluster') return null;
    const namespace = this.input.namespaceObject;
    return namespace === undefined || namespace === null ? undefined : (labelsOf(namespace) ?? {});
  }

  /**
   * Being deleted already. The old object says so, for the new one is the user's to write; only where there is
   * no old one to ask, and nobody could have written it, is the object itself asked.
   */
  get terminating(): boolean {
    const { operation, object, oldObject } = this.input;
    if (operation === 'CREATE' || operation === 'CONNECT') return false;
    return isSet(own(own(oldObject ?? object, 'metadata'), 'deletionTimestamp'));
  }

  /**
   * Whether the object, or the pod that it carries, has any annotation that overrides a policy: most have none, and
   * many policies ask.
   */
  mayBeOverridden(podPath: Path | undefined): boolean {
    this.#overridden ??= isOverridden(this.judged);
    if (this.#overridden || podPath === undefined || podPath.length === 0) return this.#overridden;
    this.#podOverridden ??= isOverridden(valueAt(this.judged, podPath));
    return this.#podOverridden;
  }

  /** Whether an owner reference names a controller. */
  get hasController(): boolean {
    const owners = own(own(this.judged, 'metadata'), 'ownerReferences');
    return Array.isArray(owners) && owners.some((owner) => own(owner, 'controller') === true);
  }
}

function isOverridden(object: unknown): boolean {
  const annotations = own(own(object, 'metadata'), 'annotations');
  if (!isObject(annotations)) return false;
  for (const key in annotations) if (key.startsWith(overridePrefix)) return true;
  return false;
}

function valueAt(object: unknown, path: Path): unknown {
  let value = object;
  for (const segment of path) value = own(value, String(segment));
  return value;
}

/** The labels of an object, where it has any. */
export function labelsOf(object: JsonObject | null): JsonObject | undefined {
  const labels = own(own(object, 'metadata'), 'labels');
  return isObject(labels) ? labels : undefined;
}

/** An own property of what may be no object at all. */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
