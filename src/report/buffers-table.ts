import {
  AMPLE,
  type BufferCurve,
  type BufferSize,
  type BufferStep,
  type BuffersFinding,
  FEW_PER_CENT,
} from '../experiments/buffers.ts';
import { type Printout, title } from './printout.ts';
import { integer, percent, perSecond, signedPercent, type Table, table } from './table.ts';

/** Differences of throughput below this share are not worth a line of the text; `--json` has all sizes. */
const TOLD = 0.05;

/** The finding as text. */
export function buffersText(finding: BuffersFinding): Printout {
  return [
    title(
      `${finding.granularity} sets, ${finding.batch} inferences one after the other: inferences per second over the ` +
        'input buffer of a tile',
    ),
    `(sizes without a step of ${percent(TOLD)} before or behind them are left out)`,
    '',
    ...finding.curves.flatMap((curve) => [curveTable(curve), '', ...sentences(curve), '']),
  ];
}

/** Sizes of a curve; those between two that are as fast are left out. */
function curveTable({ network, setting, usedPes, sizes, unlimitedPerSecond }: BufferCurve): Table {
  const speed = ({ throughputPerSecond }: BufferSize) =>
    throughputPerSecond === undefined ? 'halts' : perSecond(throughputPerSecond);
  const isTold = (i: number) => isDifferent(sizes[i], sizes[i - 1]) || isDifferent(sizes[i], sizes[i + 1]);
  const smallest = sizes[0]!.inputBufferBytes;
  const share = (throughputPerSecond = 0) => percent(throughputPerSecond / unlimitedPerSecond);
  return table(
    [`${network}, ${setting} (${integer(usedPes)} PEs)`, 'of the smallest', 'per second', 'of unlimited'],
    [
      ...sizes
        .filter((_, i) => isTold(i))
        .map((size) => [
          `${integer(size.inputBufferBytes)} B`,
          `${(size.inputBufferBytes / smallest).toFixed(2)}x`,
          speed(size),
          share(size.throughputPerSecond),
        ]),
      ['unlimited', '', perSecond(unlimitedPerSecond), share(unlimitedPerSecond)],
    ],
  );
}

/** True where throughput differs enough to be told, and where there is no other size. */
function isDifferent(one?: BufferSize, other?: BufferSize): boolean {
  if (one === undefined || other === undefined) return true;
  const { throughputPerSecond: a = 0 } = one;
  const { throughputPerSecond: b = 0 } = other;
  return Math.abs(a - b) > TOLD * Math.max(a, b);
}

function sentences({ steepest, doubling, ampleBytes }: BufferCurve): string[] {
  const told = ({ fromBytes, toBytes, growth, gain }: BufferStep) =>
    `${integer(fromBytes)} to ${integer(toBytes)} B, ${signedPercent(growth)} buffer, ${gain.toFixed(2)}x throughput`;
  return [
    `Steepest step of at most ${percent(FEW_PER_CENT)}: ${steepest ? told(steepest) : 'none'}.`,
    `Least growth that doubles throughput: ${doubling ? told(doubling) : 'none does'}.`,
    `${percent(AMPLE)} of unlimited: ${ampleBytes === undefined ? 'not with these sizes' : `from ${integer(ampleBytes)} B on`}.`,
  ];
}
