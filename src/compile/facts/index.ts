import type { FactDefinition } from './definition.ts';
import { image } from './image.ts';
import { lookup } from './lookup.ts';

export { type CompiledFacts, compileFacts, type KnownFacts, type Lacking } from './facts.ts';

/** Every source of facts that there is. */
export const factSources: readonly FactDefinition[] = [lookup, image];
