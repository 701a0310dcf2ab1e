import {
  COMPASS_BATCH,
  type GroupsCurve,
  type GroupsFinding,
  LITTLE,
  OWN_WRITE_CYCLES,
} from '../experiments/groups.ts';
import { type Printout, title } from './printout.ts';
import { integer, percent, table, wholePercent } from './table.ts';

/** The finding as text. */
export function groupsText({ granularity, curves }: GroupsFinding): Printout {
  const own = curves.filter(({ writeCycles }) => writeCycles === OWN_WRITE_CYCLES);
  return [
    title(
      `${granularity} sets, ${OWN_WRITE_CYCLES} cycles a write: inferences in groups on chips that are too small`,
    ),
    '',
    table(
      ['network', 'size', 'PEs', 'group', 'rounds', 'interval', 'writing', 'first group', 'writes'],
      own.flatMap(({ network, share, pes, groups }) =>
        groups.map((size) => [
          ...[network, wholePercent(share), pes, size.group, size.roundCount],
          ...[integer(Math.round(size.intervalCycles)), percent(size.writingShare), size.firstGroupCycles],
          size.peWritesPerInference.toFixed(3),
        ]),
      ),
    ),
    '',
    'interval: cycles per inference; writing: the share of it that would be saved if it took no time;\n' +
      'first group: cycles until it is done; writes: of a PE per inference.',
    '',
    `The smallest group from which on writing makes less than ${wholePercent(LITTLE)} of the interval, by cycles of a write;\n` +
      `settled: with ${OWN_WRITE_CYCLES} cycles, the one from which on it is within ${wholePercent(LITTLE)} of that in groups of ${largestGroup(curves)}`,
    '',
    table(
      ['network', 'size', ...writesOf(curves).map(integer), 'settled'],
      own.map((curve) => [
        ...[curve.network, wholePercent(curve.share)],
        ...curves
          .filter((other) => isSameChip(curve, other))
          .map(({ amortisedFrom }) => amortisedFrom ?? '–'),
        curve.settledFrom ?? '–',
      ]),
    ),
    '',
    `COMPASS is said to find batches of ${COMPASS_BATCH} enough: on other chips, not verified (docs/experiments.md).`,
    '',
  ];
}

function isSameChip(one: GroupsCurve, other: GroupsCurve): boolean {
  return one.network === other.network && one.pes === other.pes;
}

function writesOf(curves: readonly GroupsCurve[]): number[] {
  return curves.filter((curve) => isSameChip(curve, curves[0]!)).map(({ writeCycles }) => writeCycles);
}

function largestGroup([curve]: readonly GroupsCurve[]): number {
  return curve!.groups.at(-1)!.group;
}
