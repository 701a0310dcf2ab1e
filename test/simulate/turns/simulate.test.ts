import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { type ScheduleOptions, schedule } from '../../../src/schedule/schedule.ts';
import { explain, type SimulationOptions, simulate } from '../../../src/simulate/index.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov4');
const MVM_NS = 1400;
const PE_PJ = 7;

/** Half of the PEs that it needs, or fewer; nothing but MVMs and writing takes time. */
const writes = { ...paper, peWriteNs: 40 * MVM_NS, peWriteEnergyPj: PE_PJ, parallelWrites: 16 };

/** The same on tiles, with movement. */
const chip: Architecture = {
  ...writes,
  chip: {
    ...{ clockNs: 10, meshRows: 4, meshColumns: 4, pesPerTile: 8, linkBitsPerCycle: 64, hopCycles: 2 },
    ...{ inputBufferBytes: 2 ** 17, offChipBitsPerCycle: 256, offChipLatencyNs: 200, tileWritePorts: 2 },
    ...{ hopEnergyPjPerBit: 1, offChipEnergyPjPerBit: 2 },
  },
};

type Options = ScheduleOptions & SimulationOptions;

describe('with free movement a simulation of weights in turns is what is scheduled', () => {
  test.each<[string, Options]>([
    ['slices', { pes: 20, granularity: 'row' }],
    ['pixel sets', { pes: 59 }],
    ['groups', { pes: 20, granularity: 'row', batch: 5, group: 2 }],
    ['barrier', { pes: 59, granularity: 'row', batch: 4, group: 2, reload: 'barrier' }],
    ['rounds that are asked for', { pes: 59, granularity: 'row', rounds: 'fewest', batch: 2 }],
    ['layer by layer', { pes: 20, scheduling: 'lbl', batch: 3, group: 2 }],
  ])('%s', (_, options) => {
    const scheduled = schedule(network, writes, options);
    const simulated = simulate(network, writes, options);
    const { cycles, groupEndCycles, roundCount, peWritesPerInference, minimumPes, usedPes } = scheduled;
    expect(simulated).toMatchObject({ cycles, idealCycles: cycles, minimumPes, usedPes });
    expect(simulated).toMatchObject({ groupEndCycles, roundCount, peWritesPerInference });
    const times = simulated.layers.map(({ name, startCycle, endCycle }) => [name, startCycle, endCycle]);
    for (const { name, startCycle, endCycle } of scheduled.layers)
      expect(times).toContainEqual([name, startCycle, endCycle]);
  });
});

