/** Whether no two items are equal as JSON values, the order of keys aside. Linear in the size of the list. */
export function isUnique(items: readonly unknown[]): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const text = JSON.stringify(item, sorted) ?? 'undefined';
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
