import { describe, expect, it } from 'vitest';
import { type Action, actions } from '../../src/model/index.ts';
import { library } from './library.ts';

const words: Readonly<Record<Action, string>> = { Audit: 'audit', Warn: 'warn', Deny: 'deny' };

describe.each(library.filter(({ fixtures }) => fixtures.length > 0))('$folder', ({ fixtures }) => {
  it.each(fixtures)('$name does what its name says', ({ expected, objects, findings }) => {
    expect(objects).toBeGreaterThan(0);
    const strictest = findings.reduce((most, { action }) => Math.max(most, actions.indexOf(action)), -1);
    const action = actions[strictest];
    const none = expected === 'unmatched' ? 'unmatched' : 'allow';
    expect(action === undefined ? none : words[action]).toBe(expected);
  });

  it.each(fixtures.filter(({ findings }) => findings.length > 0))(
    '$name is judged with full knowledge',
    ({ findings }) => {
      expect(findings.filter(({ assumed }) => assumed)).toEqual([]);
      expect(findings.filter(({ message, help }) => `${message}${help}`.includes('<unknown>'))).toEqual([]);
    },
  );
});
