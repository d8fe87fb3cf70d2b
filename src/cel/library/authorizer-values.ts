import { OpaqueValue, opaqueValueType } from '../value.ts';

/** Who is asked about: the user of the request, or a service account. */
export type AuthorizationSubject =
  | { readonly kind: 'requester' }
  | { readonly kind: 'serviceAccount'; readonly namespace: string; readonly name: string };

/** A resource as a SubjectAccessReview names it; empty strings stand for what was not said. */
export interface AuthorizationResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Selectors as they were written: the API server leaves those out that do not parse. */
  readonly fieldSelector: string;
  readonly labelSelector: string;
}

/** One question to the cluster's authorizer. */
export type AuthorizationCheck = {
  readonly subject: AuthorizationSubject;
  readonly verb: string;
} & ({ readonly path: string } | { readonly resource: AuthorizationResource });

/** The answer; `error` where there was none to be had. */
export interface AuthorizationAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error?: string;
}

/**
 * Answers from what was fetched beforehand. Undefined says that this question was not: the call then fails, and the
 * resolver, having seen the question, can have it answered before the expression is evaluated again.
 */
export type AuthorizationResolver = (check: AuthorizationCheck) => AuthorizationAnswer | undefined;

export const AUTHORIZER = opaqueValueType('kubernetes.authorization.Authorizer');
export const PATH_CHECK = opaqueValueType('kubernetes.authorization.PathCheck');
export const GROUP_CHECK = opaqueValueType('kubernetes.authorization.GroupCheck');
export const RESOURCE_CHECK = opaqueValueType('kubernetes.authorization.ResourceCheck');
export const DECISION = opaqueValueType('kubernetes.authorization.Decision');

abstract class Receiver extends OpaqueValue {
  equals(other: OpaqueValue): boolean {
    return this === other;
  }

  describe(): string {
    return this.type.kind === 'opaque' ? this.type.name : '';
  }
}

/** The variable `authorizer`, or what its `serviceAccount` makes of it. */
export class AuthorizerValue extends Receiver {
  readonly type = AUTHORIZER;
  readonly resolve: AuthorizationResolver;
  readonly subject: AuthorizationSubject;

  constructor(resolve: AuthorizationResolver, subject: AuthorizationSubject = { kind: 'requester' }) {
    super();
    this.resolve = resolve;
    this.subject = subject;
  }
}

export class PathCheckValue extends Receiver {
  readonly type = PATH_CHECK;
  readonly authorizer: AuthorizerValue;
  readonly path: string;

  constructor(authorizer: AuthorizerValue, path: string) {
    super();
    this.authorizer = authorizer;
    this.path = path;
  }
}

export class GroupCheckValue extends Receiver {
  readonly type = GROUP_CHECK;
  readonly authorizer: AuthorizerValue;
  readonly group: string;

  constructor(authorizer: AuthorizerValue, group: string) {
    super();
    this.authorizer = authorizer;
    this.group = group;
  }
}

/** A resource to be checked: what `resource` makes, and the variable `authorizer.requestResource`. */
export class ResourceCheckValue extends Receiver {
  readonly type = RESOURCE_CHECK;
  readonly authorizer: AuthorizerValue;
  readonly resource: AuthorizationResource;

  constructor(authorizer: AuthorizerValue, resource: AuthorizationResource) {
    super();
    this.authorizer = authorizer;
    this.resource = resource;
  }

  with(change: Partial<AuthorizationResource>): ResourceCheckValue {
    return new ResourceCheckValue(this.authorizer, { ...this.resource, ...change });
  }
}

export class DecisionValue extends Receiver {
  readonly type = DECISION;
  readonly answer: AuthorizationAnswer;

  constructor(answer: AuthorizationAnswer) {
    super();
    this.answer = answer;
  }
}
