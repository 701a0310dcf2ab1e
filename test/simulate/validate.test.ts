import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { loadModel } from '../../src/index.ts';
import type { Network } from '../../src/network/network.ts';
import { type DetailedSimulation, type NodeSets, simulate } from '../../src/simulate/index.ts';
import { validateSimulation } from '../../src/simulate/validate.ts';
import { type Scarce, scarce } from '../scarce-chips.ts';
import { networks } from '../verify/mutants/networks.ts';

const validate = ({ workload, simulation }: Scarce) =>
  validateSimulation(workload.network, workload.architecture, simulation);

/** A run in which a node says something else. */
function withNode(from: Scarce, index: number, changed: Partial<NodeSets>): Scarce {
  const sets = from.simulation.sets!.map((own, i) => (i === index ? { ...own, ...changed } : own));
  return { ...from, simulation: { ...from.simulation, sets } };
}

const claiming = (from: Scarce, changed: Partial<DetailedSimulation>): Scarce => ({
  ...from,
  simulation: { ...from.simulation, ...changed },
});

/** The first node that is meant. */
function find(
  { simulation }: Scarce,
  isMeant: (node: NodeSets) => boolean,
): { node: NodeSets; index: number } {
  const index = simulation.sets!.findIndex(isMeant);
  return { node: simulation.sets![index]!, index };
}

const { ample, inTurns, both } = scarce;
const last = { node: ample.simulation.sets!.at(-1)!, index: ample.simulation.sets!.length - 1 };

