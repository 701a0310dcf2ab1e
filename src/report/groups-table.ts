import {
  COMPASS_BATCH,
  type GroupsCurve,
  type GroupsFinding,
  LITTLE,
  OWN_WRITE_CYCLES,
} from '../experiments/groups.ts';
import { integer, percent, table } from './table.ts';

/** The finding as text for a terminal. */
export function printGroups({ granularity, curves }: GroupsFinding): string {
  const own = curves.filter(({ writeCycles }) => writeCycles === OWN_WRITE_CYCLES);
  return [
    `${granularity} sets, ${OWN_WRITE_CYCLES} cycles a write: inferences in groups on chips that are too small`,
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
    'interval: cycles per inference; writing: the share of it that would be saved if it took no time;',
    'first group: cycles until it is done; writes: of a PE per inference.',
    '',
    `The smallest group from which on writing makes less than ${wholePercent(LITTLE)} of the interval, by cycles of a write;`,
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
  ].join('\n');
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

function wholePercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
