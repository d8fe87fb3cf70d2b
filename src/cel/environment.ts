import { collectParameters } from './check/substitution.ts';
import type { FunctionDeclaration, Library, Overload } from './declaration.ts';
import { LIBRARIES } from './library/index.ts';
import { MacroSet } from './macros/macro.ts';
import { OPTIONAL_MACROS } from './macros/optional.ts';
import { SORT_MACROS } from './macros/sort-by.ts';
import { STANDARD_MACROS } from './macros/standard.ts';
import { TWO_VARIABLE_MACROS } from './macros/two-variable.ts';
import { STANDARD } from './standard/index.ts';
import { OPTIONALS } from './standard/optionals.ts';
import { runtimeTypeName, type Type } from './type.ts';

export interface EnvironmentOptions {
  /** The Kubernetes version expressions are written for, `1.36`; later functions are unknown. Absent: all are known. */
  readonly kubernetes?: string;
  /** The plain language rather than Kubernetes': lists and maps may mix types, names may be escaped in backticks. */
  readonly plain?: boolean;
  /** The root variables and their types. */
  readonly variables?: Readonly<Record<string, Type>>;
  /**
   * Root variables that hold nothing but what `JSON.parse` (or `src/json`) makes. Reading their fields is faster.
   * The claim must be true: on a value of another class a field may be read that CEL does not know.
   */
  readonly json?: readonly string[];
  /** More libraries than the standard and Kubernetes'. */
  readonly libraries?: readonly Library[];
  /** Prefix of names looked up first, as in protobuf packages: with `a.b`, `x` is `a.b.x`, then `a.x`, then `x`. */
  readonly container?: string;
}

/** A function as an environment knows it: overloads in the order they are tried. */
export interface KnownFunction {
  readonly name: string;
  readonly globals: readonly BoundOverload[];
  readonly members: readonly BoundOverload[];
}

/** An overload with the declaration it belongs to. */
export interface BoundOverload {
  readonly overload: Overload;
  readonly declaration: FunctionDeclaration;
  /** The names of its type parameters. */
  readonly typeParameters: readonly string[];
  /** Whether its cost counts only where no other overload may apply. */
  readonly costNeedsOverload: boolean;
}

/** What expressions are checked and compiled against. Immutable; make one and keep it. */
export interface Environment {
  readonly kubernetes: string | undefined;
  readonly plain: boolean;
  readonly container: string;
  readonly variables: ReadonlyMap<string, Type>;
  readonly json: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, KnownFunction>;
  /** Functions of later versions than `kubernetes`, and the version. */
  readonly laterFunctions: ReadonlyMap<string, string>;
  /** Types that have a name in expressions. */
  readonly types: ReadonlyMap<string, Type>;
  readonly macros: MacroSet;
  /** What names of variables and types that have dots in them begin with. */
  readonly namespaces: ReadonlySet<string>;
}

/** Whether what came with version `since` is there in `version`; both as `1.30`. */
export function isIn(version: string | undefined, since: string | undefined): boolean {
  if (version === undefined || since === undefined) return true;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [sinceMajor = 0, sinceMinor = 0] = since.split('.').map(Number);
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

/** The one enum of the well-known messages. */
export const NULL_VALUE = 'google.protobuf.NullValue.NULL_VALUE';

/** The names of the type parameters of an overload. */
function typeParametersOf({ parameters, result }: Overload): readonly string[] {
  const names = new Set<string>();
  for (const type of [...parameters, result]) collectParameters(type, names);
  return [...names];
}

/** Makes an environment: the language, its libraries as far as the version has them, and the variables. */
export function environment(options: EnvironmentOptions = {}): Environment {
  const version = options.kubernetes;
  const functions = new Map<string, { name: string; globals: BoundOverload[]; members: BoundOverload[] }>();
  const later = new Map<string, string>();
  const types = new Map<string, Type>();
  for (const library of [STANDARD, OPTIONALS, ...LIBRARIES, ...(options.libraries ?? [])]) {
    if (isIn(version, library.since)) {
      for (const type of library.types ?? []) types.set(runtimeTypeName(type), type);
    }
    for (const declaration of library.functions) {
      for (const overload of declaration.overloads) {
        const since = [library.since, declaration.since, overload.since].find((v) => !isIn(version, v));
        if (since !== undefined) {
          later.set(declaration.name, since);
          continue;
        }
        let known = functions.get(declaration.name);
        if (known === undefined) {
          known = { name: declaration.name, globals: [], members: [] };
          functions.set(declaration.name, known);
        }
        (declaration.member ? known.members : known.globals).push({
          overload,
          declaration,
          typeParameters: typeParametersOf(overload),
          costNeedsOverload: library === STANDARD || (declaration.costNeedsOverload ?? false),
        });
      }
    }
  }
  const macros = [...STANDARD_MACROS, ...TWO_VARIABLE_MACROS, ...OPTIONAL_MACROS, ...SORT_MACROS];
  const named = [...Object.keys(options.variables ?? {}), ...types.keys(), NULL_VALUE];
  const dotted = named.filter((name) => name.includes('.'));
  return {
    kubernetes: version,
    namespaces: new Set(dotted.map((name) => name.slice(0, name.indexOf('.')))),
    plain: options.plain ?? false,
    container: options.container ?? '',
    variables: new Map(Object.entries(options.variables ?? {})),
    json: new Set(options.json ?? []),
    functions,
    laterFunctions: later,
    types,
    macros: new MacroSet(macros.filter((macro) => isIn(version, macro.since))),
  };
}
