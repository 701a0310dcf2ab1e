import { expect, test } from 'vitest';
import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { criticalRuns } from '../../../src/simulate/critical/critical-runs.ts';
import type { CriticalSet, WaitCause } from '../../../src/simulate/critical/critical-set.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov4');
const graph = buildGraph(network, mapNetwork(network, paper), paper, { granularity: 'row' });
const [input, first] = graph.nodes.map(({ name, op }) => ({ layer: name, op }));

/** Steps of these nodes and causes that wait 1 cycle, work 2 and take 3 to complete, one after the other. */
function steps(kinds: readonly (readonly [node: number, cause: WaitCause])[]): CriticalSet[] {
  return kinds.map(([node, cause], i) => {
    const from = 6 * i;
    const valuesOf = cause === 'values' ? 0 : undefined;
    return { node, set: i, cause, valuesOf, from, start: from + 1, workCycles: 2, until: from + 6 };
  });
}

/** The figures of a run of so many steps that begins behind so many. */
function figures(behind: number, sets: number) {
  const times = { startCycle: 6 * behind, endCycle: 6 * (behind + sets) };
  return { sets, ...times, waitCycles: sets, workCycles: 2 * sets, completionCycles: 3 * sets };
}

test('steps that are alike are one run', () => {
  expect(criticalRuns(graph, [])).toEqual([]);
  const path = steps([
    [0, 'nothing'],
    [0, 'copy'],
    [0, 'copy'],
    [1, 'values'],
    [1, 'copy'],
  ]);
  expect(criticalRuns(graph, path)).toEqual([
    { ...input, waitedFor: 'nothing', ...figures(0, 1) },
    { ...input, waitedFor: 'copy', ...figures(1, 2) },
    { ...first, waitedFor: 'values', from: input!.layer, ...figures(3, 1) },
    { ...first, waitedFor: 'copy', ...figures(4, 1) },
  ]);
});

test('kinds of steps that come in turn are one run, with what is left of the last turn', () => {
  const turn = [
    [0, 'copy'],
    [0, 'copy'],
    [1, 'values'],
    [1, 'output room'],
  ] as const;
  const path = steps([[1, 'nothing'], ...turn, ...turn, ...turn.slice(0, 3), [1, 'nothing']]);
  expect(criticalRuns(graph, path)).toEqual([
    { ...first, waitedFor: 'nothing', ...figures(0, 1) },
    {
      ...{ ...input, waitedFor: 'copy', ...figures(1, 11) },
      inTurnWith: [
        { ...first, waitedFor: 'values', from: input!.layer },
        { ...first, waitedFor: 'output room' },
      ],
    },
    { ...first, waitedFor: 'nothing', ...figures(12, 1) },
  ]);
});
