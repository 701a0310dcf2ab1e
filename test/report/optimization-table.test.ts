import { expect, test } from 'vitest';
import { optimize, readArchitecture, zooNetwork } from '../../src/index.ts';
import { markdown } from '../../src/report/markdown.ts';
import { runsText } from '../../src/report/optimization-table.ts';

test('a run that fails says why, and that it does not fit only where PEs are missing', async () => {
  const chip = readArchitecture('paper');
  const network = zooNetwork('tinyyolov4');
  const done = await optimize(network, chip, { granularity: 'row', maxEvaluations: 10 });
  const failed = { crossbar: '256x256', chip } as const;
  const text = markdown(
    runsText([
      { crossbar: '256x256', chip, ...done },
      { ...failed, totalPes: 1, error: 'needs 117 PEs', code: 'DOES_NOT_FIT' },
      { ...failed, totalPes: 2, error: 'more sets than memory holds', code: 'OUT_OF_MEMORY' },
    ]),
  );
  expect(text).toMatch(/\| +1 \|.*\| does not fit +\|/);
  expect(text).toMatch(/\| +2 \|.*\| more sets than memory holds +\|/);
});