describe('weights in turns on a chip with movement', () => {
  const options: Options = { pes: 59, granularity: 'row', batch: 3, group: 2, duplication: 'greedy' };
  const kept = { keepSets: true, keepPlacement: true, keepCriticalPath: true, keepUse: true };
  const rolling = simulate(network, chip, { ...options, ...kept });

  test('are slower than where movement is free, and the sums are right', () => {
    expect(rolling.cycles).toBeGreaterThan(rolling.idealCycles);
    // Half a cycle of a schedule: 40 MVMs of 1400 ns in cycles of 10.
    expect(rolling.writeCycles).toBe(5600);
    const bits = 256 * 256 * paper.cellBits;
    expect(rolling.weightBits).toBe(rolling.writtenPes! * bits);
    // All PEs of the two groups but those that are there from the start.
    const later = simulate(network, chip, { ...options, batch: 2 });
    expect(rolling.writtenPes! - later.writtenPes!).toBe(rolling.writes);
    expect(rolling.energyPj.parts.write).toBe(PE_PJ * rolling.writtenPes!);
    const ofLayers = [...rolling.layers, ...rolling.inputs].map(({ energyPj }) => energyPj.parts);
    for (const part of ['write', 'hop', 'offChip'])
      expect(ofLayers.reduce((sum, parts) => sum + (parts[part] ?? 0), 0)).toBeCloseTo(
        rolling.energyPj.parts[part]!,
        3,
      );
    for (const layer of rolling.layers) {
      const { waitDataCycles, waitSpaceCycles, waitCopyCycles, waitFetchCycles, waitWriteCycles = 0 } = layer;
      const { count, start } = rolling.sets!.find(({ name }) => name === layer.name)!;
      const last = Array.from({ length: count }, (_, k) => start(k)).reduce((a, b) => Math.max(a, b));
      expect(waitDataCycles + waitSpaceCycles + waitCopyCycles + waitFetchCycles + waitWriteCycles).toBe(
        last,
      );
    }
    expect(rolling.layers.some(({ waitWriteCycles }) => waitWriteCycles! > 0)).toBe(true);
  });

  test('tell when each copy was written, and how many PEs of each tile', () => {
    const written = rolling.sets!.flatMap(({ writes }) => writes);
    const sum = (values: readonly { readonly writtenPes?: number }[]) =>
      values.reduce((all, { writtenPes = 0 }) => all + writtenPes, 0);
    expect([sum(rolling.layers), sum(rolling.tiles)]).toEqual([rolling.writtenPes, rolling.writtenPes]);
    const onTile = (tile: number) =>
      written.reduce((all, write) => all + (write.tile === tile ? write.pes : 0), 0);
    for (const { tile, writtenPes } of rolling.tiles) expect(onTile(tile)).toBe(writtenPes);
    for (const { name, writes: own, count, inferences, copies, copy, start } of rolling.sets!) {
      const layer = rolling.layers.find((each) => each.name === name);
      expect(own.reduce((all, { pes }) => all + pes, 0)).toBe(layer?.writtenPes ?? 0);
      for (const { group, copy: ofGroup, pes, startCycle, writeCycle, endCycle } of own) {
        // Latency, then port and links; two PEs of a tile are written at a time.
        expect(writeCycle).toBeGreaterThan(startCycle + 20);
        expect(endCycle).toBeGreaterThanOrEqual(writeCycle + Math.ceil(pes / 2) * rolling.writeCycles!);
        const sets = Array.from({ length: count }, (_, k) => k).filter(
          (k) => copy(k) === group * copies + ofGroup,
        );
        expect(Math.floor((sets[0]! * inferences) / count / rolling.group!)).toBe(group);
        for (const k of sets) expect(start(k)).toBeGreaterThanOrEqual(endCycle);
      }
    }
  });

  test('keep sets, placement and path of all groups as those of one network', () => {
    const { sets, placement, criticalSets, use } = rolling;
    expect(placement!.map(({ name }) => name)).toEqual(sets!.map(({ name }) => name));
    expect(use!.nodes.map(({ name }) => name)).toEqual(sets!.map(({ name }) => name));
    sets!.forEach((own, node) => {
      expect(own.inferences).toBe(3);
      const copies = Array.from({ length: own.count }, (_, k) => own.copy(k));
      // Every copy that is somewhere runs something, and nothing runs elsewhere.
      expect(new Set(copies)).toEqual(new Set(placement![node]!.copies.keys()));
    });
    let until = 0;
    for (const step of criticalSets!) {
      expect(step.from).toBe(until);
      expect(step.start).toBe(sets![step.node]!.start(step.set));
      until = step.until;
    }
    expect(criticalSets!.some(({ cause }) => cause === 'write')).toBe(true);
  });

  test('are placed round by round with barrier, also by a function', () => {
    // Rounds that are given: a function is called for all that are tried.
    const barrier = { ...options, reload: 'barrier', rounds: 'auto' } as const;
    const rounds: number[] = [];
    const asGiven = simulate(network, chip, {
      ...barrier,
      placement: (layers) => {
        rounds.push(layers.length);
        let pe = 0;
        return layers.map(({ copies, pesPerCopy }) =>
          Array.from({ length: copies }, () =>
            Array.from({ length: pesPerCopy }, () => ({ tile: Math.floor(pe++ / 8), pes: 1 })),
          ),
        );
      },
    });
    expect(rounds).toHaveLength(asGiven.roundCount!);
    expect(asGiven.cycles).toBeGreaterThan(asGiven.idealCycles);
    expect(() => simulate(network, chip, { ...options, placement: () => [] })).toThrow(/reload barrier/);
  });

  test('end where buffers are small, and say so where nothing may leave the chip', () => {
    const small = { ...chip, chip: { ...chip.chip, inputBufferBytes: 2 ** 15, outputBufferBytes: 2 ** 15 } };
    expect(simulate(network, small, options).cycles).toBeGreaterThan(rolling.cycles);
    expect(() => simulate(network, small, { ...options, spill: false })).toThrow(
      /too small to make progress/,
    );
  });

  test('are explained', () => {
    const { criticalPath, limits } = explain(network, chip, { ...options, batch: 1, group: 1 });
    expect(criticalPath.map(({ waitedFor }) => waitedFor)).toContain('write');
    expect(limits.map(({ resource }) => resource)).toContain('linkBitsPerCycle');
  });
});
