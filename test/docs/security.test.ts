import { readFileSync } from 'node:fs';
import { maxHeaderSize } from 'node:http';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { Budget } from '../../src/cel/budget.ts';
import { defaultLimits } from '../../src/facts/image/limits.ts';
import { mostNodes } from '../../src/jsonpath/walk.ts';
import { depthLimit } from '../../src/webhook/body.ts';
import { bodyLimit } from '../../src/webhook/collect.ts';
import { deepest, longestText, mostAliased } from '../../src/yaml/limits.ts';
import { abatis } from '../cli/process.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/security.md'), 'utf8');
const limits = page.slice(page.indexOf('\n## Limits'), page.indexOf('\n## Connections'));
const row = (start: string) => limits.split('\n').find((line) => line.startsWith(`| ${start}`)) ?? '';

const mib = 1024 * 1024;
const grouped = (value: number) => value.toLocaleString('en');

it.each([
  ['body of a request', `${bodyLimit / mib} MiB`],
  ['levels of objects', String(depthLimit)],
  ['levels of objects', String(deepest)],
  ['its headers', `${maxHeaderSize / 1024} KiB`],
  ['YAML', `${longestText / mib} Mi characters; ${grouped(mostAliased)} values`],
  ['an expression', `${grouped(new Budget().perExpression)}; ${grouped(new Budget().remaining)} units`],
  ['JSONPath', grouped(mostNodes)],
  [
    'a layer of an image',
    `${defaultLimits.layerBytes / mib / 1024} GiB, ${defaultLimits.expandedBytes / mib / 1024} GiB`,
  ],
])('the page about security has the limit that there is: %s', (start, text) => {
  expect(row(start)).toContain(text);
});

it('the page about security has the defaults of abatis serve', () => {
  const help = abatis(['serve', '--help']).stdout.replaceAll(/\s+/g, ' ');
  const most = help.match(/--max-in-flight .*?\(default: (\d+)\)/)?.[1];
  expect(row('requests in flight')).toContain(`${most}, \`--max-in-flight\``);
  expect(help).toMatch(/--tls-min-version .*?default: "1\.3"/);
  expect(page).toContain('TLS 1.3; `--tls-min-version 1.2`');
});
