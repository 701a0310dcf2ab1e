import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Mapping } from '../../src/map/mapping.ts';
import {
  mostCyclesOfRound,
  type Run,
  runGroups,
  writtenCopies,
  writtenPes,
} from '../../src/schedule/run-groups.ts';
import { prepare, type Workload } from '../../src/workload/workload.ts';
import type { TurnsCase } from '../reference/turns-case.ts';
import { chipOf, expectSameTurns } from './turns-agreement.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

const drafts: Draft[] = [
  { name: 'a', width: 4 },
  { name: 'b', width: 4, pes: 2, reads: 'a' },
  { name: 'c', width: 4, pes: 3, reads: 'b' },
];

/** Layers of a case with these copies, in rounds that begin at these slices. */
function mapped(asked: TurnsCase, copies: readonly number[], rounds?: readonly number[]) {
  const { network, granularity, totalPes } = asked;
  const workload = prepare(network, chipOf(asked), { granularity });
  const layers = network.layers.map(({ name, shape, weights }, layer) => {
    const own = { layer, name, mvms: shape.height * shape.width, pesPerCopy: weights!.columns };
    return { ...own, copies: copies[layer]!, crossbar: 0 };
  });
  const pes = { minimumPes: totalPes, totalPes, usedPes: totalPes };
  return { workload, mapping: { layers, ...pes, ...(rounds && { rounds }) } };
}

function runOf({ workload, mapping }: { workload: Workload; mapping: Mapping }, run: Partial<Run>) {
  const engine = new Engine();
  engine.load(workload.problem.words);
  engine.setResultDelay(workload.architecture.resultCycles - 1);
  const reload = mapping.rounds === undefined ? undefined : 'barrier';
  return runGroups(engine, workload, mapping, {
    ...{ batch: 1, group: 1, scheduling: 'xinf', keepSets: false, reload, ...run },
  });
}

describe('copies that are written', () => {
  const inSets = mapped(askedOf(drafts, { totalPes: 20, granularity: { height: 1, width: 2 } }), [5, 3, 4]);

  test.each([
    [1, [2, 2, 2], [4, 3, 4]],
    [2, [4, 3, 4], [5, 3, 4]],
    [3, [5, 3, 4], [5, 3, 4]],
  ])('are those that run something of %d inferences', (inferences, ofSets, ofMvms) => {
    const { workload, mapping } = inSets;
    const copies = (scheduling: 'xinf' | 'lbl') =>
      mapping.layers.map((layer) => writtenCopies(workload, layer, inferences, scheduling));
    expect(copies('xinf')).toEqual(ofSets);
    expect(copies('lbl')).toEqual(ofMvms);
  });

  test('take PEs round by round', () => {
    const { workload, mapping } = inSets;
    const pes = (inferences: number, rounds?: readonly number[]) =>
      writtenPes(workload, { ...mapping, ...(rounds && { rounds }) }, inferences, 'xinf');
    expect(pes(1)).toEqual([2 + 4 + 6]);
    expect(pes(2)).toEqual([4 + 6 + 12]);
    expect(pes(2, [0, 1])).toEqual([4, 6 + 12]);
    expect(pes(2, [0, 1, 2])).toEqual([4, 6, 12]);
    expect(pes(2, [0, 2])).toEqual([10, 12]);
  });
});

describe('where weights stay', () => {
  test('groups are of inferences that follow each other', () => {
    // Each copy of b is a cycle behind its a, whatever the groups.
    const pair = drafts.slice(0, 2);
    for (const group of [1, 2, 3]) {
      expectSameTurns(askedOf(pair, { totalPes: 3, batch: 3, group, rounds: undefined }));
    }
  });

  test('copies beyond the sets of a group run those of the next one', () => {
    const wide: Draft[] = [{ name: 'a', width: 1 }];
    const many = mapped(askedOf(wide, { totalPes: 4 }), [4]);
    expect(runOf(many, { batch: 4, group: 1 }).groupEnds).toEqual([1, 1, 1, 1]);
    expect(runOf(many, { batch: 9, group: 1 }).groupEnds).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3]);
  });
});