describe('validateSimulation', () => {
  test.each(Object.entries(scarce))('accepts a run that is %s', (_, run) => {
    expect(() => validate(run)).not.toThrow();
  });

  test('tells how far it is', () => {
    const told: number[] = [];
    validateSimulation(both.workload.network, both.workload.architecture, both.simulation, (share) =>
      told.push(share),
    );
    expect(told.at(-1)).toBeGreaterThan(0.5);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  test('asks for the sets', () => {
    const { sets: _, ...simulation } = ample.simulation;
    expect(() => validate({ ...ample, simulation })).toThrow('the simulation has not kept its sets');
  });

  test('demands all nodes of the network, in order', () => {
    const sets = ample.simulation.sets!;
    expect(() => validate(claiming(ample, { sets: sets.slice(0, -1) }))).toThrow(
      `layer ${last.node.name}: base 1 of 1 is expected, and nothing is there`,
    );
    expect(() => validate(claiming(ample, { sets: sets.toReversed() }))).toThrow('is expected, and');
    expect(() => validate(claiming(ample, { sets: [...sets, last.node] }))).toThrow(
      'is no node of the network',
    );
  });

  test('demands that the sets of a node are its OFM, each position once', () => {
    const { positions } = last.node;
    const without = withNode(ample, last.index, { positions: (k) => positions(k).subarray(1) });
    expect(() => validate(without)).toThrow(/layer \S+: position 0 of inference 0 is in no set/);
    const twice = withNode(ample, last.index, { positions: () => positions(0) });
    expect(() => validate(twice)).toThrow(/set 1 of inference 0, .*: position 0 is of another set, too/);
  });

  test('demands that a set takes the cycles of its MVMs', () => {
    const { finish, start } = last.node;
    const short = withNode(ample, last.index, { finish: (k) => (k === 0 ? start(k) + 1 : finish(k)) });
    expect(() => validate(short)).toThrow(
      /set 0 of inference 0, cycles \d+ to \d+: it takes \d+ cycles or more/,
    );
  });

  test('demands that sets of a layer start in order', () => {
    const { node, index } = find(ample, ({ copies, kind }) => kind === 'base' && copies > 1);
    const start = (k: number) => (k === 0 ? node.start(1) + 1 : node.start(k));
    const late = withNode(ample, index, { start, computeCycles: () => 0 });
    expect(() => validate(late)).toThrow(
      /set 1 of inference 0, .*: it starts before the set before it, at \d+/,
    );
  });

  test('demands that sets are on the copies of the rules, one at a time', () => {
    const { node, index } = find(ample, ({ copies, kind }) => kind === 'base' && copies > 1);
    expect(() => validate(withNode(ample, index, { copy: (k) => node.copy(k + 1) }))).toThrow(
      'is on copy 1, and the rules say 0',
    );
    const { start, finish } = last.node;
    const late = withNode(ample, last.index, {
      start: (k) => (k === 0 ? start(1) - 1 : start(k)),
      finish: (k) => finish(k) + 10_000,
    });
    expect(() => validate(late)).toThrow(
      /set 1 of inference 0, .*: copy 0 runs the set 1 before it until cycle \d+/,
    );
  });

  test('demands that the PEs of a layer are those that its weights take', () => {
    expect(() => validate(withNode(ample, last.index, { pes: last.node.pes + 1 }))).toThrow(
      /layer \S+: \d+ PEs hold its weights, which take \d+/,
    );
    expect(() => validate(claiming(ample, { totalPes: 1 }))).toThrow(
      /all copies hold \d+ PEs and there are 1/,
    );
  });

  test('demands that copies are written before they run, and take their time', () => {
    const { node, index } = find(inTurns, ({ writes }) => writes.length > 0);
    const [write, ...others] = node.writes;
    const changed = (own: Partial<NonNullable<typeof write>>) =>
      withNode(inTurns, index, { writes: [{ ...write!, ...own }, ...others] });
    const late = changed({ endCycle: inTurns.simulation.cycles });
    expect(() => validate(late)).toThrow(/copy \d+ is written only at cycle \d+/);
    expect(() => validate(changed({ writeCycle: write!.endCycle }))).toThrow(/a write takes \d+ cycles/);
    expect(() => validate(changed({ copy: 100 }))).toThrow('copy 100, tile');
  });

  test('demands a PE of its own for every copy', () => {
    const { node, index } = find(inTurns, ({ writes }) => writes.length > 0);
    const writes = node.writes.map((write) => ({ ...write, startCycle: 0 }));
    expect(() => validate(withNode(inTurns, index, { writes }))).toThrow(
      /none of the 4 PEs is free for it at cycle 0|is on PE \d+ with|before it has PEs/,
    );
    const onOneTile = inTurns.simulation.sets!.map((own) => ({
      ...own,
      writes: own.writes.map((write) => ({ ...write, tile: 0 })),
    }));
    expect(() => validate(claiming(inTurns, { sets: onOneTile }))).toThrow(/none of the 2 PEs is free/);
  });

  test('demands the ends that are told', () => {
    const { cycles, firstLatencyNs, layers } = ample.simulation;
    expect(() => validate(claiming(ample, { cycles: 1 }))).toThrow(
      /the run claims 1 cycles, but its last set is finished at cycle \d+/,
    );
    // What leaves the chip may take longer.
    expect(() => validate(claiming(ample, { cycles: cycles + 1 }))).not.toThrow();
    expect(() => validate(claiming(ample, { firstLatencyNs: firstLatencyNs + 100 }))).toThrow(
      'inference 0 ends at',
    );
    const [first, ...others] = layers;
    const wrong = claiming(ample, { layers: [{ ...first!, endCycle: first!.endCycle + 1 }, ...others] });
    expect(() => validate(wrong)).toThrow(/is said to run from cycle \d+ to \d+, and runs from/);
    const { groupEndCycles } = both.simulation;
    expect(() => validate(claiming(both, { groupEndCycles: groupEndCycles!.map((end) => end + 1) }))).toThrow(
      /the run claims that group 0 ends at cycle \d+, and it does at \d+/,
    );
  });

  test('demands that without a port the run ends with its last set', () => {
    const network = loadModel('tinyyolov3');
    const simulation = simulate(network, paper, { granularity: 'row', keepSets: true });
    expect(() => validateSimulation(network, paper, simulation)).not.toThrow();
    const longer = { ...simulation, cycles: simulation.cycles + 1 };
    expect(() => validateSimulation(network, paper, longer)).toThrow('the run claims');
  });

  test('demands that a GPEU works on one set of a join at a time', () => {
    const [, residual] = networks;
    const chip = { ...paper, chip: { clockNs: 100, gpeuOperationsPerCycle: 1 } };
    const simulation = simulate(residual!, chip, { granularity: 'row', keepSets: true });
    const sets = simulation.sets!.map((own) =>
      own.kind === 'join' ? { ...own, finish: (k: number) => own.finish(k) + 100_000 } : own,
    );
    expect(() => validateSimulation(residual!, chip, simulation)).not.toThrow();
    // The last join is read by a layer, which then waits as well.
    const head = sets.findLastIndex(({ kind }) => kind === 'join') + 1;
    const late = sets.map((own, i) =>
      i < head - 1
        ? simulation.sets![i]!
        : {
            ...own,
            start: (k: number) => own.start(k) + (i < head ? 0 : 200_000),
            finish: (k: number) => own.finish(k) + (i < head ? 0 : 200_000),
          },
    );
    expect(() => validateSimulation(residual!, chip, { ...simulation, sets: late })).toThrow(
      /join b_add, set \d+ of inference 0, .*: the GPEU works on another set of it until cycle \d+/,
    );
  });

  test('demands that layers wait for each other, layer by layer', () => {
    const { network, architecture } = ample.workload;
    const how = { scheduling: 'lbl', pes: 12, batch: 2, keepSets: true } as const;
    const simulation = simulate(network as Network, architecture.given, how);
    expect(() => validateSimulation(network, architecture, simulation)).not.toThrow();
    const xinf = simulate(network, architecture.given, { ...how, scheduling: 'xinf' });
    expect(() => validateSimulation(network, architecture, { ...xinf, scheduling: 'lbl' })).toThrow(
      /the layer before, \S+, is finished only at cycle \d+/,
    );
  });
});
