export { type BuiltinKind, builtinKinds } from './builtin.ts';
export { type PodCarrier, podCarriers } from './carriers.ts';
export { listKeys } from './listkeys.ts';
export {
  compileKindPattern,
  type KindPattern,
  kindsOf,
  leftOut,
  parseKindPattern,
  type RequestedKind,
} from './pattern.ts';
export { guessResource, type KindTable, kindTable } from './table.ts';
