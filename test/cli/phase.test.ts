import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inPhase } from '../../src/cli/phase.ts';

let written = '';
/** Since the process began. */
let seconds = 0;

beforeEach(() => {
  written = '';
  seconds = 0;
  vi.spyOn(process, 'uptime').mockImplementation(() => seconds);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Work of so many seconds that reports four times a second. */
async function work(duration: number): Promise<string> {
  return await inPhase('simulating', (onProgress) => {
    for (let quarter = 1; quarter <= 4 * duration; quarter++) {
      seconds += 0.25;
      onProgress(quarter / (4 * duration));
    }
    return 'done';
  });
}

function setTerminal(isTTY: boolean): void {
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(Object.assign(Object.create(process.stderr), { isTTY }));
}

describe('work that takes long', () => {
  test('is not mentioned where it takes less than two seconds', async () => {
    expect(await work(1.75)).toBe('done');
    expect(written).toBe('');
  });

  test('says how far it is, now and then', async () => {
    setTerminal(false);
    await work(40);
    expect(written.split('\n')).toEqual([
      'clsa-cim: simulating: 5 %, 38 s left',
      'clsa-cim: simulating: 30 %, 28 s left',
      'clsa-cim: simulating: 55 %, 18 s left',
      'clsa-cim: simulating: 80 %, 8 s left',
      '',
    ]);
  });

  test('keeps to one line of a terminal, and takes it away in the end', async () => {
    setTerminal(true);
    await work(3);
    expect(written).not.toContain('\n');
    const lines = written.split('\u001b[J');
    expect(lines[1]).toBe(`clsa-cim: simulating: 16 %, 3 s left ${'█'.repeat(5)}${'░'.repeat(25)}\r`);
    expect(lines.at(-1)).toBe('');
    expect(lines).toHaveLength(13);
  });
});
