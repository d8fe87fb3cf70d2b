/**
 * Every diagnostic that Abatis gives, by code. A code that is retired is never used again.
 * `docs/diagnostics.md` has a section for each; a test holds the two together.
 *
 * AB10xx: a text that cannot be read. AB11xx: a policy document of the wrong shape. AB12xx: its match.
 * AB13xx: its rules. AB14xx: bindings and exceptions. AB15xx: its mutations. AB20xx: how Abatis was called, and on
 * what. AB21xx: a manifest. AB22xx: the tests of a policy.
 */
export const catalogue = {
  AB1001: { title: 'not YAML' },
  AB1002: { title: 'not JSON' },
  AB1003: { title: 'key given twice' },
  AB1004: { title: 'value without a JSON form' },
  AB1005: { title: 'nested too deeply' },
  AB1006: { title: 'too large' },
  AB1007: { title: 'bad alias or merge' },

  AB1101: { title: 'not a mapping' },
  AB1102: { title: 'unknown apiVersion' },
  AB1103: { title: 'unknown kind' },
  AB1105: { title: 'not a policy' },
  AB1106: { title: 'field missing' },
  AB1107: { title: 'unknown field' },
  AB1109: { title: 'wrong type' },
  AB1110: { title: 'value not allowed' },
  AB1111: { title: 'empty' },
  AB1112: { title: 'bad name' },
  AB1113: { title: 'duplicate name' },
  AB1114: { title: 'duplicate rule' },
  AB1115: { title: 'rule without a check' },
  AB1116: { title: 'rule with several checks' },
  AB1117: { title: 'more problems than are shown' },

  AB1201: { title: 'bad kind pattern' },
  AB1202: { title: 'kind not known' },
  AB1203: { title: 'kind carries no pod' },
  AB1204: { title: 'operation without a pod' },
  AB1205: { title: 'bad glob' },
  AB1206: { title: 'bad selector' },
  AB1207: { title: 'bad subject' },

  AB1301: { title: 'bad JSONPath' },
  AB1302: { title: 'bad schema' },
  AB1303: { title: 'unknown selection' },
  AB1304: { title: 'bad message template' },
  AB1305: { title: 'bad expression' },
  AB1306: { title: 'doubtful expression' },
  AB1307: { title: 'parameter without a value' },
  AB1308: { title: 'name given twice' },
  AB1309: { title: 'bad time' },
  AB1311: { title: 'fact without a source' },
  AB1312: { title: 'bad time to wait' },
  AB1313: { title: 'fact without a pod' },

  AB1401: { title: 'unknown policy' },
  AB1402: { title: 'unknown rule' },
  AB1403: { title: 'parameters that do not fit' },
  AB1404: { title: 'exceptions forbidden' },

  AB1501: { title: 'mutation without a form' },
  AB1502: { title: 'mutation with several forms' },
  AB1503: { title: 'duplicate mutation' },
  AB1504: { title: 'operation without mutations' },
  AB1505: { title: 'field that cannot be mutated' },
  AB1506: { title: 'bad JSON pointer' },
  AB1507: { title: 'bad value of a mutation' },
  AB1508: { title: 'position without a merge' },

  AB2001: { title: 'no such file' },
  AB2002: { title: 'file cannot be read' },
  AB2003: { title: 'file too large' },
  AB2004: { title: 'not a text file' },
  AB2005: { title: 'no policies' },
  AB2006: { title: 'nothing evaluated' },

  AB2101: { title: 'not an object' },
  AB2102: { title: 'manifest without apiVersion' },
  AB2103: { title: 'bad apiVersion' },
  AB2104: { title: 'manifest without kind' },
  AB2105: { title: 'bad kind' },
  AB2106: { title: 'bad metadata' },
  AB2107: { title: 'metadata of the wrong type' },
  AB2108: { title: 'manifest without a name' },
  AB2109: { title: 'kind that Kubernetes does not have' },

  AB2201: { title: 'file that is no test' },
  AB2202: { title: 'unknown field beside a policy' },
  AB2203: { title: 'field missing beside a policy' },
  AB2204: { title: 'bad value beside a policy' },
  AB2205: { title: 'duplicate test' },
  AB2206: { title: 'bad pattern' },
  AB2207: { title: 'request that cannot be' },
  AB2208: { title: 'nothing tested' },
  AB2209: { title: 'policy without tests' },
  AB2210: { title: 'bad parameter' },
} as const satisfies Record<string, { readonly title: string }>;

export type DiagnosticCode = keyof typeof catalogue;
