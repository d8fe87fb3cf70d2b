import { isMapping } from '../../fields/index.ts';

/** Keywords that nothing fails by. */
const silent = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'format',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'definitions',
]);

const deepest = 32;

/** Whether every value meets a JSON Schema. False where that cannot be shown. */
export function isMetByAll(schema: unknown, depth = 0): boolean {
  if (schema === true) return true;
  if (!isMapping(schema) || depth > deepest) return false;
  const met = (value: unknown): boolean => isMetByAll(value, depth + 1);
  return Object.entries(schema).every(([keyword, value]) => {
    switch (keyword) {
      case 'properties':
      case 'patternProperties':
        return isMapping(value) && Object.values(value).every(met);
      case 'items':
      case 'additionalProperties':
        return met(value);
      case 'allOf':
        return Array.isArray(value) && value.every(met);
      case 'anyOf':
        return Array.isArray(value) && value.some(met);
      case 'not':
        return isMetByNone(value, depth + 1);
      case 'required':
        return Array.isArray(value) && value.length === 0;
      case 'minLength':
      case 'minItems':
      case 'minProperties':
        return value === 0;
      default:
        return silent.has(keyword);
    }
  });
}

/** Whether no value meets a JSON Schema. False where that cannot be shown. */
export function isMetByNone(schema: unknown, depth = 0): boolean {
  if (schema === false) return true;
  if (!isMapping(schema) || depth > deepest) return false;
  const own = (keyword: string): unknown => (Object.hasOwn(schema, keyword) ? schema[keyword] : undefined);
  const none = (value: unknown): boolean => isMetByNone(value, depth + 1);
  const some = (keyword: string): readonly unknown[] => {
    const value = own(keyword);
    return Array.isArray(value) ? value : [];
  };
  if (some('allOf').some(none)) return true;
  for (const keyword of ['anyOf', 'oneOf'])
    if (some(keyword).length > 0 && some(keyword).every(none)) return true;
  if (Object.hasOwn(schema, 'not') && isMetByAll(own('not'), depth + 1)) return true;
  const types = typesOf(own('type'));
  if (types === undefined) return false;
  const values = Object.hasOwn(schema, 'const') ? [own('const')] : some('enum');
  if (values.length > 0 && values.every((value) => !types.some((type) => isOfType(value, type)))) return true;
  return types.every((type) => isEmpty(type, own, none));
}

/** Whether the keywords about a type leave nothing of it. */
function isEmpty(
  type: string,
  own: (keyword: string) => unknown,
  none: (schema: unknown) => boolean,
): boolean {
  const crossed = (least: string, most: string): boolean => {
    const [low, high] = [own(least), own(most)];
    return typeof low === 'number' && typeof high === 'number' && low > high;
  };
  switch (type) {
    case 'integer':
    case 'number':
      return crossed('minimum', 'maximum');
    case 'string':
      return crossed('minLength', 'maxLength');
    case 'array':
      return crossed('minItems', 'maxItems');
    case 'object': {
      const [required, properties] = [own('required'), own('properties')];
      if (crossed('minProperties', 'maxProperties')) return true;
      if (!Array.isArray(required) || !isMapping(properties)) return false;
      return required.some(
        (name) => Object.hasOwn(properties, String(name)) && none(properties[String(name)]),
      );
    }
    default:
      return false;
  }
}

function typesOf(type: unknown): readonly string[] | undefined {
  if (typeof type === 'string') return [type];
  return Array.isArray(type) && type.length > 0 ? type.map(String) : undefined;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMapping(value);
    case 'integer':
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint';
    default:
      return typeof value === type;
  }
}
