export { type Admission, admit } from './admit.ts';
export { type Answer, answer, type Cause, mutationAnswer } from './answer.ts';
export { evaluate } from './evaluate.ts';
export { explain } from './explaining/explain.ts';
export { type GivenFacts, givenFacts } from './given.ts';
export { mutate, unmutated } from './mutate.ts';
