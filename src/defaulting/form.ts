import { forms } from './forms.ts';

/** What becomes of a field without content when the API server writes it. */
export type Form =
  /** It is written if it is there, even `false` and `0`: Go has a pointer. */
  | 'kept'
  /** Left out where it is empty (`omitempty` on a value). */
  | 'omitted'
  /** There always: the zero of its type where it was left out. */
  | 'zero'
  /** There always: null where it was left out. */
  | 'null';

export interface FieldForm {
  readonly form: Form;
  /** A time to the microsecond (meta/v1 MicroTime). */
  readonly micro: boolean;
}

const marks: Readonly<Record<string, Form>> = { '~': 'omitted', '=': 'zero', '!': 'null' };
const fieldForm = /^(.+?)(@?)([~=!]?)$/;

let lines: ReadonlyMap<string, string> | undefined;

/**
 * The forms of a definition's fields by their names, of those that differ from the rest: scalars and objects are kept,
 * lists and maps omitted. A field is marked by what follows its name in forms.ts: `~` omitted, `=` zero, `!` null,
 * `@` a time to the microsecond.
 */
export function formsOf(definition: string): ReadonlyMap<string, FieldForm> {
  lines ??= new Map(
    forms.split('\n').map((line) => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    }),
  );
  const found = new Map<string, FieldForm>();
  for (const field of lines.get(definition)?.split(' ') ?? []) {
    const [, name = '', micro, mark = ''] = fieldForm.exec(field) ?? [];
    found.set(name, { form: marks[mark] ?? 'kept', micro: micro === '@' });
  }
  return found;
}
