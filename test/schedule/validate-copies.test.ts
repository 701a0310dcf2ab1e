import { expect, test } from 'vitest';
import { findPreset, loadModel, schedule } from '../../src/index.ts';
import { validateSchedule } from '../../src/schedule/validate.ts';
import { validateResult } from '../../src/schedule/validate-result.ts';

const network = loadModel('tinyyolov4');
const paper = findPreset('paper')!;
const result = schedule(network, paper, { granularity: 'row', extraPes: 16, keepSets: true });
const index = result.sets!.findIndex(({ copies }) => copies > 1);

/** The sets of a schedule, of which those of one layer say another copy. */
const withCopy = ({ sets }: typeof result, copy: (k: number) => number | undefined) =>
  sets!.map((own, i) => (i === index ? { ...own, copy } : own));

const next = (k: number) => (k + 1) % result.sets![index]!.copies;

test('validation demands the copies of the rules', () => {
  const wrong = withCopy(result, next);
  const said = /layer \S+, .*set 0.*: is on copy 1, and the rules say 0/;
  expect(() => validateResult(network, paper, { ...result, sets: wrong })).toThrow(said);
  expect(() => validateSchedule(network, wrong, result.cycles)).toThrow(said);
  const last = result.sets![index]!.copies - 1;
  expect(() =>
    validateSchedule(
      network,
      withCopy(result, (k) => (k === last ? 0 : k % (last + 1))),
      result.cycles,
    ),
  ).toThrow(new RegExp(`set ${last}, cycles .*: is on copy 0, and the rules say ${last}$`));
  // A schedule need not say which.
  expect(() =>
    validateSchedule(
      network,
      withCopy(result, () => undefined),
      result.cycles,
    ),
  ).not.toThrow();
});

test('layer by layer too, where sets are single pixels', () => {
  const lbl = schedule(network, paper, { scheduling: 'lbl', extraPes: 16, keepSets: true });
  expect(() => validateResult(network, paper, lbl)).not.toThrow();
  expect(() => validateResult(network, paper, { ...lbl, sets: withCopy(lbl, next) })).toThrow(
    /layer \S+, set 0 of inference 0: is on copy 1, and the rules say 0/,
  );
});

test('validation demands as many PEs as weights take', () => {
  const [first, ...others] = result.layers;
  const layers = [{ ...first!, pes: first!.pes + 1 }, ...others];
  expect(() => validateResult(network, paper, { ...result, layers })).toThrow(
    'layer conv2d: 2 PEs hold its weights, which take 1',
  );
});

test.each([
  ['that is none of the network', 9999],
  ['without weights', network.layers.findIndex(({ weights }) => weights === undefined)],
])('validation demands that no sets are those of a layer %s', (_, layer) => {
  const sets = result.sets!.map((own, i) => (i === 0 ? { ...own, layer } : own));
  expect(() => validateResult(network, paper, { ...result, sets })).toThrow('layer conv2d: is no base layer');
});

test('on crossbars of two sizes it demands the PEs of the one that each layer is on', () => {
  const { crossbarRows, crossbarColumns, pes: __, ...others } = paper;
  const small = { crossbarRows: crossbarRows! / 4, crossbarColumns: crossbarColumns! / 4 };
  const crossbars = [
    { name: 'large', crossbarRows: crossbarRows!, crossbarColumns: crossbarColumns!, pes: 100 },
    { name: 'small', ...small, pes: 500 },
  ];
  const chip = { ...others, name: 'two', crossbars };
  const mixed = schedule(network, chip, { granularity: 'row', keepSets: true });
  const onSmall = mixed.layers.findIndex(({ crossbar, pes }) => crossbar === 'small' && pes > 1);
  const onLarge = mixed.layers.findIndex(({ crossbar }) => crossbar === 'large');
  expect(Math.min(onSmall, onLarge)).toBeGreaterThanOrEqual(0);
  validateResult(network, chip, mixed);
  // The same PEs of the other size are too few, or too many.
  for (const [i, crossbar] of [
    [onSmall, 'large'],
    [onLarge, 'small'],
  ] as const) {
    const layers = mixed.layers.with(i, { ...mixed.layers[i]!, crossbar });
    expect(() => validateResult(network, chip, { ...mixed, layers })).toThrow(
      `layer ${mixed.layers[i]!.name}: ${mixed.layers[i]!.pes} PEs hold its weights`,
    );
  }
});
