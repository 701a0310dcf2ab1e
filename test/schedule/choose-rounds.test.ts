import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { fitNetwork } from '../../src/map/fit.ts';
import { hasToTakeTurns, type MapOptions } from '../../src/schedule/choose-rounds.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { prepare } from '../../src/workload/workload.ts';
import { thrownBy } from '../thrown.ts';
import { chipOf } from './turns-agreement.ts';
import { askedOf } from './turns-drafts.ts';

const asked = askedOf(
  [
    { name: 'a', width: 4 },
    { name: 'b', width: 4, reads: 'a' },
    { name: 'c', width: 4, reads: 'b' },
  ],
  { totalPes: 2 },
);
const { network } = asked;
const chip = chipOf(asked);
const { peWriteNs: _, peWriteEnergyPj: __, enduranceWrites: ___, parallelWrites: ____, ...silent } = chip;
const { crossbarRows: _____, crossbarColumns: ______, pes: _______, ...sizes } = silent;

/** Crossbars of two sizes, of which nothing can say how long writing takes. */
function twoSizes(pes: number): Architecture {
  const crossbar = { crossbarRows: 1, crossbarColumns: 1 };
  const crossbars = [
    { name: 'some', ...crossbar, pes },
    { name: 'other', ...crossbar, crossbarColumns: 2, pes: 1 },
  ];
  return { ...sizes, crossbars };
}

const map = (architecture: Architecture, options: MapOptions) =>
  new Scheduler(prepare(network, architecture)).map(options);

/** Kind, code, and the option that the message begins with. */
function faultOf(architecture: Architecture, options: MapOptions): unknown[] {
  const { kind, code, message } = thrownBy(() => map(architecture, options));
  return [kind, code, message.slice(0, message.indexOf(':'))];
}

describe('weights take turns', () => {
  test('where they do not fit, or rounds are asked for', () => {
    expect(map(chip, { pes: 3 }).rounds).toBe(undefined);
    expect(map(chip, { pes: 2, rounds: 'fewest' }).rounds).toEqual([0, 2]);
    expect(map(chip, { pes: 2 }).rounds).toHaveLength(2);
    expect(map(chip, { pes: 3, rounds: ['b'] }).rounds).toEqual([0, 1]);
  });

  test('not where nothing says how long writing takes', () => {
    const fault = ['usage', 'INVALID_OPTION', 'rounds'];
    expect(faultOf(silent, { pes: 3, rounds: 'auto' })).toEqual(fault);
    expect(thrownBy(() => map(silent, { pes: 2 })).code).toBe('DOES_NOT_FIT');
  });

  test('not on crossbars of several sizes', () => {
    expect(map(twoSizes(3), {}).rounds).toBe(undefined);
    expect(faultOf(twoSizes(3), { rounds: 'auto' })).toEqual(['usage', 'INVALID_OPTION', 'rounds']);
    // To say how long writing takes would be of no use.
    expect(() => map(twoSizes(3), { rounds: 'auto' })).toThrow(/crossbarRows/);
    expect(thrownBy(() => map(twoSizes(1), {})).code).toBe('DOES_NOT_FIT');
  });

  test.each<[boolean, Architecture, number]>([
    [true, chip, 2],
    [false, chip, 3],
    [false, silent, 2],
  ])('unasked: %j', (isTrue, architecture, pes) => {
    const workload = prepare(network, architecture);
    const fit = fitNetwork(network, workload.architecture, { pes });
    expect(hasToTakeTurns(workload, fit)).toBe(isTrue);
  });
});

describe('layer by layer', () => {
  test.each<MapOptions>([{}, { rounds: 'auto' }])('every layer is a round: %j', (options) => {
    expect(map(chip, { pes: 2, scheduling: 'lbl', ...options }).rounds).toEqual([0, 1, 2]);
  });

  test.each<MapOptions>([{ rounds: 'fewest' }, { rounds: ['b'] }])('there are no others: %j', (options) => {
    const fault = ['usage', 'INVALID_OPTION', 'rounds'];
    expect(faultOf(chip, { pes: 2, scheduling: 'lbl', ...options })).toEqual(fault);
  });
});
