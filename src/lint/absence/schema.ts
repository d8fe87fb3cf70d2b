import { type Expr, REQUEST, type Tree, type Type } from '../../cel/index.ts';
import { isAlwaysFilled } from '../../defaulting/index.ts';
import { definition, hasDefinition } from '../../openapi/index.ts';

/**
 * Whether the field that a part reads may be missing in an object of a built-in kind. False for everything of which
 * nobody can say: validation has been through when webhooks are asked, and defaults are filled in.
 */
export function mayBeAbsent(part: Expr, operand: Expr, tree: Tree): boolean {
  const type = tree.typeOf(operand);
  const field = fieldOf(part);
  if (field === undefined) return false;
  if (type.kind === 'map') return isOfObject(operand, tree);
  if (type === REQUEST) return leftOutOfRequests.includes(field);
  if (type.kind !== 'object' || !hasDefinition(type.name)) return false;
  const known = definition(type.name).field(field);
  // What the kind does not have is a doubtful expression, not an optional field.
  if (known === undefined || known.required || isAlwaysThere(operand, field, tree)) return false;
  if (validated.get(type.name)?.includes(field) === true) return false;
  return !isFilled(operand, field, tree);
}

/**
 * What a request has only where it is about a subresource. Source: `omitempty` in admission/v1 AdmissionRequest, whose
 * JSON is what `request` is made of.
 */
const leftOutOfRequests = ['subResource', 'requestSubResource'];

/**
 * What OpenAPI lets one leave out and validation does not, by the definition it is in. Source: `Required` in
 * pkg/apis/core/validation and pkg/apis/admissionregistration/validation of Kubernetes 1.36.
 */
const validated: ReadonlyMap<string, readonly string[]> = new Map([
  ['core.v1.Container', ['image']],
  ['core.v1.EphemeralContainer', ['image']],
  ['core.v1.PersistentVolumeClaimSpec', ['accessModes', 'resources']],
  ['core.v1.PersistentVolumeSpec', ['accessModes', 'capacity']],
  ['admissionregistration.v1.RuleWithOperations', ['apiGroups', 'apiVersions', 'operations', 'resources']],
]);

/** The field or the key of a text that a selection reads. */
function fieldOf(part: Expr): string | undefined {
  if (part.kind === 'select') return part.field;
  const key = part.kind === 'call' ? part.args[1] : undefined;
  return key?.kind === 'literal' && typeof key.value === 'string' ? key.value : undefined;
}

/** What every object has by the time that anybody is asked about it. */
function isAlwaysThere(operand: Expr, field: string, tree: Tree): boolean {
  if (isRoot(operand, tree)) return ['apiVersion', 'kind', 'metadata'].includes(field);
  const isMetadata =
    operand.kind === 'select' && operand.field === 'metadata' && isRoot(operand.operand, tree);
  return isMetadata && ['name', 'namespace'].includes(field);
}

/** Without `each` the item of a rule is the object, too. */
function isRoot(expr: Expr, tree: Tree): boolean {
  if (!isVariable(expr, tree, ['object', 'oldObject', 'item'])) return false;
  const type = tree.typeOf(expr);
  if (type.kind !== 'object' || !hasDefinition(type.name)) return false;
  const { field } = definition(type.name);
  return ['apiVersion', 'kind', 'metadata'].every((name) => field(name) !== undefined);
}

function isVariable(expr: Expr, tree: Tree, names: readonly string[]): boolean {
  if (expr.kind !== 'ident') return false;
  const reference = tree.referenceOf(expr);
  return reference?.kind === 'variable' && names.includes(reference.name);
}

/** Whether a map is one of the object's or of its namespace's, in which anything may be missing. */
function isOfObject(operand: Expr, tree: Tree): boolean {
  let root: Expr = operand;
  while (root.kind === 'select') {
    const above: Type = tree.typeOf(root.operand);
    if (above.kind === 'object' && hasDefinition(above.name)) return true;
    root = root.operand;
  }
  return isVariable(root, tree, ['namespaceObject']);
}

/** Whether the API server fills a field in, seen from every object that it is in. */
function isFilled(operand: Expr, field: string, tree: Tree): boolean {
  const path = [field];
  for (let at = operand; ; at = at.operand) {
    const type = tree.typeOf(at);
    if (type.kind !== 'object' || !hasDefinition(type.name)) return false;
    if (isAlwaysFilled(type.name, path)) return true;
    if (at.kind !== 'select') return false;
    path.unshift(at.field);
  }
}
