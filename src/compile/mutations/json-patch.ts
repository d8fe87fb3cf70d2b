import { STRING } from '../../cel/index.ts';
import { applyOperation, Draft, parsePointer, pathOf, valueAt } from '../../jsonpatch/index.ts';
import type { PatchOperation, Path } from '../../model/index.ts';
import { own } from '../change.ts';
import { CelError, compileExpression, errorText, joinNeeds, type Needs } from '../expressions/index.ts';
import { type Problem, within } from '../problem.ts';
import { sizeOf, tooMuch } from './allowance.ts';
import { type MutationContext, type MutationDefinition, type Site, untouched } from './definition.ts';
import { equivalent, typeAt } from './equivalent.ts';
import { compileValue, type ValueSource, valueFields } from './value.ts';

const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test'];
const pointer = { type: 'string' };

/**
 * RFC 6902, all of it or nothing. A `test` that fails leaves the item alone; what is to be removed or moved and is
 * not there has been already.
 */
export const jsonPatch: MutationDefinition = {
  name: 'jsonPatch',
  schema: {
    description: 'Operations of a JSON patch (RFC 6902), from the item.',
    type: 'array',
    minItems: 1,
    items: {
      description: 'One operation.',
      type: 'object',
      properties: {
        op: { description: 'What to do.', enum: operations },
        path: { ...pointer, description: 'A JSON pointer from the item: `/spec/containers/-`.' },
        pathExpression: { ...pointer, minLength: 1, description: 'CEL: a JSON pointer.' },
        from: { ...pointer, description: 'A JSON pointer: what to move or to copy.' },
        ...valueFields,
      },
      required: ['op'],
      additionalProperties: false,
    },
  },
  compile(given, problems, context) {
    const items: readonly unknown[] = Array.isArray(given) ? given : [];
    const steps = items.map((item, index) =>
      within([index], problems, (found) => compileStep(item, found, context)),
    );
    if (steps.some((step) => step === undefined)) return untouched;
    const compiled = steps.filter((step) => step !== undefined);
    return {
      needs: joinNeeds(compiled.map(({ needs }) => needs)),
      mutate: (site) => run(compiled, site),
    };
  },
};

/** An operation, but for what only the object tells. */
interface Step {
  readonly op: PatchOperation['op'];
  readonly path: (site: Site) => { readonly pointer: string } | string;
  readonly from: string;
  readonly source: ValueSource | undefined;
  readonly needs: Needs;
}

function compileStep(given: unknown, problems: Problem[], context: MutationContext): Step | undefined {
  const op = own(given, 'op') as Step['op'];
  const before = problems.length;
  const writes = op === 'add' || op === 'replace' || op === 'test';
  const source = writes ? compileValue(given, problems, context) : undefined;
  const expected = new Set(['op', 'path', 'pathExpression']);
  if (writes) expected.add('value').add('valueExpression');
  if (op === 'move' || op === 'copy') expected.add('from');
  for (const key of Object.keys(Object(given))) {
    if (expected.has(key)) continue;
    problems.push({ code: 'AB1507', message: `\`${op}\` takes no \`${key}\``, path: [key], part: 'key' });
  }
  const path = compilePath(given, problems, context, op);
  const from = own(given, 'from');
  if (expected.has('from')) pointerProblems(from, 'from', problems);
  if (op === 'move') fixedProblems(from, 'from', problems, context);
  if (problems.length > before || path === undefined) return undefined;
  return {
    op,
    path: path.of,
    from: String(from ?? ''),
    source,
    needs: joinNeeds([path.needs, source?.needs]),
  };
}

function compilePath(
  given: unknown,
  problems: Problem[],
  context: MutationContext,
  op: Step['op'],
): { readonly of: Step['path']; readonly needs?: Needs } | undefined {
  const path = own(given, 'path');
  const expression = own(given, 'pathExpression');
  if ((path === undefined) === (expression === undefined)) {
    const message = path === undefined ? 'there is no `path`' : '`path` and `pathExpression` are both there';
    problems.push({ code: 'AB1507', message, help: 'give it one of `path` and `pathExpression`', path: [] });
    return undefined;
  }
  if (expression === undefined) {
    pointerProblems(path, 'path', problems);
    if (op !== 'test') fixedProblems(path, 'path', problems, context);
    const found = { pointer: String(path) };
    return { of: () => found };
  }
  const { surroundings, variables } = context;
  const options = { expect: STRING, variables, path: ['pathExpression'], role: 'value' } as const;
  const compiled = compileExpression(String(expression), surroundings, options, problems);
  if (compiled === undefined) return undefined;
  return {
    needs: compiled.needs,
    of({ scope }) {
      const result = compiled.evaluate(scope);
      if (result instanceof CelError) return errorText(result, compiled.source);
      return { pointer: String(result) };
    },
  };
}

function pointerProblems(value: unknown, field: string, problems: Problem[]): void {
  if (value === undefined) {
    problems.push({ code: 'AB1507', message: `there is no \`${field}\``, path: [] });
    return;
  }
  const tokens = parsePointer(String(value));
  if ('message' in tokens) problems.push({ code: 'AB1506', path: [field], ...tokens });
}

function fixedProblems(value: unknown, field: string, problems: Problem[], context: MutationContext): void {
  const tokens = parsePointer(String(value));
  const message = 'message' in tokens ? undefined : context.fixed(tokens);
  if (message !== undefined) problems.push({ code: 'AB1505', message, path: [field] });
}

/** Tries everything on a draft of the item first, so that what cannot be done to the end is not begun. */
function run(steps: readonly Step[], site: Site): string | undefined {
  const trial = new Draft(site.draft.at(site.base));
  for (const step of steps) {
    const operation = operationOf(step, site, trial);
    if (typeof operation === 'string') return operation;
    if (operation === undefined) continue;
    const message = applyOperation(trial, operation);
    if (message === undefined) continue;
    return step.op === 'test' ? undefined : message;
  }
  for (const { op, path, value, before } of trial.changes) {
    const at = [...site.base, ...path];
    if (op === 'replace' && equivalent(before, value, typeAt(site.kind, at))) continue;
    if (op === 'remove') site.draft.remove(at);
    else site.draft[op](at, value);
  }
  return undefined;
}

/** The operation as the object has it; undefined where there is nothing to be done. */
function operationOf(step: Step, site: Site, trial: Draft): PatchOperation | string | undefined {
  const { op, from } = step;
  const found = step.path(site);
  if (typeof found === 'string') return found;
  const { pointer: path } = found;
  if (op === 'remove') return isThere(trial, path) ? { op, path } : undefined;
  if (op === 'move' || op === 'copy') {
    const source = resolve(trial, from);
    const value = source === undefined ? undefined : valueAt(trial.root, source);
    if (value === undefined && op === 'move') return undefined;
    return site.allowance.take(sizeOf(value)) ? { op, from, path } : tooMuch;
  }
  const worth = step.source?.of(site.scope, site.allowance);
  if (worth === undefined) return op === 'test' ? { op, path, value: null } : undefined;
  return worth.ok ? { op, path, value: worth.value } : worth.message;
}

function isThere(draft: Draft, path: string): boolean {
  const at = resolve(draft, path);
  return at !== undefined && draft.at(at) !== undefined;
}

function resolve(draft: Draft, path: string): Path | undefined {
  const tokens = parsePointer(path);
  return 'message' in tokens ? undefined : pathOf(draft.root, tokens);
}
