export { add, roundUp, subtract } from './arithmetic.ts';
export { canonical } from './canonical.ts';
export { parseQuantity, type QuantityProblem } from './parse.ts';
export {
  asApproximateFloat,
  asInteger,
  compare,
  type Format,
  fromInteger,
  Quantity,
  sign,
} from './quantity.ts';
