export { cachedRegex, compileRegex, Regex } from './regex.ts';
