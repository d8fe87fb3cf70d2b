/** What the API server makes of an object of a built-in kind before it asks a webhook. */
export { isAlwaysFilled } from './always.ts';
export { defaulted, defaultedInput } from './defaulted.ts';
