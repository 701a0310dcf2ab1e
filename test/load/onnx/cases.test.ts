import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { paper } from '../../../src/architecture/presets.ts';
import { baseLayers } from '../../../src/network/network.ts';
import { loadModel } from '../../../src/node/model.ts';
import { schedule } from '../../../src/schedule/schedule.ts';
import { validateSchedule } from '../../../src/schedule/validate.ts';

/**
 * Small models and their schedules, from what ONNX Runtime shows each operator to read: `cycles` at pixel sets
 * without copies, `starts` of every set of the last layer if that alone has copies, as many as sets.
 */
const folder = fileURLToPath(new URL('../../../../shared/cases/', import.meta.url));
const file = `${folder}expected.json`;
if (!existsSync(file)) console.warn(`tests of small models are skipped: there is no ${file}`);

interface Expected {
  readonly outputShape: readonly number[];
  readonly cycles: number;
  readonly starts: readonly number[];
}

const cases = existsSync(file)
  ? Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Expected>)
  : [];

describe.skipIf(cases.length === 0)('small models of ../shared/cases', () => {
  test.each(cases)('%s', (name, { outputShape, cycles, starts }) => {
    const network = loadModel(`${folder}${name}.onnx`);
    const plain = schedule(network, paper, { duplication: 'none' });
    expect(plain.layers.at(-1)!.outputShape).toEqual(outputShape);
    expect(plain.cycles).toBe(cycles);

    const copies = baseLayers(network).map(() => 1);
    copies[copies.length - 1] = starts.length;
    const extraPes = plain.layers.at(-1)!.pes * (starts.length - 1);
    const free = schedule(network, paper, { duplication: copies, extraPes, keepSets: true });
    const last = free.sets!.at(-1)!;
    expect(Array.from({ length: last.count }, (_, k) => last.start(k))).toEqual(starts);
    validateSchedule(network, free.sets!, free.cycles);
  });
});
