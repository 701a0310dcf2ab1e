import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { ClsaCimError } from '../../src/errors.ts';
import type { Network } from '../../src/network/network.ts';
import { SAME } from '../../src/network/reads.ts';
import type { Granularity } from '../../src/workload/granularity.ts';
import { lower, type Problem } from '../../src/workload/problem.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { networkOf } from './agreement.ts';

/** A chain of 1x1 convolutions. */
function chain(layers: number, height: number, width: number): Network {
  return networkOf(
    Array.from({ length: layers }, (_, i) => ({
      height,
      width,
      base: true,
      inputs: i === 0 ? [] : ([[i - 1, SAME, SAME]] as const),
    })),
  );
}

const copiesOf = ({ baseLayers }: Problem, most: number) => baseLayers.map((_, i) => 1 + ((i * 7) % most));

/** A digest of the finishes of every set. */
function finishes(engine: Engine, { baseLayers }: Problem): string {
  const hash = createHash('sha256');
  for (const layer of baseLayers) hash.update(engine.finishes(layer));
  return hash.digest('hex');
}

function scheduled(engine: Engine, problem: Problem, copies: readonly number[]): string {
  engine.load(problem.words);
  engine.schedule(copies);
  return finishes(engine, problem);
}

const block: Granularity = { height: 4, width: 4 };
const problems = {
  small: lower(zooNetwork('tinyyolov4'), 'row'),
  large: lower(zooNetwork('vgg16'), 'pixel'),
  cut: lower(zooNetwork('resnet50'), block),
  tiny: lower(chain(1, 1, 1), 'pixel'),
  /** Cycles of 64 bits: three layers of 2^30 MVMs. */
  wide: lower(chain(3, 2 ** 15, 2 ** 15), 'row'),
};
/** Fits, but for the copies: in front of the times there is room for as many. */
const tooLarge = lower(chain(1, 24_000, 24_000), 'pixel');
/** Takes more than 4 GiB in any case. */
const refused = lower(chain(3, 2 ** 15, 2 ** 15), 'pixel');

describe('an engine that is used again', () => {
  test('finds what a new one finds, whatever it did before', () => {
    const engine = new Engine();
    const all = Object.values(problems);
    for (let round = 0; round < 3; round++) {
      for (const before of all) {
        for (const problem of all) {
          scheduled(engine, before, copiesOf(before, 1 + round * 9));
          const copies = copiesOf(problem, 3 + round * 50);
          expect(scheduled(engine, problem, copies)).toEqual(scheduled(new Engine(), problem, copies));
        }
        if (round === 1) expect(() => scheduled(engine, tooLarge, [6e8])).toThrow(/more sets or larger maps/);
        if (round === 2) engine.release();
      }
    }
  });

  test('keeps its problem where the next is refused', () => {
    const engine = new Engine();
    const { small, wide } = problems;
    for (const problem of [small, wide]) {
      const copies = copiesOf(problem, 5);
      const expected = scheduled(engine, problem, copies);
      expect(() => engine.load(refused.words)).toThrow(ClsaCimError);
      expect(scheduled(engine, problem, copies)).toEqual(expected);
    }
  });

  test('schedules the same again with the same copies', () => {
    const engine = new Engine();
    const copies = copiesOf(problems.cut, 9);
    const expected = scheduled(engine, problems.cut, copies);
    engine.schedule(copiesOf(problems.cut, 2));
    expect(scheduled(engine, problems.cut, copies)).toEqual(expected);
    engine.reschedule();
    expect(finishes(engine, problems.cut)).toBe(expected);
    engine.analyse();
    engine.reschedule();
    expect(finishes(engine, problems.cut)).toBe(expected);
  });
});

describe('copies', () => {
  const problem = lower(chain(2, 3, 3), 'pixel');

  test.each([
    ['too few', [1], 1],
    ['none', [1, 0], 1],
    ['negative', [-1, 1], 0],
    ['a fraction', [1.5, 1], 0],
    ['no number', [1, Number.NaN], 1],
  ])('%s are one clear error instead of an endless loop', (_, copies, layer) => {
    const engine = new Engine();
    engine.load(problem.words);
    expect(() => engine.schedule(copies)).toThrow(
      new RegExp(`copies of base layer ${layer}: must be a whole number`),
    );
    engine.schedule([1, 1]);
    expect(engine.endCycle(1)).toBe(10);
  });

  test('beyond the number of sets are idle', () => {
    const engine = new Engine();
    engine.load(problem.words);
    engine.schedule([2 ** 40, 1e300]);
    expect(engine.endCycle(1)).toBe(2);
  });
});
