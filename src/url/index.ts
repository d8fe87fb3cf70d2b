export { parseUrl, requestUrlProblem, Url } from './url.ts';
