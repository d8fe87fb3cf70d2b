import type { Node } from './ast.ts';

/** How many characters a match has at least. */
export function shortest(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + shortest(part), 0);
    case 'choice':
      return Math.min(...node.branches.map(shortest));
    case 'repeat':
      return node.min * shortest(node.part);
    default:
      return 0;
  }
}

/** Whether a match depends on where words begin and end. */
export function hasBoundary(node: Node): boolean {
  switch (node.kind) {
    case 'boundary':
      return true;
    case 'sequence':
      return node.parts.some(hasBoundary);
    case 'choice':
      return node.branches.some(hasBoundary);
    case 'repeat':
      return hasBoundary(node.part);
    default:
      return false;
  }
}
