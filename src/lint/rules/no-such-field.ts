import type { TargetPlace } from '../../compile/index.ts';
import { isMapping } from '../../fields/index.ts';
import type { CheckDocument, Path } from '../../model/index.ts';
import { fieldsOfPart, fieldsOfSchema, type NamedField } from '../constant/named-fields.ts';
import { itemPaths, type NoField, noSuchField, stepsOf } from '../constant/paths.ts';
import type { LintRule } from '../lint-rule.ts';

/** A field that no kind has which the policy is about, in a check or a mutation: nothing ever comes of it. */
export const fieldsOfKinds: LintRule = {
  code: 'AB1609',
  severity: 'warning',
  *policy({ policy: { spec }, places }) {
    if (places === undefined) return;
    const parts = [
      ...spec.rules.map(({ each, check }, index) => ({
        each,
        document: check,
        path: ['spec', 'rules', index],
      })),
      ...(spec.mutations ?? []).map(({ each, form }, index) => ({
        each,
        document: form,
        path: ['spec', 'mutations', index],
      })),
    ];
    for (const { each, document, path } of parts) {
      const items = itemPaths(each);
      if (items === undefined || items.length === 0) continue;
      // What `each` selects nothing by is told of `each`.
      if (items.some((item) => noSuchField(places, item) !== undefined)) continue;
      for (const { at, part, missing } of missingFields(places, items, document)) {
        yield {
          path: [...path, document.name, ...at],
          ...(part !== undefined && { part }),
          message: `there is no field \`${missing.field}\`: ${outcomeOf(document, at)}`,
          ...(missing.guess !== undefined && { help: `did you mean \`${missing.guess}\`?` }),
        };
      }
    }
  },
};

/** The first of the fields that are not there, on each way: what is below one is not told of again. */
function* missingFields(
  places: readonly TargetPlace[],
  items: readonly Path[],
  document: CheckDocument,
): Iterable<NamedField & { readonly missing: NoField }> {
  const told = new Set<string>();
  for (const named of fieldsOf(document)) {
    const missing = items.map((item) => noSuchField(places, [...item, ...named.field]));
    const [first] = missing;
    if (first === undefined || missing.includes(undefined)) continue;
    if (named.field.some((_, length) => told.has(JSON.stringify(named.field.slice(0, length))))) continue;
    told.add(JSON.stringify(named.field));
    yield { ...named, missing: first };
  }
}

function fieldsOf({ name, value }: CheckDocument): readonly NamedField[] {
  switch (name) {
    case 'require':
    case 'forbid':
    case 'remove':
      return [value].flat().flatMap((text, index) => {
        const field = stepsOf(String(text));
        return field === undefined ? [] : [{ field, at: Array.isArray(value) ? [index] : [] }];
      });
    case 'schema':
      return [...fieldsOfSchema(value)];
    case 'merge':
      return [...fieldsOfPart(value)];
    case 'set': {
      const field = isMapping(value) ? stepsOf(String(value['path'])) : undefined;
      return field === undefined ? [] : [{ field, at: ['path'] }];
    }
    default:
      return [];
  }
}

function outcomeOf({ name, value }: CheckDocument, at: Path): string {
  const text = Array.isArray(value) ? value[Number(at[0])] : value;
  switch (name) {
    case 'require':
      return `\`${text}\` cannot be met`;
    case 'forbid':
      return `\`${text}\` forbids nothing`;
    case 'remove':
      return `\`${text}\` takes nothing away`;
    case 'schema':
      return at.at(-2) === 'required' ? 'it is never there' : 'what the schema says of it is never asked';
    default:
      return 'the API server drops it';
  }
}
