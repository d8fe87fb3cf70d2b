import { describe, expect, it } from 'vitest';
import { type FactSource, unavailable, warmer } from '../../src/facts/index.ts';
import type { FactAnswer, FactRequest } from '../../src/model/index.ts';

const request = (key: string, namespace = 'shop'): FactRequest => {
  return { source: 's', key, context: { namespace }, within: undefined };
};

/** A source that answers when the test says so. */
function source(known: readonly string[] = []) {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const value: FactAnswer = { status: 'known', value: {} };
  const made: FactSource = {
    name: 's',
    late: 'late',
    peek: ({ key }) => (known.includes(key) ? value : undefined),
    find({ key }) {
      asked.push(key);
      if (key === 'bug') return Promise.reject(new Error('bug'));
      return new Promise((resolve) => waiting.push(() => resolve(value)));
    },
  };
  return { made, asked, answer: () => waiting.shift()?.() };
}

describe('warming', () => {
  it('finds out one after the other, each once', async () => {
    const { made, asked, answer } = source();
    const warming = warmer(made);
    warming.follow([request('a'), request('b'), request('a')]);
    expect(asked).toEqual(['a']);
    answer();
    await expect.poll(() => asked).toEqual(['a', 'b']);
    answer();
    warming.follow([request('a'), request('b'), request('c')]);
    await expect.poll(() => asked).toEqual(['a', 'b', 'c']);
  });

  it('leaves out what is known, and goes on behind what fails', async () => {
    const { made, asked } = source(['a']);
    warmer(made).follow([request('a'), request('bug'), request('b')]);
    await expect.poll(() => asked).toEqual(['bug', 'b']);
  });

  it('forgets what is gone, and finds it out again when it is back', async () => {
    const { made, asked, answer } = source();
    const warming = warmer(made);
    warming.follow([request('a'), request('b')]);
    warming.follow([request('c')]);
    answer();
    await expect.poll(() => asked).toEqual(['a', 'c']);
    answer();
    warming.follow([request('a'), request('c')]);
    await expect.poll(() => asked).toEqual(['a', 'c', 'a']);
  });

  it('takes the same image for another one where other credentials may be wanted', async () => {
    const { made, asked, answer } = source();
    warmer(made).follow([request('a'), request('a', 'bank')]);
    answer();
    await expect.poll(() => asked).toEqual(['a', 'a']);
  });

  it('ends when it is closed', async () => {
    const { made, asked, answer } = source();
    const warming = warmer(made);
    warming.follow([request('a'), request('b')]);
    warming.close();
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['a']);
  });
});

describe('a source that is not there', () => {
  it('says why', async () => {
    const answer = { status: 'unavailable', reason: 'nobody set it up' };
    const none = unavailable('s', 'nobody set it up');
    expect(none.peek(request('a'))).toEqual(answer);
    expect(await none.find(request('a'))).toEqual(answer);
  });
});
