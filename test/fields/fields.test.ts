import { describe, expect, it } from 'vitest';
import { type Form, problemsOf } from '../../src/fields/index.ts';

const form: Form = {
  is: 'fields',
  required: ['name'],
  fields: {
    name: { is: 'text' },
    action: { is: 'text', oneOf: ['Deny', 'Warn'] },
    rules: { is: 'list', of: { is: 'text' } },
    labels: { is: 'mapping', of: { is: 'text', mayBeEmpty: true } },
    object: { is: 'either', of: [{ is: 'mapping', of: { is: 'anything' } }, { is: 'text' }] },
    anything: { is: 'anything' },
    on: { is: 'boolean' },
    most: { is: 'whole', from: 1, to: 9 },
  },
};

const told = (value: unknown) =>
  problemsOf(value, form).map(({ code, message, help }) => [
    code,
    message,
    ...(help === undefined ? [] : [help]),
  ]);

describe('a document', () => {
  it.each([
    { name: 'a' },
    { name: 'a', action: 'Deny', rules: ['x'], labels: { tier: '' }, object: { a: 1 }, anything: null },
    { name: 'a', object: 'pod.yaml' },
    { name: 'a', on: false, most: 9 },
  ])('without fault: %j', (value) => expect(told(value)).toEqual([]));

  it.each([
    { value: [], problem: ['AB2204', 'the document must be a mapping, not a list'] },
    { value: null, problem: ['AB2204', 'the document must be a mapping, not nothing'] },
    { value: {}, problem: ['AB2203', '`name` is missing'] },
    { value: { name: '' }, problem: ['AB2204', '`name` is empty'] },
    { value: { name: 7 }, problem: ['AB2204', '`name` must be text, not a number', 'put it in quotes'] },
    { value: { name: 7n }, problem: ['AB2204', '`name` must be text, not a number', 'put it in quotes'] },
    {
      value: { name: 'a', actoin: 'Deny' },
      problem: ['AB2202', 'the document has no field `actoin`', 'did you mean `action`?'],
    },
    {
      value: { name: 'a', action: 'deny' },
      problem: ['AB2204', '`deny` is not a value of `action`', 'did you mean `Deny`?'],
    },
    {
      value: { name: 'a', on: 'yes' },
      problem: ['AB2204', '`on` must be true or false, not text'],
    },
    { value: { name: 'a', most: '3' }, problem: ['AB2204', '`most` must be a number, not text'] },
    ...[0, 10, 1.5].map((most) => ({
      value: { name: 'a', most },
      problem: ['AB2204', `\`${most}\` is not a value of \`most\``, 'it is a whole number from 1 to 9'],
    })),
    { value: { name: 'a', rules: [] }, problem: ['AB2204', '`rules` is empty'] },
    { value: { name: 'a', rules: [['x']] }, problem: ['AB2204', '`rules[0]` must be text, not a list'] },
    {
      value: { name: 'a', labels: { on: true } },
      problem: ['AB2204', '`labels.on` must be text, not a boolean', 'put it in quotes'],
    },
    {
      value: { name: 'a', object: 1 },
      problem: ['AB2204', '`object` must be a mapping or text, not a number', 'put it in quotes'],
    },
    {
      value: JSON.parse('{"name": "a", "__proto__": 1}'),
      problem: [
        'AB2202',
        'the document has no field `__proto__`',
        'it has name, action, rules, labels, object, anything, on or most',
      ],
    },
  ])('$problem.1', ({ value, problem }) => expect(told(value)).toEqual([problem]));
});
