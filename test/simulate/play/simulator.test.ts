import { afterEach, describe, expect, test, vi } from 'vitest';
import { normalArchitecture } from '../../../src/architecture/normal-architecture.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { ClsaCimError } from '../../../src/errors.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { SimulationEngine } from '../../../src/simulate/play/engine.ts';
import { Simulator } from '../../../src/simulate/play/simulator.ts';
import { prepareTrusted } from '../../../src/workload/workload.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

const chip = { ...{ clockNs: 100, meshRows: 8, meshColumns: 8, pesPerTile: 4 }, linkBitsPerCycle: 8 };
const narrow = { ...chip, linkBitsPerCycle: 1 };
const architecture = normalArchitecture({ ...paper, chip });
const network = zooNetwork('tinyyolov3');
const workload = prepareTrusted(network, architecture, 'row');
const mapping = mapNetwork(network, architecture, { extraPes: 8 });

function newSimulator() {
  return new Simulator(workload, mapping.totalPes);
}

const play = vi.spyOn(SimulationEngine.prototype, 'play');

afterEach(() => {
  play.mockReset();
});

describe('a simulator', () => {
  test('plays on its own chip after a replay on another one', () => {
    const simulator = newSimulator();
    const played = simulator.play(mapping);
    const { run } = played;
    expect(simulator.replay(played, narrow)?.cycles).toBeGreaterThan(run.cycles);
    expect(simulator.play(mapping).run).toEqual(run);
    expect(simulator.replay(played, chip)?.cycles).toBe(run.cycles);
    simulator.release();
  });

  test('replays a run that was not the last one', () => {
    const simulator = newSimulator();
    const others = mapNetwork(network, architecture, { pes: mapping.totalPes, duplication: 'none' });
    const played = simulator.play(mapping);
    expect(simulator.play(others).run.cycles).not.toBe(played.run.cycles);
    expect(simulator.replay(played, chip)?.cycles).toBe(played.run.cycles);
    simulator.release();
    expect(simulator.replay(played, chip)?.cycles).toBe(played.run.cycles);
    simulator.release();
  });

  test('replays after a replay that failed', () => {
    const simulator = newSimulator();
    const played = simulator.play(mapping);
    const cycles = simulator.replay(played, narrow);
    play.mockImplementationOnce(() => {
      throw new ClsaCimError('memory ends', 'input', { code: 'OUT_OF_MEMORY' });
    });
    expect(() => simulator.replay(played, narrow)).toThrow('memory ends');
    expect(simulator.replay(played, narrow)).toEqual(cycles);
    simulator.release();
  });

  test('spills by the buffers of the chip that is played, and where copies are now', () => {
    const ample = {
      ...chip,
      ...{ inputBufferBytes: 2 ** 20, outputBufferBytes: 2 ** 20, offChipBitsPerCycle: 8 },
    };
    const small = { ...ample, inputBufferBytes: 2 ** 13 };
    const others = mapNetwork(network, architecture, { pes: mapping.totalPes, duplication: 'none' });
    const on = (own: typeof ample) => new Simulator(workload.on({ ...paper, chip: own }), mapping.totalPes);
    const { run } = on(small).play(mapping);
    const spilledBits = run.nodes.reduce((sum, node) => sum + node.spilledBits, 0);
    expect(spilledBits).toBeGreaterThan(0);

    const simulator = on(ample);
    const played = simulator.play(mapping);
    expect(simulator.replay(played, small)).toMatchObject({ cycles: run.cycles, spill: { spilledBits } });

    expect(simulator.maySpill(played)).toBe(false);
    expect(simulator.replay(played, ample, undefined, 'always')).toMatchObject({
      ...{ cycles: played.run.cycles, spill: { spilledBits: 0 } },
    });

    const anew = on(small);
    anew.play(mapping);
    expect(anew.play(others).run).toEqual(on(small).play(others).run);
    const again = anew.play(mapping);
    expect(again.run).toEqual(run);
    expect(anew.maySpill(again)).toBe(true);
  });
});
