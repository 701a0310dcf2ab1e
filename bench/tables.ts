import { type Table, table } from '../src/report/table.ts';
import type { Measurement } from './measure.ts';
import type { SweepMeasurement } from './sweep.ts';

/** Measurements of engines as a table. */
export function engineTable(measurements: readonly Measurement[]): Table {
  const rows = measurements.map((measured) => [
    measured.name,
    measured.network,
    measured.granularity,
    measured.sets,
    (measured.secondsPerRun * 1e6).toFixed(1),
    (measured.setsPerSecond / 1e6).toFixed(2),
    measured.eventsPerSecond === undefined ? '' : (measured.eventsPerSecond / 1e6).toFixed(2),
    measured.peakBytes === undefined ? '' : (measured.peakBytes / 2 ** 20).toFixed(0),
  ]);
  const heads = [
    'benchmark',
    'network',
    'sets',
    'number',
    'µs per run',
    'million sets/s',
    'million events/s',
    'MiB',
  ];
  return table(heads, rows);
}

/** Measurements of sweeps as a table. */
export function sweepTable(measurements: readonly SweepMeasurement[]): Table {
  const rounded = (figure: number | undefined, digits: number) => figure?.toFixed(digits) ?? '';
  const rows = measurements.map((run) => [
    ...[run.name, run.points, run.workers, run.seconds.toFixed(2), Math.round(run.pointsPerSecond)],
    ...[
      rounded(run.overOne, 2),
      rounded(run.mainSeconds, 2),
      rounded(run.cpuSeconds, 1),
      rounded(run.peakMib, 0),
    ],
  ]);
  const heads = [
    'benchmark',
    'points',
    'workers',
    'seconds',
    'points/s',
    'over one',
    'main thread s',
    'CPU s',
    'MiB',
  ];
  return table(heads, rows);
}
