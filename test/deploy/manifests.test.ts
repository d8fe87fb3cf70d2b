import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { manifests } from '../../deploy/manifests.ts';
import { renderingOf } from '../chart/rendered.ts';
import { describeWithHelm, findHelm } from '../helm/index.ts';

const file = resolve(import.meta.dirname, '../../deploy/abatis.yaml');

describeWithHelm('the YAML without helm', () => {
  it('is what the chart makes now; `npm run manifests` writes it', () => {
    expect(readFileSync(file, 'utf8')).toBe(manifests(findHelm() ?? ''));
  });

  it('has its namespace first, then the kinds, and the webhooks last', () => {
    const kinds = renderingOf(readFileSync(file, 'utf8')).objects.map(({ kind }) => kind);
    expect(kinds.slice(0, 4)).toEqual(['Namespace', ...Array(3).fill('CustomResourceDefinition')]);
    expect(kinds.slice(-2).sort()).toEqual([
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
    ]);
  });

  it('says nothing of a release', () => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/helm/i);
  });

  it('is in one namespace, or in none', () => {
    const { objects, one } = renderingOf(readFileSync(file, 'utf8'));
    const { name } = one('Namespace').metadata;
    const found = new Set(
      objects.map(({ metadata }) => metadata.namespace).filter((each) => each !== undefined),
    );
    expect([...found]).toEqual([name]);
  });
});
