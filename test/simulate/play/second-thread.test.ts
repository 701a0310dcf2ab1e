import { afterEach, describe, expect, test } from 'vitest';
import { isaac } from '../../../src/architecture/presets/isaac.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { explain } from '../../../src/simulate/explain/explain.ts';
import { SimulationEngine, simulateGraph } from '../../../src/simulate/play/engine.ts';
import {
  playLastRuns,
  SharedRuns,
  type StartThread,
  type ThreadWork,
  useSecondThread,
} from '../../../src/simulate/play/second-thread.ts';
import type { SimulationOptions } from '../../../src/simulate/simulate.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

afterEach(() => useSecondThread(undefined));

/** Everything limited, with buffers that some changes make too small. */
const limited = {
  ...isaac,
  chip: {
    ...isaac.chip,
    hopCycles: 2,
    inputBufferBytes: 2 ** 17,
    outputBufferBytes: 2 ** 16,
    inputBufferPortBitsPerCycle: 64,
    gpeuOperationsPerCycle: 8,
    offChipLatencyNs: 100,
  },
};
const network = zooNetwork('tinyyolov4');

/** Runs that the second thread was given, and how far they came there. */
interface Played {
  readonly runs: number;
  /** Of the last runs, without those that came to no end. */
  readonly cycles: readonly number[];
}

/** An explanation in which a thread has done its work before the first one goes on. */
function withThread(architecture: typeof limited, options: SimulationOptions, start: StartThread) {
  useSecondThread(start, { leastEvents: 1, silentMs: 1 });
  return explain(network, architecture, options);
}

/** A thread that plays all runs. */
function playing(into: Played[]): StartThread {
  return (work) => {
    playLastRuns(work);
    const runs = work.records.length;
    const cycles = [...new Float64Array(work.shared, 0, runs)].filter((count) => count > 0);
    into.push({ runs, cycles });
    return true;
  };
}

describe('an explanation with a second thread', () => {
  test.each<[string, typeof limited, SimulationOptions]>([
    ['all limits', limited, { granularity: 'row' }],
    ['a batch', limited, { granularity: 'row', batch: 6, duplication: 'none' }],
    ['finer sets', limited, { granularity: { height: 1, width: 26 } }],
    ['an order of tiles', limited, { granularity: 'row', placement: 'optimised', duplication: 'greedy' }],
  ])('is the same: %s', (_, architecture, options) => {
    const played: Played[] = [];
    const explanation = withThread(architecture, options, playing(played));
    useSecondThread(undefined);
    expect(explanation).toEqual(explain(network, architecture, options));
    expect(played).toHaveLength(1);
    expect(played[0]!.runs).toBeGreaterThan(4);
    expect(played[0]!.cycles.length).toBeGreaterThan(played[0]!.runs / 2);
    const told = [...explanation.limits, ...explanation.growths].map(({ cycles }) => cycles);
    expect(told).toEqual(expect.arrayContaining([...played[0]!.cycles]));
  });

  test('is the same where the thread dies, before it has taken a run or behind', () => {
    const expected = explain(network, limited, { granularity: 'row' });
    const nothing = withThread(limited, { granularity: 'row' }, () => true);
    expect(nothing).toEqual(expected);
    const taken: StartThread = ({ shared, records }) => {
      // All are taken, and none is ever played.
      new Int32Array(shared, records.length * 8).fill(1, 1);
      return true;
    };
    expect(withThread(limited, { granularity: 'row' }, taken)).toEqual(expected);
  });

  test('is the same where no thread starts', () => {
    const expected = explain(network, limited, { granularity: 'row' });
    expect(withThread(limited, { granularity: 'row' }, () => false)).toEqual(expected);
  });
});

test('a run that comes to no end there, or was not taken, is left to the first thread', () => {
  const architecture = { ...limited, chip: { ...limited.chip, inputBufferBytes: 2 ** 17 } };
  const mapping = mapNetwork(network, architecture, { duplication: 'none' });
  const graph = buildGraph(network, mapping, architecture, { granularity: 'row' });
  const chips = [
    graph.chip,
    { ...graph.chip, inputBufferBits: 2 ** 17 },
    { ...graph.chip, linkBitsPerCycle: 64 },
  ];
  const [first, deadlocked, last] = chips.map((chip) => simulateGraph({ ...graph, chip }));
  expect([first!.deadlock, last!.deadlock]).toEqual([undefined, undefined]);
  expect(deadlocked!.deadlock).toBeDefined();

  const engine = new SimulationEngine();
  engine.load(graph, { keepSets: true });
  useSecondThread((work) => {
    // The first thread has the first run already.
    new Int32Array(work.shared, work.records.length * 8)[1] = 1;
    playLastRuns(work);
    new Int32Array(work.shared, work.records.length * 8)[1] = 0;
    return true;
  });
  const runs = SharedRuns.start(engine.replayWords(chips))!;
  engine.release();
  expect([2, 1, 0].map((run) => runs.cyclesOf(run))).toEqual([last!.cycles, undefined, undefined]);
});

describe('no second thread is started', () => {
  function works(architecture: typeof limited, options: SimulationOptions, leastEvents: number) {
    const started: ThreadWork[] = [];
    useSecondThread(
      (work) => {
        started.push(work);
        return false;
      },
      { leastEvents },
    );
    explain(network, architecture, options);
    return started.length;
  }

  test('for few events', () => {
    expect(works(limited, { granularity: 'row' }, 1)).toBe(1);
    expect(works(limited, { granularity: 'row' }, 10 ** 9)).toBe(0);
  });

  test('where values spill', () => {
    const small = { ...limited, chip: { ...limited.chip, inputBufferBytes: 2 ** 12 } };
    expect(works(small, { granularity: 'row', duplication: 'none' }, 1)).toBe(0);
    expect(works(limited, { granularity: 'row', duplication: 'greedy', spill: 'always' }, 1)).toBe(0);
  });
});
