import { parseUrl, requestUrlProblem, type Url } from '../../url/index.ts';
import { traversal } from '../cost-size.ts';
import type { FunctionDeclaration, Library } from '../declaration.ts';
import { BOOL, listType, mapType, STRING } from '../type.ts';
import { type CelError, failure, OpaqueValue, opaqueValueType } from '../value.ts';

const URL_TYPE = opaqueValueType('kubernetes.URL');

/** A URL as a value. */
export class UrlValue extends OpaqueValue {
  readonly type = URL_TYPE;
  readonly url: Url;

  constructor(url: Url) {
    super();
    this.url = url;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && this.url.toString() === other.url.toString();
  }

  describe(): string {
    return this.url.toString();
  }
}

function parse(text: string): UrlValue | CelError {
  const url = parseUrl(text);
  return typeof url === 'string' ? failure(`\`${text}\` is not a URL: ${url}`) : new UrlValue(url);
}

const part = (name: string, id: string, read: (url: Url) => string): FunctionDeclaration => ({
  name,
  member: true,
  overloads: [{ id, parameters: [URL_TYPE], result: STRING, call: (value: UrlValue) => read(value.url) }],
});

/** URLs (apiserver pkg/cel/library/urls.go). */
export const URLS: Library = {
  name: 'url',
  functions: [
    {
      name: 'url',
      member: false,
      overloads: [
        {
          id: 'string_to_url',
          parameters: [STRING],
          result: URL_TYPE,
          call: parse,
          cost: (_result: unknown, text: string) => traversal(text),
        },
      ],
    },
    {
      name: 'isURL',
      member: false,
      overloads: [
        {
          id: 'is_url_string',
          parameters: [STRING],
          result: BOOL,
          call: (text: string) => requestUrlProblem(text) === undefined,
        },
      ],
    },
    part('getScheme', 'url_get_scheme', (url) => url.scheme),
    part('getHost', 'url_get_host', (url) => url.host),
    part('getHostname', 'url_get_hostname', (url) => url.hostname),
    part('getPort', 'url_get_port', (url) => url.port),
    part('getEscapedPath', 'url_get_escaped_path', (url) => url.escapedPath),
    {
      name: 'getQuery',
      member: true,
      overloads: [
        {
          id: 'url_get_query',
          parameters: [URL_TYPE],
          result: mapType(STRING, listType(STRING)),
          call: (value: UrlValue) => Object.fromEntries(value.url.query),
        },
      ],
    },
  ],
};
