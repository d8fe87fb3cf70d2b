import type { JsonObject } from '../model/index.ts';
import { didYouMean, editDistance } from '../suggest/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import { apiGroup, apiVersion } from './fields.ts';
import { documentKinds } from './kinds.ts';
import { at } from './tolerant.ts';
import { oneOf, quoted } from './words.ts';

const kinds = Object.values(documentKinds).map(({ kind }) => kind);

/** How far a group may be from ours and still be taken for it. */
const nearGroup = 3;

/** Why a document is no policy that can be read; undefined where it is one. */
export function headerProblem(document: JsonObject): DocumentProblem | undefined {
  const version = at(document, 'apiVersion');
  const kind = at(document, 'kind');
  for (const [field, value, example] of [
    ['apiVersion', version, apiVersion],
    ['kind', kind, 'Policy'],
  ] as const) {
    if (value === undefined || value === null) {
      return {
        code: 'AB1106',
        message: `\`${field}\` is missing`,
        help: `write \`${field}: ${example}\``,
        path: [],
      };
    }
    if (typeof value !== 'string') {
      return {
        code: 'AB1109',
        message: `\`${field}\` must be text`,
        help: `write \`${field}: ${example}\``,
        path: [field],
      };
    }
  }
  return typeof version === 'string' && typeof kind === 'string' ? unknownKind(version, kind) : undefined;
}

function unknownKind(version: string, kind: string): DocumentProblem | undefined {
  const [group = ''] = version.split('/');
  if (group !== apiGroup) return otherGroup(version, group, kind);
  if (version !== apiVersion) return badVersion(version);
  if (kinds.includes(kind)) return undefined;
  return {
    code: 'AB1103',
    message: `${quoted(version)} has no kind ${quoted(kind)}`,
    help: didYouMean(kind, kinds) ?? `it has ${oneOf(kinds).replace(' or ', ' and ')}`,
    path: ['kind'],
  };
}

function otherGroup(version: string, group: string, kind: string): DocumentProblem {
  if (kinds.includes(kind) && editDistance(group, apiGroup, nearGroup) <= nearGroup)
    return badVersion(version);
  return {
    code: 'AB1105',
    severity: 'warning',
    message: `${quoted(kind)} of ${quoted(version)} is not a policy of Abatis, and is passed over`,
    help: `policies have \`apiVersion: ${apiVersion}\``,
    path: ['apiVersion'],
  };
}

function badVersion(version: string): DocumentProblem {
  return {
    code: 'AB1102',
    message: `${quoted(version)} is not an apiVersion of Abatis`,
    help: `write \`apiVersion: ${apiVersion}\``,
    path: ['apiVersion'],
  };
}
