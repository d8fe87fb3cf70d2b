export { Double, toDouble } from './double.ts';
export { parseExact, parseNumber } from './parse.ts';
