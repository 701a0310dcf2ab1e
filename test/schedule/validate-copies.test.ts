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
