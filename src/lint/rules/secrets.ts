import type { Expr, Tree } from '../../cel/index.ts';
import { kindsOf, parseKindPattern } from '../../kinds/index.ts';
import { type Variables, variableOf } from '../absence/key.ts';
import { variablesOf } from '../constant/of-policy.ts';
import { stepsOf } from '../constant/paths.ts';
import type { LintRule } from '../lint-rule.ts';

/** The fields of a Secret that are secret. */
const secret = new Set(['data', 'stringData']);

/** A message that shows what is in a Secret to everybody who reads logs and events. */
export const secretsInMessages: LintRule = {
  code: 'AB1619',
  severity: 'warning',
  *policy({ policy, expressions }, { kinds: table }) {
    const { match, target, rules } = policy.spec;
    const isAboutSecrets =
      target === 'object' &&
      (match.kinds ?? ['*']).some((text) => {
        const pattern = parseKindPattern(text);
        return (
          typeof pattern !== 'string' &&
          pattern.subresource === undefined &&
          kindsOf(pattern, table).some(({ group, kind }) => group === '' && kind === 'Secret')
        );
      });
    if (!isAboutSecrets) return;
    const variables = variablesOf({ expressions });
    for (const expression of expressions) {
      const { role, rule, path, offset, program } = expression;
      if ((role !== 'message' && role !== 'messageExpression') || rule === undefined) continue;
      const items = (rules[rule]?.each ?? []).map((text) => stepsOf(text));
      const isOfItem = items.some((steps) => secret.has(String(steps?.[0])));
      const read = secretIn(program.tree.expr, program.tree, variables, isOfItem);
      if (read === undefined) continue;
      yield {
        path,
        offset,
        length: program.source.length,
        message: `the message shows \`${read}\`, which is secret where the object is a Secret`,
        help: 'name the key, never the value: messages are in logs, events and reports',
      };
    }
  },
};

/** How deep a value is looked for. */
const deepest = 50;

/** Functions and operators whose result shows what they are given. */
const telling = new Set(['string', 'dyn', '_+_', 'join', 'format', 'orValue', 'value']);

/** The secret that the value of an expression shows; undefined where it may show none. */
function secretIn(
  expr: Expr,
  tree: Tree,
  variables: Variables,
  isOfItem: boolean,
  depth = 0,
): string | undefined {
  if (depth > deepest) return undefined;
  const of = (part: Expr): string | undefined => secretIn(part, tree, variables, isOfItem, depth + 1);
  const first = (parts: readonly Expr[]): string | undefined => {
    for (const part of parts) {
      const found = of(part);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const variable = variableOf(expr, tree);
  const meant = variable === undefined ? undefined : variables(variable);
  if (meant !== undefined) return secretIn(meant.expr, meant.tree, variables, isOfItem, depth + 1);
  const path = pathOf(expr, tree);
  if (path !== undefined) {
    const [root = '', field] = path;
    if (root === 'item') return isOfItem && path.length === 1 ? root : undefined;
    if (root !== 'object' && root !== 'oldObject') return undefined;
    return field === undefined || secret.has(field) ? path.join('.') : undefined;
  }
  if (expr.kind === 'list') return first(expr.elements);
  if (expr.kind === 'fold') return expr.result === undefined ? undefined : of(expr.result);
  if (expr.kind !== 'call') return undefined;
  if (expr.name === '_?_:_') return first(expr.args.slice(1));
  if (!telling.has(expr.name)) return undefined;
  return first(expr.target === undefined ? expr.args : [expr.target, ...expr.args]);
}

/** The root variable and the fields of a selection; of a key that is not written out only that there is one. */
function pathOf(expr: Expr, tree: Tree): readonly string[] | undefined {
  const path: string[] = [];
  for (let at: Expr | undefined = expr; at !== undefined; ) {
    if (at.kind === 'ident') {
      const reference = tree.referenceOf(at);
      return reference?.kind === 'variable' ? [reference.name, ...path] : undefined;
    }
    if (at.kind === 'select' && !at.test) {
      path.unshift(at.field);
      at = at.operand;
    } else if (at.kind === 'call' && ['_[_]', '_[?_]', '_?._'].includes(at.name)) {
      const key: Expr | undefined = at.args[1];
      path.unshift(key?.kind === 'literal' ? String(key.value) : '*');
      at = at.args[0];
    } else return undefined;
  }
  return undefined;
}
