import { type Activation, failure, type Value } from '../../cel/index.ts';
import { requestObject } from '../../compile/index.ts';
import { guessResource, kindTable, podCarriers } from '../../kinds/index.ts';
import type { JsonObject, Operation, Path } from '../../model/index.ts';
import type { Timestamp } from '../../time/index.ts';

/** What was said of the request on the command line and in files. */
export interface World {
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly operation: Operation;
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly params: JsonObject | undefined;
  /** The Namespace, or the labels of one without further ado. */
  readonly namespaceObject: JsonObject | undefined;
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
  readonly now: Timestamp;
}

/** The part of an object that an expression is evaluated for. */
export interface Item {
  readonly value: Value;
  readonly path: string;
}

/**
 * The values of what an expression sees, as a policy would see them. What nothing was said of is an error to
 * whoever reads it, and names the option that says it.
 */
export function activationOf(world: World, item: Item | undefined): Activation {
  const subject = subjectOf(world);
  const namespace = namespaceOf(world, subject);
  return {
    object: world.object as Value,
    oldObject: world.oldObject as Value,
    request: requestOf(world, subject) as Value,
    namespaceObject:
      namespace === undefined
        ? failure('the namespace is not known: `--namespace-labels` says what it is like')
        : namespace,
    params:
      (world.params as Value | undefined) ??
      failure('there are no parameters: `--params` takes a file of them'),
    pod: podOf(subject) ?? failure('the object carries no pod'),
    item: item === undefined ? failure('there is no item: `--item` selects what there is') : item.value,
    path: item === undefined ? failure('there is no item: `--item` selects what there is') : item.path,
    now: world.now,
  };
}

/** What the request is about: its names, its kind and its namespace. */
interface Subject {
  readonly object: JsonObject | null;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly name: string;
  readonly namespace: string;
}

function subjectOf({ object: newObject, oldObject }: World): Subject {
  const object = newObject ?? oldObject;
  const metadata = own(object, 'metadata');
  const [version = '', group = ''] = textOf(object, 'apiVersion').split('/').reverse();
  const kind = textOf(object, 'kind');
  const row = kindTable().ofKind(group, kind);
  const namespace = textOf(metadata, 'namespace');
  return {
    object,
    group,
    version,
    kind,
    resource: row?.resource ?? (kind === '' ? '' : guessResource(kind)),
    name: textOf(metadata, 'name'),
    namespace: row?.namespaced === false || object === null ? '' : namespace === '' ? 'default' : namespace,
  };
}

function requestOf({ operation, user, groups }: World, subject: Subject): JsonObject {
  const { group, version, name, namespace } = subject;
  const kind = { group, version, kind: subject.kind };
  const resource = { group, version, resource: subject.resource };
  const known = user !== undefined || groups.length > 0;
  return requestObject({
    kind,
    resource,
    subresource: '',
    name,
    namespace,
    operation,
    userInfo: known ? { username: user ?? '', groups } : undefined,
    dryRun: false,
  });
}

/** Null for what is in no namespace, undefined where nothing was said of it. */
function namespaceOf(world: World, { namespace }: Subject): Value | undefined {
  if (world.namespaceObject !== undefined) return world.namespaceObject as Value;
  const { namespaceLabels } = world;
  if (namespaceLabels !== undefined) {
    const name = namespace === '' ? 'default' : namespace;
    const labels = { ...namespaceLabels, 'kubernetes.io/metadata.name': name };
    return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  }
  return namespace === '' ? null : undefined;
}

/** The pod, or the template of one, that an object carries. */
function podOf({ object, group, kind }: Subject): Value | undefined {
  const carrier = podCarriers.find(
    (one) => one.group === group && one.kind === kind && one.subresource === '',
  );
  if (carrier === undefined) return undefined;
  return follow(object, carrier.path) as Value | undefined;
}

function follow(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, segment) => own(at, String(segment)), value);
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function textOf(value: unknown, key: string): string {
  const found = own(value, key);
  return typeof found === 'string' ? found : '';
}
