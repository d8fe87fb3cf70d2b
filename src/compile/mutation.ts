import { BOOL } from '../cel/index.ts';
import type { Mutation } from '../model/index.ts';
import { compileExpression, joinNeeds } from './expressions/index.ts';
import { compileItems } from './items.ts';
import { fixedAt, mutationForms } from './mutations/index.ts';
import { type Problem, within } from './problem.ts';
import type { CompiledMutation } from './program.ts';
import type { RuleContext } from './rule.ts';

/** Compiles one mutation. Problems count from the mutation. */
export function compileMutation(
  mutation: Mutation,
  context: RuleContext & { readonly changesStatus: boolean },
  problems: Problem[],
): CompiledMutation {
  const { each, when, form } = mutation;
  const { target, variables, changesStatus } = context;
  const surroundings = context.surroundings(each);
  const definition = mutationForms.find(({ name }) => name === form.name);
  if (definition === undefined) throw new Error(`no form of mutations is called ${form.name}`);
  const items =
    each === undefined ? undefined : within(['each'], problems, (found) => compileItems(each, target, found));
  const condition =
    when === undefined
      ? undefined
      : compileExpression(
          when,
          surroundings,
          { expect: BOOL, variables, path: ['when'], role: 'when' },
          problems,
        );
  const compiled = within([form.name], problems, (found) =>
    definition.compile(form.value, found, {
      surroundings,
      variables,
      position: mutation.position ?? 'last',
      fixed: (path) => (each === undefined ? fixedAt(path, !changesStatus) : undefined),
    }),
  );
  return {
    name: mutation.name,
    ...(items !== undefined && { items }),
    ...(condition !== undefined && { when: condition }),
    mutate: compiled.mutate,
    needs: joinNeeds([condition?.needs, compiled.needs]),
  };
}
