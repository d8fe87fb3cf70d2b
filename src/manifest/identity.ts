import type { GroupVersionKind, JsonObject } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import { isObject, member } from './object.ts';

/** What a manifest says it is. */
export interface Identity {
  readonly kind: GroupVersionKind;
  /** Empty where the name is to be generated. */
  readonly name: string;
  /** Undefined where the manifest does not name one. */
  readonly namespace: string | undefined;
  readonly metadata: JsonObject;
}

const notAnObject: DocumentProblem = {
  code: 'AB2101',
  message: 'a manifest must be a mapping with `apiVersion`, `kind` and `metadata`',
  path: [],
};

/** `v1`, or a group, a slash and a version. */
const apiVersionForm = /^(?:([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)\/)?([a-z0-9]+)$/;

/**
 * Reads apiVersion, kind and metadata, by what the API server would demand of them to know what it was sent.
 *
 * @returns the identity, or everything that is wrong with it.
 */
export function identify(value: unknown): Identity | readonly DocumentProblem[] {
  if (!isObject(value)) return [notAnObject];
  const problems: DocumentProblem[] = [];
  const apiVersion = member(value, 'apiVersion');
  const kind = member(value, 'kind');
  const metadata = member(value, 'metadata');
  const version = typeof apiVersion === 'string' ? apiVersionForm.exec(apiVersion) : null;

  if (apiVersion === undefined || apiVersion === null) {
    problems.push({
      code: 'AB2102',
      message: 'the manifest has no `apiVersion`',
      help: 'say which version of the API it is written for, such as `apiVersion: apps/v1`',
      path: [],
    });
  } else if (version === null) {
    problems.push({
      code: 'AB2103',
      message: `${shown(apiVersion)} is not an apiVersion`,
      help: 'write `version` or `group/version`, such as `v1` or `apps/v1`',
      path: ['apiVersion'],
    });
  }
  if (kind === undefined || kind === null) {
    problems.push({
      code: 'AB2104',
      message: 'the manifest has no `kind`',
      help: 'say what kind of object it is, such as `kind: Deployment`',
      path: [],
    });
  } else if (typeof kind !== 'string' || kind === '') {
    problems.push({ code: 'AB2105', message: `${shown(kind)} is not a kind`, path: ['kind'] });
  }
  if (metadata !== undefined && metadata !== null && !isObject(metadata)) {
    problems.push({ code: 'AB2106', message: '`metadata` must be a mapping', path: ['metadata'] });
  } else {
    problems.push(...typeProblems(metadata));
    if (!nameless(version?.[1], kind)) problems.push(...nameProblems(metadata));
  }

  if (problems.length > 0 || version === null || typeof kind !== 'string') return problems;
  const name = member(metadata, 'name');
  const namespace = member(metadata, 'namespace');
  return {
    kind: { group: version[1] ?? '', version: version[2] ?? '', kind },
    name: typeof name === 'string' ? name : '',
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
    metadata: isObject(metadata) ? metadata : {},
  };
}

/** Reviews are questions, answered at once and stored nowhere; a kustomization never reaches an API server. */
function nameless(group: string | undefined, kind: unknown): boolean {
  if (group === 'kustomize.config.k8s.io') return true;
  const asks = group === 'authentication.k8s.io' || group === 'authorization.k8s.io';
  return asks && typeof kind === 'string' && kind.endsWith('Review');
}

function typeProblems(metadata: unknown): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  for (const key of ['name', 'generateName', 'namespace']) {
    const value = member(metadata, key);
    if (value !== undefined && value !== null && typeof value !== 'string') {
      problems.push({
        code: 'AB2107',
        message: `\`metadata.${key}\` must be text, not ${shown(value)}`,
        ...(typeof value === 'object' ? {} : { help: 'put it in quotes' }),
        path: ['metadata', key],
      });
    }
  }
  return problems;
}

function nameProblems(metadata: unknown): DocumentProblem[] {
  const unnamed = ['name', 'generateName'].every((key) => {
    const value = member(metadata, key);
    return value === undefined || value === null || value === '';
  });
  if (!unnamed) return [];
  return [
    {
      code: 'AB2108',
      message: 'the manifest has neither `metadata.name` nor `metadata.generateName`',
      help: 'name the object: the API server takes none without a name',
      path: isObject(metadata) ? ['metadata'] : [],
    },
  ];
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return `\`${String(value)}\``;
}
