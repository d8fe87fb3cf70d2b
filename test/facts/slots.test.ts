import { describe, expect, it } from 'vitest';
import { Slots } from '../../src/facts/slots.ts';

function work() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const state = { begun: false };
  const run = async (): Promise<void> => {
    state.begun = true;
    await promise;
  };
  return { run, state, end: resolve, fail: reject };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe('slots', () => {
  it('let so much run at a time, and the rest in its order', async () => {
    const slots = new Slots(2, 10);
    const works = [work(), work(), work(), work()] as const;
    const runs = works.map(({ run }) => slots.run(run));
    const begun = () => works.map(({ state }) => state.begun);
    expect(begun()).toEqual([true, true, false, false]);
    works[1].end();
    await turns();
    expect(begun()).toEqual([true, true, true, false]);
    works[0].end();
    await turns();
    expect(begun()).toEqual([true, true, true, true]);
    works[2].end();
    works[3].end();
    await Promise.all(runs);
  });

  it('are free again when work fails', async () => {
    const slots = new Slots(1, 10);
    const [failing, next] = [work(), work()];
    const failed = slots.run(failing.run);
    const done = slots.run(next.run);
    failing.fail(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
    next.end();
    await done;
    await slots.run(async () => {});
  });

  it('refuse what would wait behind too much', async () => {
    const slots = new Slots(1, 1);
    const [first, second] = [work(), work()];
    const runs = [slots.run(first.run), slots.run(second.run)];
    await expect(slots.run(async () => {})).rejects.toMatchObject({
      reason: 'unavailable',
      message: 'too many images are being inspected',
    });
    first.end();
    second.end();
    await Promise.all(runs);
  });
});
