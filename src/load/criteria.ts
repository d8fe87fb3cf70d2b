import { parseKindPattern } from '../kinds/index.ts';
import type { JsonObject, Path } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import { selectorProblems } from './selector.ts';
import { at, isMapping, itemsAt, mappingAt, textAt, textsAt } from './tolerant.ts';
import { quoted } from './words.ts';

/** What is wrong with `match` or `exclude`, beyond its shape. */
export function criteriaProblems(criteria: JsonObject, path: Path): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  for (const [index, kind] of textsAt(criteria, 'kinds')) {
    const pattern = parseKindPattern(kind);
    if (typeof pattern !== 'string') continue;
    problems.push({ code: 'AB1201', message: pattern, path: [...path, 'kinds', index] });
  }
  for (const field of ['names', 'namespaces']) {
    for (const [index, glob] of textsAt(criteria, field)) {
      problems.push(...globProblems(glob, [...path, field, index]));
    }
  }
  for (const field of ['namespaceSelector', 'objectSelector']) {
    problems.push(...selectorProblems(mappingAt(criteria, field), [...path, field]));
  }
  for (const [index, subject] of itemsAt(criteria, 'subjects')) {
    if (isMapping(subject)) problems.push(...subjectProblems(subject, [...path, 'subjects', index]));
  }
  return problems;
}

/** What neither a glob nor the name of an object holds (k8s.io/apimachinery pkg/api/validation/path). */
const never = /[/%\s[\]{}\\]/;

function globProblems(glob: string, path: Path): readonly DocumentProblem[] {
  if (glob.startsWith('!')) {
    const help = path.includes('match') ? `put ${quoted(glob.slice(1))} in \`exclude\`` : undefined;
    return [
      {
        code: 'AB1205',
        message: 'a glob cannot be negated',
        ...(help !== undefined && { help }),
        path,
        offset: 0,
        length: 1,
      },
    ];
  }
  const sign = never.exec(glob);
  if (sign === null) return [];
  return [
    {
      code: 'AB1205',
      message: `no name has ${/\s/.test(sign[0]) ? 'a blank' : quoted(sign[0])} in it`,
      help: 'a glob knows `*` for any letters and `?` for one; write several globs as a list',
      path,
      offset: sign.index,
      length: 1,
    },
  ];
}

function subjectProblems(subject: JsonObject, path: Path): readonly DocumentProblem[] {
  const kind = textAt(subject, 'kind');
  const namespace = at(subject, 'namespace');
  if (kind === 'ServiceAccount' && namespace === undefined) {
    return [
      {
        code: 'AB1207',
        message: 'the service account has no `namespace`',
        help: 'name the namespace it is in, or `"*"` for any',
        path,
      },
    ];
  }
  if ((kind === 'User' || kind === 'Group') && namespace !== undefined) {
    return [
      {
        code: 'AB1207',
        message: `a ${kind} is in no namespace`,
        help: 'leave `namespace` out, or write `kind: ServiceAccount`',
        path: [...path, 'namespace'],
        part: 'key',
      },
    ];
  }
  return [];
}
