/**
 * Every diagnostic that Abatis gives, by code. A code that is retired is never used again.
 * `docs/diagnostics.md` has a section for each; a test holds the two together.
 */
export const catalogue = {
  AB1001: { title: 'not YAML' },
} as const satisfies Record<string, { readonly title: string }>;

export type DiagnosticCode = keyof typeof catalogue;
