import { traversal } from '../cost-size.ts';
import type { Library } from '../declaration.ts';
import { STRING } from '../type.ts';

/** What mutating admission policies have besides the libraries of all (apiserver pkg/cel/library/jsonpatch.go). */
export const JSONPATCH: Library = {
  name: 'jsonpatch',
  since: '1.32',
  functions: [
    {
      name: 'jsonpatch.escapeKey',
      member: false,
      overloads: [
        {
          id: 'string_jsonpatch_escapeKey_string',
          parameters: [STRING],
          result: STRING,
          // RFC 6901: the tilde first, lest those of the slashes are escaped again.
          call: (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
          cost: (_result: unknown, key: string) => traversal(key),
        },
      ],
    },
  ],
};
