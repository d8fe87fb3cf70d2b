import type { JsonObject } from '../../model/index.ts';
import { itemsAt, own } from '../object.ts';
import type { RuleTable } from '../rules.ts';

/** Source: apiextensions-apiserver pkg/apis/apiextensions/v1 and its registry. */
export const apiextensions: RuleTable = {
  'apiextensions.v1.CustomResourceDefinition': {
    createdStatus: (crd) => ({ storedVersions: storedVersions(crd) }),
  },
  'apiextensions.v1.CustomResourceDefinitionNames': {
    fields: {
      singular: (names) => text(names, 'kind')?.toLowerCase(),
      listKind: (names) => {
        const kind = text(names, 'kind');
        return kind === undefined ? undefined : `${kind}List`;
      },
    },
  },
  'apiextensions.v1.CustomResourceDefinitionSpec': { fields: { conversion: { strategy: 'None' } } },
  'apiextensions.v1.ServiceReference': { fields: { port: 443 } },
};

function storedVersions(crd: JsonObject): readonly unknown[] {
  const stored = itemsAt(own(crd, 'spec'), 'versions').find((version) => own(version, 'storage') === true);
  return stored === undefined ? [] : [own(stored, 'name')];
}

function text(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
