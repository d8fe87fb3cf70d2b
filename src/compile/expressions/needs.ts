import type { Program } from '../../cel/index.ts';
import type { Change } from '../change.ts';

/** What an expression reads besides the object itself. */
export interface Needs {
  readonly user: boolean;
  readonly namespace: boolean;
  /** The request, the old object or facts: what makes an answer about one object depend on another. */
  readonly request: boolean;
}

export const nothing: Needs = { user: false, namespace: false, request: false };

/** What an expression reads, its variables left aside. */
export function needsOf(program: Program): Needs {
  let [user, namespace, request] = [false, false, false];
  for (const { variable, path } of program.reads) {
    if (variable === 'request') {
      request = true;
      if (path.length === 0 || path[0] === 'userInfo') user = true;
    }
    if (variable === 'oldObject' || variable === 'facts' || variable === 'image') request = true;
    if (variable === 'namespaceObject') namespace = true;
  }
  return { user, namespace, request };
}

/** Of several expressions together. */
export function joinNeeds(all: readonly (Needs | undefined)[]): Needs {
  return all.reduce<Needs>(
    (joined, needs) => ({
      user: joined.user || needs?.user === true,
      namespace: joined.namespace || needs?.namespace === true,
      request: joined.request || needs?.request === true,
    }),
    nothing,
  );
}

/** What an expression needs and the context does not know, in words; undefined where all is known. */
export function unknownOf(needs: Needs, { input }: Change): string | undefined {
  if (needs.user && input.userInfo === undefined) return 'who asks is not known here';
  if (needs.namespace && input.namespaceObject === undefined) return 'the namespace is not known here';
  return undefined;
}
