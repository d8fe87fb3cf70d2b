import type { JsonObject, Path } from '../model/index.ts';
import type { Change } from './change.ts';

/**
 * What a rule can see while it judges one item. One scope serves all items of all rules of an evaluation: `item`
 * and `itemPath` are set anew for each.
 */
export class Scope {
  readonly change: Change;
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  /** What `$` stands for: the object, or the pod that it carries. */
  target: unknown;
  /** Whether the target is a pod. */
  carriesPod: boolean;
  item: unknown;
  /** From the target to the item. */
  itemPath: () => Path;

  constructor(change: Change, object: JsonObject | null, oldObject: JsonObject | null) {
    this.change = change;
    this.object = object;
    this.oldObject = oldObject;
    this.target = undefined;
    this.carriesPod = false;
    this.item = undefined;
    this.itemPath = () => [];
  }

  get pod(): unknown {
    return this.carriesPod ? this.target : undefined;
  }

  /** The request in the words of AdmissionReview, as Kubernetes' CEL has it. */
  get request(): JsonObject {
    const { kind, resource, subresource, name, namespace, operation, userInfo, dryRun } = this.change.input;
    return { kind, resource, subResource: subresource, name, namespace, operation, userInfo, dryRun };
  }
}
