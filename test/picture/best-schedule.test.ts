import { describe, expect, test } from 'vitest';
import { readArchitecture, zooNetwork } from '../../src/index.ts';
import { optimize } from '../../src/optimize/index.ts';
import { optimizationReport } from '../../src/page/optimization-report.ts';
import { scheduleOfBest } from '../../src/picture/best-schedule.ts';

const network = zooNetwork('tinyyolov4');
const paper = readArchitecture('paper');
const rewritten = { ...paper, peWriteNs: 56_000 };

async function found(
  architecture: typeof paper,
  budget: { pes?: number; extraPes?: number },
  how: object = {},
) {
  const options = { ...budget, granularity: 'row', maxEvaluations: 300, ...how } as const;
  const result = await optimize(network, architecture, options);
  return { network, architecture, budget, result };
}

describe('the schedule of the best copies', () => {
  test('takes the cycles that the search says, and the report draws it', async () => {
    const search = await found(paper, { extraPes: 40 });
    const { best } = search.result;
    const { result, mapping, timeline } = scheduleOfBest(search);
    expect(result).toMatchObject({ cycles: (best as { cycles: number }).cycles, usedPes: best.usedPes });
    const { lanes } = timeline;
    expect(Object.fromEntries(lanes.map(({ name, copies }) => [name, copies]))).toEqual(best.copies);
    const { drawing, graph } = optimizationReport({
      ...{ network, mapping, optimization: search.result, timeline, origin: { version: '0' } },
    });
    expect(Object.keys(drawing).toSorted()).toEqual(['copies', 'search', 'timeline', 'utilization']);
    const drawn = graph!.nodes.flatMap(({ kind, name, copies }) => (kind === 'base' ? [[name, copies]] : []));
    expect(Object.fromEntries(drawn)).toEqual(best.copies);
  });

  test.each([
    ['rolling', 1],
    ['barrier', 2],
  ] as const)('is in the best rounds, %s, groups of %i', async (reload, group) => {
    const search = await found(rewritten, { pes: 60 }, { reload, group });
    const { best } = search.result;
    const { result, timeline } = scheduleOfBest(search);
    expect(result.cycles).toBe(best.groupCycles);
    expect(result.rounds!.map(({ layers, pes }) => ({ layers, pes }))).toEqual(best.rounds);
    expect(timeline.lanes.some(({ writes = [] }) => writes.length > 0)).toBe(true);
  });
});
