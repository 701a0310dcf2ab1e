import { describe, expect, test } from 'vitest';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import type { Duplication } from '../../src/map/duplicate.ts';
import {
  checkList,
  copiesOfRound,
  fewestRounds,
  mapRounds,
  namedRounds,
  type Turns,
} from '../../src/map/rounds.ts';
import { isRoundsName } from '../../src/map/rounds-name.ts';
import { basesOf, copiedLayers, slicesOf } from '../../src/map/slices.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { thrownBy } from '../thrown.ts';

const layerOf = (name: string, pesPerCopy: number, mvms = 10) => ({
  ...{ layer: 1, name, mvms, pesPerCopy, crossbar: 0 },
});

/** Layers of 2, 1, 5, 1 and 2 PEs on a chip of 4: the third is cut into slices of 4 and 1. */
function turnsOf(duplication: Duplication): Turns {
  const layers = [layerOf('a', 2), layerOf('b', 1), layerOf('c', 5), layerOf('d', 1), layerOf('e', 2)];
  const crossbar = { name: 'crossbar', crossbarRows: 8, crossbarColumns: 8 };
  const fit = {
    ...{ layers, needed: [11], there: [4] },
    crossbars: { kind: 'alike', classes: [crossbar] } as const,
  };
  return { slices: slicesOf(layers, 4), pes: 4, fit, duplication };
}

const turns = turnsOf('none');

describe('slices', () => {
  test('take all PEs, and the last one the rest', () => {
    const names = turns.slices.map(({ name, pesPerCopy, slice }) => [name, pesPerCopy, slice]);
    expect(names).toEqual([
      ['a', 2, undefined],
      ['b', 1, undefined],
      ['c[1/2]', 4, { index: 0, of: 2 }],
      ['c[2/2]', 1, { index: 1, of: 2 }],
      ['d', 1, undefined],
      ['e', 2, undefined],
    ]);
    expect(basesOf(turns.slices)).toEqual([0, 1, 2, 2, 3, 4]);
  });

  test('are refused where there are more than anybody schedules', () => {
    expect(slicesOf([layerOf('a', 2 ** 17 - 2), layerOf('b', 1)], 2).length).toBe(2 ** 16);
    const error = thrownBy(() => slicesOf([layerOf('a', 2 ** 17), layerOf('b', 1)], 2));
    expect(error).toMatchObject({ kind: 'input', code: 'TOO_LARGE' });
    expect(error.message).toContain('on a chip with pes 2 the layers are 65537 slices, more than 65536');
  });

  test('are what a list of copies counts, where weights can take turns', () => {
    const network = zooNetwork('vgg16');
    const options = { pes: 20 };
    const whole = copiedLayers(network, normalArchitecture(paper), options);
    expect(whole).toHaveLength(13);
    const writing = normalArchitecture({ ...paper, peWriteNs: 1e5 });
    const sliced = copiedLayers(network, writing, options);
    expect(sliced.length).toBeGreaterThan(13);
    expect(Math.max(...sliced.map(({ pesPerCopy }) => pesPerCopy))).toBe(20);
  });
});

