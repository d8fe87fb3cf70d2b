import type {
  GroupVersionKind,
  GroupVersionResource,
  JsonObject,
  Operation,
  UserInfo,
} from './kubernetes.ts';

/**
 * A change to judge, wherever it comes from: an AdmissionReview, a manifest, an object that already runs.
 * `undefined` stands for what the context cannot know, `null` for what is known not to be there.
 */
export interface AdmissionInput {
  readonly operation: Operation;
  /** The kind of `object`: of a subresource's own object where there is one (autoscaling/v1 Scale). */
  readonly kind: GroupVersionKind;
  /** What is being changed: `deployments` for `deployments/scale`. */
  readonly resource: GroupVersionResource;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** As the request names it; empty for a name yet to be generated and for the items of a collection's deletion. */
  readonly name: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  /** Undefined where the context does not know the kind well enough to tell. */
  readonly namespaced: boolean | undefined;
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly userInfo: UserInfo | undefined;
  /** The Namespace that the object is in; null for cluster-scoped objects. */
  readonly namespaceObject: JsonObject | null | undefined;
  readonly dryRun: boolean;
  /** The options of the operation (meta/v1 CreateOptions and so on), where the request has any. */
  readonly options?: JsonObject | null;
}
