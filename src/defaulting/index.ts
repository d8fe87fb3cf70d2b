/** What the API server makes of an object of a built-in kind before it asks a webhook. */
export { defaulted, defaultedInput } from './defaulted.ts';
