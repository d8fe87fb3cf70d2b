import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requestErrors } from '../../src/webhook/request-error.ts';
import { configMap, ownerPolicy, policy, programOf, review, webhook } from './server.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/serve.md'), 'utf8');

/** The first two cells of each row of the table under a heading, code marks left out. */
function rows(heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

test('docs/serve.md has every reason for which a request is not judged, with its status', () => {
  expect(rows('Requests that cannot be judged')).toEqual(
    Object.entries(requestErrors).map(([reason, { status }]) => [reason, String(status)]),
  );
});

test('docs/serve.md has every metric with its labels', async () => {
  const mutating = policy('team', {
    rules: [],
    mutations: [
      { name: 'label', form: { name: 'set', value: { path: 'metadata.labels.team', value: 'x' } } },
    ],
  });
  const program = programOf(ownerPolicy, mutating);
  const { app, post, metrics } = webhook({ current: () => program });
  await post('/validate', review(configMap));
  const error = { policy: 'p', message: 'm', action: 'Deny', denies: true, unknown: false } as const;
  metrics.decided({ allowed: false, findings: [], errors: [error], evaluated: ['p'], imprecise: false });
  metrics.fact('image', 'found', 0.1);
  metrics.shed('validate', 'full');
  metrics.tooLate('validate');
  metrics.slow('validate');
  metrics.slowest('p');
  metrics.event('created');
  metrics.documents(['accepted']);
  const { body } = await app.inject({ url: '/metrics' });
  const served = body.split('\n').filter((line) => line.startsWith('# TYPE '));
  expect(rows('Metrics').map(([name]) => name)).toEqual(
    expect.arrayContaining(served.map((line) => line.split(' ')[2])),
  );
  expect(rows('Metrics')).toHaveLength(served.length);
  for (const [name = '', labels = ''] of rows('Metrics')) {
    const sample = body.split('\n').find((line) => new RegExp(`^${name}(?:_count)?[ {]`).test(line)) ?? '';
    const names = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label);
    expect(labels, name).toBe(names.join(', '));
  }
});
