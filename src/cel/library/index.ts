import type { Library } from '../declaration.ts';
import { SETS } from './sets.ts';

/** The libraries of Kubernetes' environment, in no particular order. */
export const LIBRARIES: readonly Library[] = [SETS];
