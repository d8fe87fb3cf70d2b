import { expect, it } from 'vitest';
import { atLeast } from './version.ts';

it.each([
  { version: '1.36.3', needed: '1.30', enough: true },
  { version: '1.30.0', needed: '1.30', enough: true },
  { version: '1.9.11', needed: '1.30', enough: false },
  { version: '2.0.0', needed: '1.30', enough: true },
  { version: '1.20.2', needed: '1.30', enough: false },
])('$version is at least $needed: $enough', ({ version, needed, enough }) => {
  expect(atLeast(version, needed)).toBe(enough);
});

it('refuses what is no version', () => {
  expect(() => atLeast('latest', '1.30')).toThrow('`latest` is no version of Kubernetes');
});
