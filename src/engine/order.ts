import { formatPath } from '../jsonpath/index.ts';
import { actions, type Finding, severities } from '../model/index.ts';

/**
 * Findings as people should meet them: strictest action first, then gravest severity, then by policy, rule and
 * place. Those that say the same of the same place are one, the strictest.
 */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, { readonly finding: Finding; readonly path: string }>();
  for (const finding of findings) {
    const path = formatPath(finding.path);
    const key = JSON.stringify([finding.policy, finding.rule, path, finding.message]);
    const known = seen.get(key);
    if (known === undefined || stricter(finding, known.finding)) seen.set(key, { finding, path });
  }
  return [...seen.values()]
    .sort(
      (a, b) =>
        actions.indexOf(b.finding.action) - actions.indexOf(a.finding.action) ||
        severities.indexOf(b.finding.severity) - severities.indexOf(a.finding.severity) ||
        compareText(a.finding.policy, b.finding.policy) ||
        compareText(a.finding.rule, b.finding.rule) ||
        a.path.localeCompare(b.path, 'en', { numeric: true }),
    )
    .map(({ finding }) => finding);
}

/**
 * Several bindings may judge one place by the same rule: what counts there is the strictest, and of bindings that
 * are equally strict the first by name. A rule may still say several things of a place through one binding.
 */
export function acrossBindings(findings: readonly Finding[]): readonly Finding[] {
  if (findings.every(({ binding }) => binding === undefined)) return findings;
  const winners = new Map<string, Finding>();
  const keyOf = ({ policy, rule, path }: Finding) => JSON.stringify([policy, rule, path]);
  for (const finding of findings) {
    const key = keyOf(finding);
    const known = winners.get(key);
    if (known === undefined || stricter(finding, known)) winners.set(key, finding);
  }
  return findings.filter((finding) => finding.binding === winners.get(keyOf(finding))?.binding);
}

function stricter(a: Finding, b: Finding): boolean {
  return actions.indexOf(a.action) > actions.indexOf(b.action);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
