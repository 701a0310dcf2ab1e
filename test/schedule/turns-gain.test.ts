import { describe, expect, test } from 'vitest';
import { findPreset, loadModel, prepare, Scheduler } from '../../src/index.ts';
import type { MapOptions } from '../../src/schedule/choose-rounds.ts';
import { gainOfTurns } from '../../src/schedule/turns-gain.ts';
import { chain } from './chain.ts';

const chip = { ...findPreset('paper')!, peWriteNs: 56_000 };

function gainOf(model: string, options: MapOptions, architecture: typeof chip | object = chip) {
  const workload = prepare(loadModel(model), architecture as typeof chip, { granularity: 'row' });
  const scheduler = new Scheduler(workload);
  const mapping = scheduler.map(options);
  const schedule = scheduler.schedule(mapping, options);
  return { gain: gainOfTurns(scheduler, mapping, options, schedule), scheduler, schedule };
}

describe('what turns would gain', () => {
  test('is what auto makes of a network of some layers', () => {
    const { gain, scheduler, schedule } = gainOf('resnet50', {});
    const auto = scheduler.schedule(scheduler.map({ rounds: 'auto' }));
    expect(gain).toEqual({
      cyclesAtOnce: schedule.cycles,
      cycles: auto.cycles,
      roundCount: auto.roundCount,
      writesPerInference: auto.writes,
      isAuto: true,
    });
    expect(auto.cycles).toBeLessThan(schedule.cycles);
  });

  test('of a network of many layers is near to that', () => {
    const { gain, scheduler, schedule } = gainOf('resnet101', { extraPes: 32 });
    const { cycles } = scheduler.schedule(scheduler.map({ extraPes: 32, rounds: 'auto' }));
    expect(gain).toMatchObject({ cyclesAtOnce: schedule.cycles, isAuto: false });
    expect(gain!.cycles / cycles).toBeGreaterThan(0.8);
    expect(gain!.cycles / cycles).toBeLessThan(1.2);
  });

  test('is nothing without copies: one round is best then', () => {
    const { gain, schedule } = gainOf('vgg16', { duplication: 'none' });
    expect(gain).toMatchObject({ cycles: schedule.cycles, roundCount: 1, writesPerInference: 0 });
  });

  test('counts writes by inference', () => {
    const { gain, scheduler } = gainOf('vgg16', { batch: 4, group: 2 });
    const { writes } = scheduler.schedule(scheduler.map({ batch: 4, group: 2, rounds: 'auto' }), {
      batch: 4,
      group: 2,
    });
    expect(gain!.writesPerInference).toBe(writes! / 2);
  });

  test('of many layers is that of the best of some numbers of rounds, with as many layers in each', () => {
    const { gain, scheduler } = gainOf('resnet101', { extraPes: 32 });
    const { layers } = scheduler.map({ extraPes: 32 });
    const tried = [2, 3, 4, 6, 8, 12].map((count) => {
      const begins = Array.from({ length: count }, (_, r) => Math.floor((r * layers.length) / count));
      const rounds = begins.map((begin) => layers[begin]!.name);
      return scheduler.schedule(scheduler.map({ extraPes: 32, rounds }));
    });
    const least = Math.min(...tried.map(({ cycles }) => cycles));
    const { roundCount, writes } = tried.find(({ cycles }) => cycles === least)!;
    expect(tried.some(({ cycles }) => cycles > least)).toBe(true);
    expect(gain).toMatchObject({ cycles: least, roundCount, writesPerInference: writes });
  });

  test('is that of auto up to 64 layers times inferences of a group', () => {
    const scheduler = new Scheduler(prepare(chain(16, 1, 2), chip));
    const gain = (group: number) => {
      const options = { batch: 5, group };
      const mapping = scheduler.map(options);
      return gainOfTurns(scheduler, mapping, options, scheduler.schedule(mapping, options));
    };
    expect(gain(4)!.isAuto).toBe(true);
    expect(gain(5)!.isAuto).toBe(false);
  });

  test('is weighed where six schedules of the batch are of ten million sets at most', () => {
    const scheduler = new Scheduler(prepare(chain(2, 1, 2), chip));
    const options = { batch: 2 };
    const mapping = scheduler.map(options);
    const schedule = scheduler.schedule(mapping, options);
    // As if the two layers had so many sets, in two inferences, of which 1,666,666 are the most.
    const gain = (...sets: number[]) => {
      const layers = schedule.layers.map((layer, i) => ({ ...layer, sets: sets[i]! }));
      return gainOfTurns(scheduler, mapping, options, { ...schedule, layers });
    };
    expect(gain(400_000, 433_333)).toMatchObject({ cyclesAtOnce: schedule.cycles });
    expect(gain(400_000, 433_334)).toBe(undefined);
  });

  test.each<[string, MapOptions, object]>([
    ['where weights take turns', { pes: 100 }, chip],
    ['where rounds were asked for', { rounds: 'fewest' }, chip],
    ['layer by layer', { scheduling: 'lbl' }, chip],
    ['with copies of the user', { duplication: (layers) => layers.map(() => 1) }, chip],
    ['of a batch that takes long', { batch: 100_000 }, chip],
    ['of a chip that does not say how long writing takes', {}, findPreset('paper')!],
  ])('is not weighed %s', (_, options, architecture) => {
    expect(gainOf('vgg16', options, architecture).gain).toBe(undefined);
  });
});
