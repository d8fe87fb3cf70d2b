import { isContainer } from '../../jsonpatch/index.ts';
import { formatPath, type PathStep, parsePath } from '../../jsonpath/index.ts';
import type { Path, PathSegment } from '../../model/index.ts';
import { own } from '../change.ts';
import { type MutationDefinition, type Site, untouched } from './definition.ts';
import { equivalent, typeAt } from './equivalent.ts';
import { compileValue, valueFields } from './value.ts';

/** One field, with what is missing above it. */
export const set: MutationDefinition = {
  name: 'set',
  schema: {
    description: 'One field and its value.',
    type: 'object',
    properties: {
      path: {
        description: 'The field, as in `require`; what is missing above it is made.',
        type: 'string',
        minLength: 1,
      },
      ...valueFields,
      ifMissing: { description: 'Leave a value alone that is there.', type: 'boolean', default: false },
    },
    required: ['path'],
    additionalProperties: false,
  },
  compile(given, problems, context) {
    const source = compileValue(given, problems, context);
    const parsed = parsePath(String(own(given, 'path')));
    if (!parsed.ok) {
      problems.push({ code: 'AB1301', path: ['path'], ...parsed.problem });
      return untouched;
    }
    const { steps, definite, text } = parsed.path;
    if (!definite || steps.length === 0) {
      const message = `\`${text}\` is not the way to one field`;
      const help = 'write names and indexes only, and go through lists with `each`';
      problems.push({ code: 'AB1301', message, help, path: ['path'] });
    }
    const fixed = context.fixed(namesOf(steps));
    if (fixed !== undefined) problems.push({ code: 'AB1505', message: fixed, path: ['path'] });
    if (source === undefined) return untouched;
    const ifMissing = own(given, 'ifMissing') === true;
    return {
      ...(source.needs !== undefined && { needs: source.needs }),
      mutate(site) {
        const place = placeOf(site, steps);
        if (place === undefined) return undefined;
        if (typeof place === 'string') return place;
        const { at, rest } = place;
        const there = rest.length > 0 ? undefined : site.draft.at(at);
        if (ifMissing && there !== undefined && there !== null) return undefined;
        const worth = source.of(site.scope, site.allowance);
        if (worth === undefined) return undefined;
        if (!worth.ok) return worth.message;
        if (there !== undefined && equivalent(there, worth.value, typeAt(site.kind, at))) return undefined;
        const value = rest.reduceRight<unknown>(
          (inner, name) => Object.fromEntries([[name, inner]]),
          worth.value,
        );
        const written = there === undefined && site.draft.at(at) === undefined ? 'add' : 'replace';
        return site.draft[written](at, value) ? undefined : `there is no place for \`${text}\``;
      },
    };
  },
};

/** The names and indexes of steps that are nothing else. */
export function namesOf(steps: readonly PathStep[]): Path {
  return steps.flatMap((step): readonly PathSegment[] => {
    if (step.kind === 'name') return [step.name];
    return step.kind === 'index' ? [step.index] : [];
  });
}

/**
 * Where to write: the path of the value, or of what is to hold it, and the names that are missing then. Undefined
 * where that is beneath an item that is not there; a text says what stands in the way.
 */
function placeOf(
  { draft, base }: Site,
  steps: readonly PathStep[],
): { readonly at: Path; readonly rest: readonly string[] } | string | undefined {
  const path: PathSegment[] = [...base];
  let value = draft.at(base);
  for (const [depth, step] of steps.entries()) {
    if (depth > 0 && (value === undefined || value === null)) {
      const rest = steps.slice(depth);
      if (rest.some(({ kind }) => kind !== 'name')) return undefined;
      return { at: path, rest: rest.flatMap((one) => (one.kind === 'name' ? [one.name] : [])) };
    }
    if (step.kind === 'index') {
      if (!Array.isArray(value)) return blocked(path, 'a list');
      const index = step.index < 0 ? value.length + step.index : step.index;
      if (index < 0 || index >= value.length) return undefined;
      path.push(index);
      value = value[index];
    } else if (step.kind === 'name') {
      if (!isContainer(value) || Array.isArray(value)) return blocked(path, 'a mapping');
      path.push(step.name);
      value = Object.hasOwn(value, step.name) ? value[step.name] : undefined;
    }
  }
  return { at: path, rest: [] };
}

function blocked(path: Path, wanted: string): string {
  return path.length === 0 ? `the object is not ${wanted}` : `\`${formatPath(path)}\` is not ${wanted}`;
}
