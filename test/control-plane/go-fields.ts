import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The folders of Go's module cache in which the types of the built-in kinds are written. */
export interface GoModules {
  readonly api: string;
  readonly apimachinery: string;
  readonly apiextensions: string;
  readonly aggregator: string;
}

interface GoField {
  /** Empty for a type that is embedded. */
  readonly json: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly inline: boolean;
}

interface GoPackage {
  readonly name: string;
  readonly structs: ReadonlyMap<string, readonly GoField[]>;
  /** Types that stand for others: `type ResourceName string`. */
  readonly named: ReadonlyMap<string, string>;
  /** From the name in this package's sources to the package. */
  readonly imports: ReadonlyMap<string, string>;
}

/** What a Go type is to its encoder. */
type GoShape = 'pointer' | 'collection' | 'struct' | 'time' | 'micro-time' | 'opaque' | 'value';

/**
 * How Go writes the fields of the built-in kinds' types as JSON, a line each definition, as src/defaulting/form.ts reads
 * them. OpenAPI does not say it: whether `false` is left out depends on whether Go's field is a pointer.
 */
export function readGoForms(modules: GoModules, definitions: readonly string[]): string {
  const packages = readPackages(modules);
  return definitions
    .flatMap((definition) => {
      const [group = '', version = '', type = ''] = definition.split('.');
      const found = packages.get(`${group}/${version}`);
      if (found === undefined || !found.structs.has(type)) return [];
      const forms = formsOf(found, type, packages);
      return forms.length === 0 ? [] : [`${definition} ${forms.join(' ')}`];
    })
    .join('\n');
}

function readPackages(modules: GoModules): ReadonlyMap<string, GoPackage> {
  const packages = new Map<string, GoPackage>();
  for (const file of globSync('*/v*/types.go', { cwd: modules.api }).sort()) {
    const [group = '', version = ''] = file.split('/');
    packages.set(`${group}/${version}`, readPackage(`${group}/${version}`, [join(modules.api, file)]));
  }
  const meta = join(modules.apimachinery, 'pkg/apis/meta/v1/types.go');
  packages.set('meta/v1', readPackage('meta/v1', [meta]));
  const extensions = join(modules.apiextensions, 'pkg/apis/apiextensions/v1');
  const extensionFiles = ['types.go', 'types_jsonschema.go'].map((file) => join(extensions, file));
  packages.set('apiextensions/v1', readPackage('apiextensions/v1', extensionFiles));
  const aggregator = join(modules.aggregator, 'pkg/apis/apiregistration/v1/types.go');
  packages.set('apiregistration/v1', readPackage('apiregistration/v1', [aggregator]));
  return packages;
}

function readPackage(name: string, files: readonly string[]): GoPackage {
  const structs = new Map<string, readonly GoField[]>();
  const named = new Map<string, string>();
  const imports = new Map<string, string>();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const [, alias, path = ''] of text.matchAll(/^(?:import)?\s+(\w+)? ?"(k8s\.io\/[^"]+)"$/gm)) {
      imports.set(alias ?? basename(path), path.split('/').slice(-2).join('/'));
    }
    for (const [, type = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)) {
      structs.set(
        type,
        [...body.matchAll(/^\t(?:(\w+)[ \t]+)?([^\s`]+)[ \t]+`json:"([^"]*)"/gm)].flatMap(fieldOf),
      );
    }
    for (const [, type = '', base = ''] of text.matchAll(/^type (\w+) ([^\s{=]+)$/gm)) named.set(type, base);
  }
  return { name, structs, named, imports };
}

function fieldOf([, , type = '', tag = '']: RegExpMatchArray): readonly GoField[] {
  const [json = '', ...options] = tag.split(',');
  if (json === '-') return [];
  return [{ json, type, options, inline: json === '' }];
}

function formsOf(pkg: GoPackage, type: string, packages: ReadonlyMap<string, GoPackage>): readonly string[] {
  return (pkg.structs.get(type) ?? []).flatMap((field) => {
    if (field.inline) {
      const [home, name] = resolve(pkg, field.type.replace('*', ''), packages);
      return home === undefined ? [] : formsOf(home, name, packages);
    }
    const form = formOf(shapeOf(pkg, field.type, packages), field.options);
    return form === '' ? [] : [`${field.json}${form}`];
  });
}

function formOf(shape: GoShape, options: readonly string[]): string {
  const omits = options.includes('omitempty') || options.includes('omitzero');
  switch (shape) {
    case 'pointer':
      return omits ? '' : '!';
    case 'collection':
      return omits ? '' : '!';
    case 'struct':
      return options.includes('omitzero') ? '~' : '=';
    case 'time':
      return options.includes('omitzero') ? '~' : '!';
    case 'micro-time':
      return omits ? '@' : '@!';
    case 'opaque':
      return '';
    case 'value':
      return omits ? '~' : '=';
  }
}

function shapeOf(pkg: GoPackage, type: string, packages: ReadonlyMap<string, GoPackage>): GoShape {
  if (/^\*(\w+\.)?MicroTime$/.test(type)) return 'micro-time';
  if (type.startsWith('*')) return 'pointer';
  if (type === '[]byte') return 'value';
  if (type.startsWith('[]') || type.startsWith('map[')) return 'collection';
  const [home, name] = resolve(pkg, type, packages);
  if (name === 'Time' || name === 'MicroTime') return 'time';
  // They write themselves, whatever their tags say.
  if (name === 'Quantity' || name === 'IntOrString') return 'struct';
  if (name === 'RawExtension' || name === 'FieldsV1' || name === 'JSON') return 'opaque';
  if (home?.structs.has(name) === true) return 'struct';
  const base = home?.named.get(name);
  if (home !== undefined && base !== undefined) return shapeOf(home, base, packages);
  return 'value';
}

function resolve(
  pkg: GoPackage,
  type: string,
  packages: ReadonlyMap<string, GoPackage>,
): readonly [GoPackage | undefined, string] {
  const dot = type.indexOf('.');
  if (dot < 0) return [pkg, type];
  return [packages.get(pkg.imports.get(type.slice(0, dot)) ?? ''), type.slice(dot + 1)];
}
