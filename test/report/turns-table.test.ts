import { expect, test } from 'vitest';
import { readArchitecture, schedule, zooNetwork } from '../../src/index.ts';
import { gainLine, turnRows } from '../../src/report/turns-table.ts';

test('writes per inference of a large group are not rounded to whole PEs', () => {
  const chip = { ...readArchitecture('paper'), peWriteNs: 56_000 };
  const options = { granularity: 'row', pes: 60, rounds: 'fewest', batch: 256 } as const;
  const result = schedule(zooNetwork('tinyyolov4'), chip, options);
  const perInference = result.writes! / 256;
  expect(perInference).toBeLessThan(1);
  const [, value] = turnRows(result).find(([name]) => name === 'writes')!;
  expect(value).toBe(
    `${perInference.toPrecision(4)} PEs per inference, ${(perInference / 60).toPrecision(4)} of a PE`,
  );
  const gain = { cyclesAtOnce: 20, cycles: 10, roundCount: 2, isAuto: true };
  expect(gainLine({ ...gain, writesPerInference: 0.75 })).toContain('2 rounds, 0.75 PE writes per inference');
  expect(gainLine({ ...gain, writesPerInference: 1234.4 })).toContain('1,234 PE writes');
});