describe('rounds', () => {
  test('of fewest take what fits', () => {
    expect(fewestRounds(turns)).toEqual([0, 2, 3]);
    expect(fewestRounds({ ...turns, slices: turns.slices.slice(0, 2) })).toEqual([0]);
    expect(fewestRounds({ ...turns, pes: 2, slices: turns.slices.slice(0, 2) })).toEqual([0, 1]);
  });

  test('by name begin with the layers that are named, a sliced one with its first slice', () => {
    expect(namedRounds(turns, ['a', 'c', 'c[2/2]'])).toEqual([0, 2, 3]);
    expect(namedRounds(turns, ['b', 'c[1/2]', 'c[2/2]', 'e'])).toEqual([0, 1, 2, 3, 5]);
  });

  test.each<[string, readonly string[], object]>([
    [
      'a name that is not there',
      ['cc'],
      { kind: 'usage', known: ['c', 'a', 'b', 'c[1/2]', 'c[2/2]', 'd', 'e'], given: 'cc' },
    ],
    [
      'a name behind its turn',
      ['c', 'd', 'b'],
      { kind: 'usage', message: expect.stringMatching(/^rounds: b does not stand behind d, which begins/) },
    ],
    [
      'a name behind its turn, though before others',
      ['b', 'd', 'c'],
      { message: expect.stringMatching(/^rounds: c does not stand behind d, which begins/) },
    ],
    [
      'the first layer behind another',
      ['b', 'a'],
      { message: expect.stringContaining('a does not stand behind b') },
    ],
    ['a name twice', ['b', 'b'], { message: expect.stringContaining('b does not stand behind b') }],
    [
      'a round that does not fit',
      ['c'],
      {
        kind: 'usage',
        message: expect.stringContaining(
          'rounds: the round that begins with c[1/2] takes more than the 4 PEs from c[2/2] on',
        ),
      },
    ],
    [
      'the first round, if it does not fit',
      ['c[2/2]'],
      {
        message: expect.stringContaining(
          'the round that begins with a takes more than the 4 PEs from c[1/2] on',
        ),
      },
    ],
  ])('%s is refused', (_, names, error) => {
    expect(thrownBy(() => namedRounds(turns, names))).toMatchObject(error);
  });

  test('a name of rounds is one of two', () => {
    expect(['auto', 'fewest', 'most', 'aut', ''].map(isRoundsName)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('copies in rounds', () => {
  test('of a list are those of its slices, where they fit the chip', () => {
    const own = turnsOf([1, 2, 1, 1, 1, 1]);
    expect(copiesOfRound(own, 0, 2)).toEqual([1, 2]);
    expect(copiesOfRound(own, 3, 5)).toEqual([1, 1]);
    expect(copiesOfRound(turnsOf([1, 3, 1, 1, 1, 1]), 0, 2)).toBeUndefined();
    expect(copiesOfRound(turnsOf('greedy'), 0, 2)).toEqual([1, 2]);
  });

  test('are mapped with the PEs of the round that takes most', () => {
    const mapping = mapRounds(turnsOf([1, 1, 1, 1, 1, 1]), [0, 2, 3]);
    expect(mapping).toMatchObject({ minimumPes: 11, totalPes: 4, usedPes: 4, rounds: [0, 2, 3] });
    expect(mapRounds(turns, [0, 1, 2, 3, 4, 5]).layers.map(({ copies }) => copies)).toEqual([
      1, 1, 1, 1, 1, 1,
    ]);
    const small = { ...turnsOf('greedy'), slices: turns.slices.slice(3) };
    expect(mapRounds(small, [0, 2])).toMatchObject({ usedPes: 4, rounds: [0, 2] });
    expect(mapRounds({ ...small, duplication: 'none' }, [0, 2])).toMatchObject({ usedPes: 2 });
    expect(mapRounds({ ...small, duplication: 'none' }, [0])).not.toHaveProperty('rounds');
    // 1 + 1 PEs, and 2 copies of 2.
    expect(mapRounds({ ...small, duplication: [1, 1, 2] }, [0, 2])).toMatchObject({ usedPes: 4 });
    expect(mapRounds({ ...small, duplication: [2, 1, 1] }, [0, 2])).toMatchObject({ usedPes: 3 });
  });

  test('that do not fit, or are no list for these slices, are refused', () => {
    const error = thrownBy(() => mapRounds(turnsOf([1, 3, 1, 1, 1, 1]), [0, 2, 3]));
    expect(error).toMatchObject({ kind: 'usage' });
    expect(error.message).toContain('the round that begins with a takes 5 PEs and there are 4');
    expect(() => checkList(turnsOf([1, 1, 1, 1, 1]))).toThrow(
      'the list of copies: must give the copies of 6 base layers as a list, found 5 entries',
    );
    expect(() => checkList(turnsOf('greedy'))).not.toThrow();
  });
});
