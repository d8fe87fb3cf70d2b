import type { Expr, Tree } from '../../cel/index.ts';
import { selections, type WrittenExpression } from '../../compile/index.ts';
import { parsePath } from '../../jsonpath/index.ts';
import { parseKindPattern } from '../../kinds/index.ts';
import type { Rule } from '../../model/index.ts';
import { both, either, type Facts, nothingKnown, operationIs, present } from '../absence/facts.ts';
import type { Variables } from '../absence/key.ts';
import { optionalForm, textOf } from '../absence/offer.ts';
import { truthsOf } from '../absence/truth.ts';
import { type Absence, Walk } from '../absence/walk.ts';
import type { LintRule, Oddity, PolicyInQuestion } from '../lint-rule.ts';

/** One of the kinds that a policy is about: the trees of its expressions with the types that they have then. */
interface View {
  readonly kind: string | undefined;
  tree(expression: WrittenExpression): Tree;
}

/** An expression that fails where a field is left out, which the API server lets one leave out. */
export const absentFields: LintRule = {
  code: 'AB1611',
  severity: 'warning',
  *policy(question) {
    const told = new Set<string>();
    for (const view of viewsOf(question)) {
      for (const { absence, expression } of absencesIn(question, view)) {
        const oddity = oddityOf(absence, expression, view);
        const place = JSON.stringify([oddity.path, oddity.offset]);
        if (!told.has(place)) yield oddity;
        told.add(place);
      }
    }
  },
};

function viewsOf({ expressions }: PolicyInQuestion): readonly View[] {
  const [first] = expressions;
  if (first === undefined || first.typed.length === 0) {
    return [{ kind: undefined, tree: ({ program }) => program.tree }];
  }
  return first.typed.map(({ kind }, index) => ({
    kind,
    tree: ({ program, typed }) => (typed[index]?.program ?? program).tree,
  }));
}

interface Found {
  readonly absence: Absence;
  readonly expression: WrittenExpression;
}

function absencesIn({ policy: { spec }, expressions }: PolicyInQuestion, view: View): readonly Found[] {
  const ofTree = new Map<Tree, WrittenExpression>();
  const trees = new Map(
    expressions.map((expression) => {
      const tree = view.tree(expression);
      ofTree.set(tree, expression);
      return [expression, tree] as const;
    }),
  );
  const treeOf = (expression: WrittenExpression): Tree => trees.get(expression) ?? expression.program.tree;
  const byName = new Map(expressions.flatMap((each) => (each.name === undefined ? [] : [[each.name, each]])));
  const variables: Variables = (name) => {
    const expression = byName.get(name);
    if (expression === undefined) return undefined;
    const tree = treeOf(expression);
    return { expr: tree.expr, tree };
  };
  const truth = (expression: WrittenExpression): Facts => {
    const tree = treeOf(expression);
    return truthsOf(tree.expr, tree, new Map(), variables).whenTrue;
  };
  const found: Found[] = [];
  const walk = (expression: WrittenExpression, facts: Facts): void => {
    const tree = treeOf(expression);
    const one = new Walk(variables);
    one.visit(tree.expr, tree, facts);
    for (const absence of one.found) {
      found.push({ absence, expression: ofTree.get(absence.tree) ?? expression });
    }
  };
  const conditions = expressions.filter(({ role }) => role === 'condition');
  const operations = spec.match.operations ?? ['CREATE', 'UPDATE'];
  const always = both(
    operations.includes('*') ? nothingKnown : operationIs(operations),
    isAboutSubresources(spec.match.kinds) ? present('request.subResource') : nothingKnown,
  );
  for (const condition of conditions) {
    // One that is false decides, whatever else fails.
    walk(
      condition,
      conditions
        .filter((other) => other !== condition)
        .map(truth)
        .reduce(both, always),
    );
  }
  const matched = conditions.map(truth).reduce(both, always);
  for (const fact of expressions.filter(({ role }) => role === 'fact')) walk(fact, matched);
  const parts = [
    ...spec.rules.map(({ each }, index) => ({ each, index, of: 'rule' as const, known: matched })),
    ...(spec.mutations ?? []).map(({ each }, index) => ({
      each,
      index,
      of: 'mutation' as const,
      known: both(matched, mutated[spec.target]),
    })),
  ];
  for (const { each, index, of, known } of parts) {
    const own = expressions.filter((expression) => expression[of] === index);
    const selected = both(known, selectedBy(each, spec.target));
    const when = own.find(({ role }) => role === 'when');
    if (when !== undefined) walk(when, selected);
    const chosen = when === undefined ? selected : both(selected, truth(when));
    for (const expression of own.filter(({ role }) => role === 'check' || role === 'change')) {
      walk(expression, chosen);
    }
  }
  return found;
}

/** Whether every request that the kinds match is for a subresource. */
function isAboutSubresources(kinds: readonly string[] = []): boolean {
  const patterns = kinds.map(parseKindPattern);
  return (
    patterns.length > 0 &&
    patterns.every((pattern) => typeof pattern !== 'string' && pattern.subresource !== undefined)
  );
}

/** When mutations are made: never of what is gone, and of Pods only when they are created. */
const mutated: Readonly<Record<'object' | 'pod', Facts>> = {
  object: operationIs(['CREATE', 'UPDATE']),
  pod: operationIs(['CREATE']),
};

/** That there is an item says that all is there on the way to it. */
function selectedBy(each: Rule['each'] = [], target: 'object' | 'pod'): Facts {
  const paths = each.flatMap((text) => (Object.hasOwn(selections, text) ? (selections[text] ?? []) : [text]));
  const facts = paths.map((text): Facts => {
    const parsed = parsePath(text, { form: 'full' });
    if (!parsed.ok) return nothingKnown;
    let key = target;
    for (const step of parsed.path.steps) {
      if (step.kind !== 'name') break;
      key += `.${step.name}`;
    }
    return present(key);
  });
  return facts.length === 0 ? nothingKnown : facts.reduce(either);
}

function oddityOf({ part, tree, key }: Absence, expression: WrittenExpression, { kind }: View): Oddity {
  const { path, offset, program } = expression;
  const { text: read, start: from } = textOf(part, program.source);
  const place = { path, offset: offset + from, length: Math.max(1, part.end - from) };
  if (key === 'oldObject' || key === 'object') {
    const [operation, other] = key === 'object' ? ['DELETE', 'oldObject'] : ['CREATE', 'object'];
    return {
      ...place,
      message: `the expression fails on ${operation}, where \`${key}\` is null`,
      help: `write \`${key}.?…\` with \`orValue\`, ask for \`${key} != null\` first, or read \`${other}\``,
    };
  }
  const offer = optionalForm(program.source, part, tree, program.environment);
  const of = kind === undefined ? '' : ` of a ${kind}`;
  const message = `the expression fails where \`${read}\`${of} is left out`;
  if (offer === undefined) return { ...place, message, help: guard(part, read) };
  // What is marked is what the offered form stands in for.
  const { form, start, end } = offer;
  return { path, offset: offset + start, length: end - start, message, help: `write \`${form}\`` };
}

function guard(part: Expr, read: string): string {
  if (part.kind !== 'select') return 'ask first whether the key is there, by `in`';
  return `ask first whether it is there: \`has(${read})\`, or use \`.?${part.field}\``;
}
