import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emergencyBrake } from '../../../src/cli/serving/emergency.ts';
import { serverLog } from '../../../src/cli/serving/log.ts';
import { ownerPolicy, programOf } from '../../webhook/server.ts';

let folder: string;
const closing: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'abatis-emergency-'));
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true });
});

function brake() {
  const file = join(folder, 'switch');
  const lines: Record<string, unknown>[] = [];
  const log = serverLog({ level: 'info', format: 'json', write: (line) => lines.push(JSON.parse(line)) });
  let state = (): { on: boolean; watched: boolean } => ({ on: false, watched: false });
  const metrics = {
    emergency(read: typeof state) {
      state = read;
    },
  };
  const made = () => {
    const switched = emergencyBrake({ configMap: undefined, file }, undefined, metrics, log);
    closing.push(() => switched.close());
    return switched;
  };
  return {
    made,
    lines,
    state: () => state(),
    /** As editors and Kubernetes do. */
    say(text: string) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
    remove: () => rmSync(file),
  };
}

describe('a file as the emergency switch', () => {
  test.each([
    ['Audit', undefined],
    ['audit\n', undefined],
    ['  AUDIT  ', undefined],
    ['mode: Audit\nINC-42\nall is lost\n', 'INC-42 all is lost'],
  ])('turns everything to Audit by %j', (text, reason) => {
    const { made, say, state, lines } = brake();
    say(text);
    const switched = made();
    expect(switched.current()).toEqual({
      since: expect.stringMatching(/^\d{4}-/),
      ...(reason && { reason }),
    });
    expect(state()).toEqual({ on: true, watched: true });
    expect(lines).toMatchObject([{ level: 'error', msg: expect.stringMatching(/^EMERGENCY: /) }]);
  });

  test.each(['', '\n', 'Enforce', 'no Audit', 'Warn'])('does nothing by %j', (text) => {
    const { made, say } = brake();
    say(text);
    expect(made().current()).toBeUndefined();
  });

  test('does nothing while it is not there, and takes effect when it comes and goes', async () => {
    const { made, say, remove, lines } = brake();
    const switched = made();
    expect(switched.current()).toBeUndefined();
    expect(switched.readiness()).toBeUndefined();
    say('Audit');
    await vi.waitFor(() => expect(switched.current()).toBeDefined(), 5000);
    expect(switched.readiness()).toEqual({
      name: 'emergency',
      ok: true,
      detail: 'ON: everything is noted only',
    });
    remove();
    await vi.waitFor(() => expect(switched.current()).toBeUndefined(), 5000);
    expect(lines.map(({ msg }) => String(msg).split(':')[0])).toEqual(['EMERGENCY', 'EMERGENCY OVER']);
  });

  test('complains of what it does not understand, once', () => {
    const { made, say, lines } = brake();
    say('Adit');
    made();
    expect(lines).toMatchObject([{ level: 'error', mode: 'Adit' }]);
  });

  test('limits the program in force, one for each, and leaves it alone otherwise', () => {
    const { made, say } = brake();
    const program = programOf(ownerPolicy);
    const idle = made();
    expect(idle.limit(program)).toBe(program);
    say('Audit');
    const switched = made();
    expect(switched.limit(program)).toMatchObject({ ceiling: 'Audit', policies: program.policies });
    expect(switched.limit(program)).toBe(switched.limit(program));
    expect(switched.limit(programOf(ownerPolicy))).not.toBe(switched.limit(program));
  });
});
