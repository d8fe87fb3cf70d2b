export { type Compiled, compile, Regex } from './regex.ts';
