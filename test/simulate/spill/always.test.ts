import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { loadModel } from '../../../src/node/model.ts';
import { explanationText } from '../../../src/report/explanation.ts';
import { markdown } from '../../../src/report/markdown.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { type Explanation, explain } from '../../../src/simulate/explain/explain.ts';
import { SimulationEngine } from '../../../src/simulate/play/engine.ts';
import { type SimulationOptions, simulate } from '../../../src/simulate/simulate.ts';

const network = loadModel(fileURLToPath(new URL('../../../docs/examples/three-layers.cfg', import.meta.url)));
const tiles = {
  ...{ clockNs: 100, meshRows: 2, meshColumns: 3, pesPerTile: 2, linkBitsPerCycle: 8, hopCycles: 1 },
  ...{ gpeuOperationsPerCycle: 16, offChipBitsPerCycle: 64 },
};
const how = { granularity: 'row', duplication: 'greedy', pes: 12 } as const satisfies SimulationOptions;
const chipWith = (inputBufferBytes: number) => ({ ...paper, chip: { ...tiles, inputBufferBytes } });

/** All comes to an end without spilling, but windows do not fit. */
const SCARCE = chipWith(1300);
/** All windows fit. */
const AMPLE = chipWith(1600);
/** Something has to spill. */
const TIGHT = chipWith(64);

const simulated = (chip: typeof AMPLE, spill: SimulationOptions['spill']) =>
  simulate(network, chip, { ...how, spill });

describe('spill: always', () => {
  test('plays what is planned to spill, though nothing has to', () => {
    const needed = simulated(SCARCE, true);
    expect(needed.spill).toBeUndefined();
    expect(needed).toEqual(simulated(SCARCE, false));
    const always = simulated(SCARCE, 'always');
    expect(always.spill!.fetchedBits).toBeGreaterThan(0);
    const graph = buildGraph(network, mapNetwork(network, SCARCE, how), SCARCE, how);
    const engine = new SimulationEngine();
    engine.load(graph);
    expect(engine.playSpilling()).toBeUndefined();
    expect(engine.cycles).toBe(always.cycles);
    expect(engine.spillTraffic).toEqual(always.spill);
    engine.release();
  });

  test('is what happens anyway where all windows fit, where something has to spill, and without port', () => {
    expect(simulated(AMPLE, 'always')).toEqual(simulated(AMPLE, true));
    expect(simulated(TIGHT, 'always')).toEqual(simulated(TIGHT, true));
    const { offChipBitsPerCycle: _, ...portless } = SCARCE.chip;
    const withoutPort = { ...SCARCE, chip: portless };
    expect(simulate(network, withoutPort, { ...how, spill: 'always' })).toEqual(
      simulate(network, withoutPort, how),
    );
  });

  test('names the least buffer where no pixel fits, as ever', () => {
    expect(() => simulated(chipWith(1), 'always')).toThrow(
      /chip\.inputBufferBytes: \d+ is the least that would do$/,
    );
  });

  test.each(['sometimes', 1, null])('%j is refused', (spill) => {
    expect(() => simulate(network, AMPLE, { ...how, spill } as unknown as SimulationOptions)).toThrow(
      /spill.*true, false or always/,
    );
  });
});

describe('--explain', () => {
  test('tells what spilling always would take, where nothing had to spill', () => {
    const { spillingAlways, smallGrowths, cycles } = explain(network, SCARCE, how);
    const always = simulated(SCARCE, 'always').cycles;
    expect(spillingAlways).toEqual({ cycles: always, share: (cycles - always) / cycles });
    expect(smallGrowths).toBeUndefined();
    expect(explain(network, AMPLE, how).spillingAlways).toBeUndefined();
    expect(explain(network, SCARCE, { ...how, spill: 'always' }).spillingAlways).toBeUndefined();
  });

  test('says so in words where it is faster', () => {
    const explanation: Explanation = explain(network, SCARCE, how);
    expect(markdown(explanationText(explanation))).not.toContain('--spill always');
    const faster = { cycles: 1000, share: (explanation.cycles - 1000) / explanation.cycles };
    const cycles = explanation.cycles.toLocaleString('en-US');
    expect(markdown(explanationText({ ...explanation, spillingAlways: faster }))).toContain(
      `With --spill always it does, and ${cycles} cycles become 1,000, ${(faster.share * 100).toFixed(1)} % less.`,
    );
  });

  test('grows buffers by less than twice where something spilled, and tells what that saves', () => {
    const chip = chipWith(1000);
    const explanation = explain(network, chip, how);
    const { smallGrowths, spillingAlways } = explanation;
    expect(spillingAlways).toBeUndefined();
    expect(smallGrowths!.map(({ change }) => change).toSorted()).toEqual([
      '1000 to 1125 bytes',
      '1000 to 1250 bytes',
      '1000 to 1500 bytes',
    ]);
    const traffic = (bytes: number) => {
      const { spill } = simulate(network, chipWith(bytes), how);
      return spill === undefined ? 0 : spill.spilledBits + spill.fetchedBits;
    };
    for (const { change, cycles, spill } of smallGrowths!) {
      const bytes = Number(/to (\d+)/.exec(change)![1]);
      expect(cycles).toBe(simulate(network, chipWith(bytes), how).cycles);
      expect(spill).toEqual({ trafficBitsBefore: traffic(1000), trafficBits: traffic(bytes) });
    }
    expect(smallGrowths![0]).toMatchObject({ change: '1000 to 1500 bytes', spill: { trafficBits: 0 } });
    expect(markdown(explanationText(explanation))).toContain(
      'Grow the input buffers only 1000 to 1500 bytes, and 100.0 % of it disappears.',
    );
  });
});
