import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TurnsToValidate } from '../../src/schedule/turns-to-validate.ts';
import { validateTurnsLayerByLayer } from '../../src/schedule/validate-turns-layer-by-layer.ts';
import { turnsCase } from '../reference/random-turns.ts';
import { fewestRounds, policyCopies } from '../reference/rounds.ts';
import type { Turns } from '../reference/turns.ts';
import { type TurnsCase, unrounded } from '../reference/turns-case.ts';
import { layersInTurns } from '../reference/turns-layer-by-layer.ts';
import { mvmsOf } from '../reference/turns-metrics.ts';

interface Editable extends Omit<TurnsToValidate, 'layers'> {
  readonly layers: (Omit<TurnsToValidate['layers'][number], 'start' | 'finish'> & {
    readonly starts: number[];
    readonly finishes: number[];
  })[];
}

/** A case layer by layer: in rounds of one slice, or in one round where everything fits. */
function turnsOf(asked: TurnsCase): Turns {
  const before = unrounded(asked);
  const rounds = fewestRounds(before).length === 1 ? [0] : before.slices.map((_, slice) => slice);
  const policy = typeof asked.duplication === 'string' ? asked.duplication : 'greedy';
  return { ...before, rounds, copies: policyCopies(before, rounds, policy) };
}

function editable(turns: Turns): Editable {
  const { analysis, slices, copies, batch, group, resultCycles, writeCycles, parallelWrites } = turns;
  const times = layersInTurns(turns);
  const layers = slices.map(({ name, base, index, of, pes }, slice) => {
    const { layer, sets } = analysis.layers[base]!;
    const { width } = analysis.network.layers[layer]!.shape;
    const { top, bottom, left, right } = sets[0]!;
    const starts: number[] = [];
    const finishes: number[] = [];
    for (let inference = 0; inference < batch; inference++) {
      const turn = times.find((own) => own.slice === slice && own.group === Math.floor(inference / group))!;
      // MVMs are spread over all copies: the one of a position is so many MVMs after the first of the group.
      const cycleOf = (y: number, x: number) =>
        turn.start +
        Math.floor(((inference % group) * mvmsOf(turns, slice) + y * width + x) / copies[slice]!);
      for (const set of sets) {
        starts.push(cycleOf(set.top, set.left));
        finishes.push(cycleOf(set.bottom - 1, set.right - 1) + resultCycles);
      }
    }
    return {
      ...{ name, layer, setHeight: bottom - top, setWidth: right - left, copies: copies[slice]! },
      ...{ pesPerCopy: pes, slice: of === 1 ? undefined : { index, of }, starts, finishes },
    };
  });
  const groupEndCycles = times.filter((own) => own.slice === slices.length - 1).map(({ end }) => end);
  return {
    ...{ layers, totalPes: turns.totalPes, rounds: turns.rounds, reload: 'barrier', batch, group },
    ...{
      writing: { writeCycles, parallelWrites },
      resultCycles,
      cycles: groupEndCycles.at(-1)!,
      groupEndCycles,
    },
  };
}

function validate(asked: TurnsCase, { layers, ...rest }: Editable): void {
  const plain = layers.map(({ starts, finishes, ...layer }) => ({
    ...layer,
    start: (k: number) => starts[k]!,
    finish: (k: number) => finishes[k]!,
  }));
  validateTurnsLayerByLayer(asked.network, { ...rest, layers: plain });
}

function forTurns(
  seed: number,
  numRuns: number,
  check: (asked: TurnsCase, schedule: Editable) => void,
): void {
  const property = fc.property(turnsCase(), (asked) => check(asked, editable(turnsOf(asked))));
  fc.assert(property, { seed, numRuns });
}

test('accepts layers in turns', () => {
  forTurns(1, 300, validate);
});

test('rejects every set that starts or ends a cycle off', () => {
  forTurns(2, 40, (asked, schedule) => {
    for (const { starts, finishes } of schedule.layers) {
      for (const times of [starts, finishes]) {
        for (let k = 0; k < times.length; k += Math.ceil(times.length / 12)) {
          for (const error of [-1, 1]) {
            times[k]! += error;
            expect(() => validate(asked, schedule)).toThrow(/^layer .*, set \d+ of inference \d+: runs from/);
            times[k]! -= error;
          }
        }
      }
    }
  });
});

test('rejects wrong ends of groups and wrong cycles', () => {
  forTurns(3, 40, (asked, schedule) => {
    const { cycles, groupEndCycles } = schedule;
    expect(() => validate(asked, { ...schedule, cycles: cycles + 1 })).toThrow(
      /^the schedule claims \d+ cycles/,
    );
    const ends = groupEndCycles.with(0, groupEndCycles[0]! - 1);
    expect(() => validate(asked, { ...schedule, groupEndCycles: ends })).toThrow('claims that group 0 ends');
  });
});
