export { type Conditions, compileConditions } from './conditions.ts';
export { type Environments, environmentsOf, type Surroundings } from './environment.ts';
export {
  CelError,
  compileExpression,
  type Expression,
  type ExpressionUse,
  errorText,
  quoteExpression,
  type VariableNeeds,
} from './expression.ts';
export { joinNeeds, type Needs, nothing, unknownOf } from './needs.ts';
export { type CompiledParameters, compileParameters } from './parameters.ts';
export { knownTypes, type TargetPlace, targetPlaces } from './types.ts';
export { type CompiledVariables, compileVariables } from './variables.ts';
