import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Path } from '../../model/index.ts';
import { own } from '../change.ts';

/** What a schema finds wrong with an item: where, beneath the item, and in words. */
export interface SchemaFinding {
  readonly path: Path;
  readonly wording: string;
}

/** Keywords that fail because everything beneath them does; what failed beneath is only how. */
const alternatives = new Set(['anyOf', 'oneOf', 'not', 'contains', 'propertyNames']);

/** The parameter that names the property an error is about, by keyword. */
const propertyParameter: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  dependentRequired: 'missingProperty',
  additionalProperties: 'additionalProperty',
  unevaluatedProperties: 'unevaluatedProperty',
  propertyNames: 'propertyName',
};

/** The validator's errors, those left out that only say how another came about. */
export function findingsOf(errors: readonly ErrorObject[], item: unknown): readonly SchemaFinding[] {
  const failed = errors
    .filter((error) => alternatives.has(error.keyword))
    .map((error) => `${error.schemaPath}/`);
  return errors
    .filter(
      (error) =>
        error.keyword !== 'if' &&
        !failed.some((parent) => error.schemaPath.startsWith(parent) && `${error.schemaPath}/` !== parent),
    )
    .map((error) => ({ path: placeOf(error, item), wording: wordingOf(error) }));
}

function placeOf(error: ErrorObject, item: unknown): Path {
  const path: (string | number)[] = [];
  let value = item;
  for (const escaped of error.instancePath.split('/').slice(1)) {
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) {
      path.push(Number(key));
      value = value[Number(key)];
    } else {
      path.push(key);
      value = own(value, key);
    }
  }
  const parameter = propertyParameter[error.keyword];
  const property = parameter === undefined ? undefined : own(error.params, parameter);
  return typeof property === 'string' ? [...path, property] : path;
}

function wordingOf(error: ErrorObject): string {
  switch (error.keyword) {
    case 'false schema':
      return 'must not be there';
    case 'required':
    case 'dependentRequired':
      return 'is missing';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not allowed';
    case 'const':
      return `must be \`${JSON.stringify(own(error.params, 'allowedValue'))}\``;
    case 'enum':
      return `must be one of ${listed(own(error.params, 'allowedValues'))}`;
    case 'anyOf':
      return 'has none of the allowed forms';
    case 'oneOf':
      return 'must have exactly one of the allowed forms';
    case 'not':
      return 'has a form that is not allowed';
    default:
      return error.message ?? `does not meet \`${error.keyword}\``;
  }
}

function listed(values: unknown): string {
  return Array.isArray(values)
    ? values.map((value) => `\`${JSON.stringify(value)}\``).join(', ')
    : 'the allowed values';
}
