/** A value as YAML in block style, for files that people go on writing. */
export function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join('');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    return Object.entries(value)
      .map(([key, item]) => {
        const isNested = typeof item === 'object' && item !== null && Object.keys(item).length > 0;
        return isNested
          ? `${indent}${scalar(key)}:\n${toYaml(item, `${indent}  `)}`
          : `${indent}${scalar(key)}: ${toYaml(item).trim()}\n`;
      })
      .join('');
  }
  return `${indent}${scalar(value)}\n`;
}

/** Words that no YAML takes for anything but text need no quotes; JSON is YAML for everything else. */
function scalar(value: unknown): string {
  const isWord = typeof value === 'string' && /^[A-Za-z][\w./-]*(?: [\w./-]+)*$/.test(value);
  const isReserved =
    typeof value === 'string' && /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i.test(value);
  return isWord && !isReserved ? value : JSON.stringify(value);
}
