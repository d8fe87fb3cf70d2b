export { type Answer, answer, type Cause } from './answer.ts';
export { evaluate } from './evaluate.ts';