test('sets are kept where they are asked for', () => {
  const three = mapped(askedOf(drafts, { totalPes: 6 }), [1, 1, 1]);
  const inTurns = mapped(askedOf(drafts, { totalPes: 6 }), [1, 1, 1], [0, 1]);
  for (const of of [three, inTurns]) {
    const kept = runOf(of, { batch: 4, group: 2, keepSets: true }).slices;
    const steps = of === three ? 4 : 2;
    expect(kept.map(({ finishes, ready }) => [finishes.length, ready.length])).toEqual(
      kept.map(() => [steps, steps]),
    );
    for (const { finishes, ready } of runOf(of, { batch: 4, group: 2 }).slices) {
      expect([finishes, ready]).toEqual([[], []]);
    }
  }
});

describe('times', () => {
  /** Bytes of a time of one of three layers in rounds of their own. */
  function bytes(chip: Partial<TurnsCase>, run: Partial<Run> = {}, copies = [1, 1, 1], rounds?: number[]) {
    const of = mapped(askedOf(drafts, { totalPes: 4, ...chip }), copies, rounds);
    return runOf(of, { ...run, keepSets: true }).slices[0]!.finishes[0]!.BYTES_PER_ELEMENT;
  }
  const eachLayer = [0, 1, 2];

  test('take 4 bytes as long as all cycles one after the other fit', () => {
    // Each group writes 1 + 2 + 3 PEs, and there is room for 17 cycles of computing more.
    const limit = Math.floor((2 ** 31 - 20) / 6);
    expect(bytes({ writeCycles: limit }, {}, [1, 1, 1], eachLayer)).toBe(4);
    expect(bytes({ writeCycles: limit + 4 }, {}, [1, 1, 1], eachLayer)).toBe(8);
    // With two at a time it is ceil(1 / 2) + ceil(2 / 2) + ceil(3 / 2).
    const half = Math.floor((2 ** 31 - 20) / 4);
    expect(bytes({ writeCycles: half, parallelWrites: 2 }, {}, [1, 1, 1], eachLayer)).toBe(4);
    expect(bytes({ writeCycles: half + 4, parallelWrites: 2 }, {}, [1, 1, 1], eachLayer)).toBe(8);
    // Copies are written, too: 4 + 4 + 3.
    expect(bytes({ writeCycles: limit }, {}, [4, 2, 1], eachLayer)).toBe(8);
  });

  test('take 8 bytes where groups do that many times', () => {
    const limit = Math.floor((2 ** 31 - 100) / 18);
    const asked = { writeCycles: limit };
    for (const batch of [5, 6]) {
      expect(bytes(asked, { batch, group: 2 }, [1, 1, 1], eachLayer)).toBe(4);
    }
    expect(bytes(asked, { batch: 7, group: 2 }, [1, 1, 1], eachLayer)).toBe(8);
  });

  test('take no time of writing into account where nothing is written', () => {
    expect(bytes({ totalPes: 6, writeCycles: 2 ** 31 }, { batch: 4, group: 2 })).toBe(4);
    expect(bytes({ totalPes: 6, writeCycles: 2 ** 31 }, { batch: 4, group: 4 })).toBe(4);
  });

  test('of a round by itself are no more than of all MVMs, and of writing all PEs', () => {
    const asked = { totalPes: 7, parallelWrites: 2, writeCycles: 10, resultCycles: 3 };
    const { workload, mapping } = mapped(askedOf(drafts, asked), [1, 1, 1]);
    // 12 MVMs an inference, three results that come two cycles later, and four writes.
    expect(mostCyclesOfRound(mapping, workload, 1)).toBe(12 + 6 + 40);
    expect(mostCyclesOfRound(mapping, workload, 5)).toBe(60 + 6 + 40);
  });
});
