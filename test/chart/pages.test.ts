import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readDocuments } from '../../src/yaml/index.ts';
import { chart, describeWithHelm, helm, type Values } from '../helm/index.ts';
import { rendered } from './rendered.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/install.md'), 'utf8');

/** What stands in fences of this language, with the line that each begins on. */
function fences(language: string): { readonly line: number; readonly text: string }[] {
  const found = page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...found].map(({ index, 1: text = '' }) => ({
    line: page.slice(0, index).split('\n').length,
    text,
  }));
}

const values = (text: string) => readDocuments('values', text).documents[0]?.value as Values;

describeWithHelm('the page about installing', () => {
  it.each(fences('yaml file=values.yaml'))('shows values that the chart takes, line $line', ({ text }) => {
    expect(rendered(values(text)).objects.length).toBeGreaterThan(10);
  });

  it('sets by its commands what there is', () => {
    const commands = fences('sh')
      .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
      .filter((line) => /^helm (?:install|upgrade) /.test(line));
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      const set = [...command.matchAll(/--set (\S+)/g)].flatMap(([, each = '']) => ['--set', each]);
      const { code, stderr } = helm(['template', 'abatis', chart, ...set]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    }
  });

  it('names every right of the default installation', () => {
    const { one } = rendered();
    const rules = [...one('ClusterRole', 'abatis')['rules'], ...one('Role')['rules']];
    const table = page.slice(page.indexOf('## What it may do'), page.indexOf('## Who may write'));
    for (const { verbs } of rules as { verbs: readonly string[] }[])
      for (const verb of verbs) expect(table).toContain(verb);
    for (const name of ['abatis-tls', 'abatis-emergency', 'Lease of the release'])
      expect(table).toContain(name);
  });

  it('says of which Kubernetes the chart is', () => {
    const [manifest] = readDocuments('x', readFileSync(resolve(chart, 'Chart.yaml'), 'utf8')).documents;
    const oldest = JSON.stringify(manifest?.value).match(/"kubeVersion":">=(\d+\.\d+)/)?.[1];
    expect(page).toContain(`| ${oldest} to `);
  });
});
