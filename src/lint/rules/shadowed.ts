import { type Expr, forEachChild } from '../../cel/index.ts';
import type { LintRule, Oddity } from '../lint-rule.ts';

/** A macro that gives a name to something else than it stands for around it. */
export const shadowed: LintRule = {
  code: 'AB1614',
  severity: 'warning',
  *policy({ expressions }) {
    for (const { program, path, offset } of expressions) {
      const found: Oddity[] = [];
      const visit = (expr: Expr, taken: ReadonlySet<string>): void => {
        const names =
          expr.kind === 'fold'
            ? [expr.variable, ...(expr.variable2 === undefined ? [] : [expr.variable2])]
            : expr.kind === 'bind'
              ? [expr.name]
              : [];
        for (const name of names.filter((name) => taken.has(name))) {
          found.push({
            path,
            offset: offset + expr.start,
            length: Math.max(1, expr.end - expr.start),
            message: `\`${name}\` is something else outside of this`,
            help: 'take another name, so that nobody reads the one for the other',
          });
        }
        const outer = expr.kind === 'fold' ? expr.range : expr.kind === 'bind' ? expr.value : undefined;
        const inner = new Set([...taken, ...names]);
        forEachChild(expr, (child) => visit(child, child === outer ? taken : inner));
      };
      visit(program.tree.expr, new Set(program.environment.variables.keys()));
      yield* found;
    }
  },
};
