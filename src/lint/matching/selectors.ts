import type { LabelSelector } from '../../model/index.ts';

/** The label that a selector asks two things of which no label can be; undefined where there is none. */
export function contradiction({
  matchLabels = {},
  matchExpressions = [],
}: LabelSelector): string | undefined {
  const allowed = new Map<string, ReadonlySet<string>>();
  const absent = new Set<string>();
  const present = new Set(Object.keys(matchLabels));
  const refused = new Map<string, Set<string>>();
  const allow = (key: string, values: readonly string[]): void => {
    const before = allowed.get(key);
    allowed.set(key, new Set(before === undefined ? values : values.filter((value) => before.has(value))));
  };
  for (const [key, value] of Object.entries(matchLabels)) allow(key, [String(value)]);
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'In') {
      allow(key, values);
      present.add(key);
    } else if (operator === 'Exists') present.add(key);
    else if (operator === 'DoesNotExist') absent.add(key);
    else refused.set(key, new Set([...(refused.get(key) ?? []), ...values]));
  }
  return [...present].find((key) => {
    const values = allowed.get(key);
    const left =
      values === undefined ? undefined : [...values].filter((value) => !refused.get(key)?.has(value));
    return absent.has(key) || left?.length === 0;
  });
}
