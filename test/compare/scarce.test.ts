import { expect, test } from 'vitest';
import { RARE_FIGURES, type RunFigureName } from '../../src/compare/figures.ts';
import { compareRuns, schedule, summaryOf } from '../../src/index.ts';
import { comparisonText } from '../../src/report/comparison-table.ts';
import { markdown } from '../../src/report/markdown.ts';
import { scarce, simulated } from '../scarce-chips.ts';

const chips = ['ample', 'spilling', 'shared', 'inTurns', 'both'] as const;
const sumOf = (chip: (typeof chips)[number], wait: 'waitFetchCycles' | 'waitWriteCycles') =>
  simulated[chip].layers.reduce((sum, layer) => sum + (layer[wait] ?? 0), 0);

test('runs that spill and write are compared with those that do not', () => {
  const comparison = compareRuns(chips.map((chip) => summaryOf(chip, simulated[chip])));
  const values = (name: RunFigureName) => comparison.figures.find((figure) => figure.name === name)?.values;
  const of = <T>(figure: (chip: (typeof chips)[number]) => T) => chips.map(figure);
  expect(values('spilledBits')).toEqual(of((chip) => simulated[chip].spill?.spilledBits ?? 0));
  expect(values('fetchedBits')).toEqual(of((chip) => simulated[chip].spill?.fetchedBits ?? 0));
  expect(values('sharedBufferBits')).toEqual(of((chip) => simulated[chip].spill?.sharedBufferBits ?? 0));
  expect(values('sharedPeakBytes')).toEqual(of((chip) => simulated[chip].sharedBuffer?.peakBytes ?? 0));
  expect(values('writtenPes')).toEqual(of((chip) => simulated[chip].writtenPes ?? 0));
  expect(values('weightBits')).toEqual(of((chip) => simulated[chip].weightBits ?? 0));
  // Cycles of 100 ns.
  expect(values('waitFetchNs')).toEqual(of((chip) => sumOf(chip, 'waitFetchCycles') * 100));
  expect(values('waitWriteNs')).toEqual(of((chip) => sumOf(chip, 'waitWriteCycles') * 100));
  expect(values('rounds')).toEqual(of((chip) => simulated[chip].roundCount ?? null));
  for (const name of RARE_FIGURES) expect(values(name)!.some((value) => value! > 0)).toBe(true);
  const text = markdown(comparisonText(comparison));
  for (const title of ['waits for fetches', 'waits for writing', 'bits spilled', 'fullest shared buffer'])
    expect(text).toContain(title);
});

test('a run reads the same from what was printed of it', () => {
  const { sets: _, placement: __, mesh: ___, use: ____, criticalSets: _____, ...printed } = simulated.both;
  const read = summaryOf('both', JSON.parse(JSON.stringify(printed)));
  expect(read.figures).toEqual(summaryOf('both', simulated.both).figures);
});

test('runs without any of that, and schedules, say nothing of it', () => {
  const { workload } = scarce.ample;
  const scheduled = schedule(workload.network, workload.architecture, { granularity: 'row', pes: 12 });
  for (const other of [simulated.ample, scheduled]) {
    const { figures } = compareRuns([summaryOf('one', simulated.ample), summaryOf('two', other)]);
    expect(figures.filter(({ name }) => RARE_FIGURES.has(name))).toEqual([]);
  }
});
