import { BOOL, STRING } from '../cel/index.ts';
import type { Rule } from '../model/index.ts';
import { checks } from './checks/index.ts';
import {
  compileExpression,
  type Expression,
  joinNeeds,
  nothing,
  type Surroundings,
  type VariableNeeds,
} from './expressions/index.ts';
import { compileItems } from './items.ts';
import { type Problem, within } from './problem.ts';
import type { CompiledRule } from './program.ts';
import { screenOf } from './screen.ts';
import { compileTemplate } from './template.ts';

/** What a rule can use of the policy around it. */
export interface RuleContext {
  readonly target: 'object' | 'pod';
  /** What expressions see in a rule, by what its `each` selects. */
  surroundings(each: readonly string[] | undefined): Surroundings;
  readonly variables: VariableNeeds;
}

/** Compiles one rule. Problems count from the rule. */
export function compileRule(rule: Rule, context: RuleContext, problems: Problem[]): CompiledRule {
  const { each, check, message } = rule;
  const { variables } = context;
  const surroundings = context.surroundings(each);
  const definition = checks.find(({ name }) => name === check.name);
  if (definition === undefined) throw new Error(`no check is called ${check.name}`);

  const expression = (field: 'when' | 'messageExpression', expect: typeof BOOL): Expression | undefined => {
    const source = rule[field];
    if (source === undefined) return undefined;
    return compileExpression(
      source,
      surroundings,
      { expect, variables, path: [field], role: field },
      problems,
    );
  };
  const items =
    each === undefined
      ? undefined
      : within(['each'], problems, (found) => compileItems(each, context.target, found));
  const when = expression('when', BOOL);
  const compiled = within([check.name], problems, (found) =>
    definition.compile(check.value, found, { surroundings, variables }),
  );
  const template =
    message === undefined
      ? undefined
      : within(['message'], problems, (found) => compileTemplate(message, surroundings, variables, found));
  // A `when` may fail on an item, which is not to be missed.
  const screen = rule.when === undefined && problems.length === 0 ? screenOf(each, check) : undefined;
  const messageExpression = expression('messageExpression', STRING);
  return {
    name: rule.name,
    written: check,
    ...(rule.help !== undefined && { help: rule.help }),
    ...(items !== undefined && { items }),
    ...(when !== undefined && { when }),
    check: compiled.check,
    ...(screen !== undefined && { screen }),
    needs: joinNeeds([when?.needs, compiled.needs ?? nothing]),
    ...(template !== undefined && { message: template }),
    ...(messageExpression !== undefined && { messageExpression }),
  };
}
