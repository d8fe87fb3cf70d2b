import type {
  AuthorizationAnswer,
  AuthorizationCheck,
  AuthorizationResource,
} from '../../../src/cel/index.ts';

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Roles and bindings as the recording has them; all namespaced ones are in the namespace `team-a`. */
export interface RbacObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly Rule[];
  readonly subjects?: readonly Subject[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

const NAMESPACE = 'team-a';

/** What every cluster's built-in roles let any authenticated user do, as far as expressions ask. */
const DISCOVERY: Rule = {
  nonResourceURLs: [
    '/api',
    '/api/*',
    '/apis',
    '/apis/*',
    '/healthz',
    '/livez',
    '/openapi',
    '/openapi/*',
    '/readyz',
    '/version',
    '/version/',
  ],
  verbs: ['get'],
};

const covers = (list: readonly string[] | undefined, item: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(item));

function allowsResource(rule: Rule, verb: string, resource: AuthorizationResource): boolean {
  const full =
    resource.subresource === '' ? resource.resource : `${resource.resource}/${resource.subresource}`;
  const named = rule.resourceNames === undefined || rule.resourceNames.includes(resource.name);
  return (
    covers(rule.verbs, verb) &&
    covers(rule.apiGroups, resource.group) &&
    covers(rule.resources, full) &&
    named
  );
}

function allowsPath(rule: Rule, verb: string, path: string): boolean {
  const matches = (url: string): boolean =>
    url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path;
  return covers(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some(matches);
}

/** Answers as the RBAC authorizer of the recording's API server. */
export function authorize(
  check: AuthorizationCheck,
  requester: User,
  rbac: readonly RbacObject[],
): AuthorizationAnswer {
  const user: User =
    check.subject.kind === 'requester'
      ? requester
      : {
          username: `system:serviceaccount:${check.subject.namespace}:${check.subject.name}`,
          groups: [
            'system:serviceaccounts',
            `system:serviceaccounts:${check.subject.namespace}`,
            'system:authenticated',
          ],
        };
  if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
  const holds = ({ kind, name, namespace }: Subject): boolean =>
    kind === 'Group'
      ? user.groups.includes(name)
      : user.username === (kind === 'User' ? name : `system:serviceaccount:${namespace}:${name}`);
  const permits = (rule: Rule): boolean =>
    'path' in check
      ? allowsPath(rule, check.verb, check.path)
      : allowsResource(rule, check.verb, check.resource);
  for (const binding of rbac) {
    if (binding.roleRef === undefined || !binding.subjects?.some(holds)) continue;
    const wide = binding.kind === 'ClusterRoleBinding';
    if (!wide && ('path' in check || check.resource.namespace !== NAMESPACE)) continue;
    const role = rbac.find(
      ({ kind, metadata }) => kind === binding.roleRef?.kind && metadata.name === binding.roleRef.name,
    );
    if (role?.rules?.some(permits)) {
      return {
        allowed: true,
        reason: `RBAC: allowed by ${binding.kind} "${binding.metadata.name}" of ${role.kind} "${role.metadata.name}"`,
      };
    }
  }
  const discovers = user.groups.includes('system:authenticated') && 'path' in check;
  return { allowed: discovers && permits(DISCOVERY), reason: '' };
}
