import { type Cell, type Table, table } from '../../src/report/table.ts';
import type { Fit } from './fit.ts';
import { growthOf } from './growth.ts';
import type { ScalingRow } from './saved.ts';

const HEADS = ['axis', 'grows', 'from', 'to', 'CPU time', 'its exponent', 'memory', 'its exponent'];

/** A row for each axis: what grew, from where to where, what the largest took, and the fitted exponents. */
export function scalingTable(rows: readonly ScalingRow[]): Table {
  return table(HEADS, rows.map(cells));
}

/** What is done along each axis. */
export function axesTable(rows: readonly ScalingRow[]): Table {
  return table(
    ['axis', 'what is done'],
    rows.map(({ name, does }) => [name, does]),
  );
}

function cells(row: ScalingRow): Cell[] {
  const { name, unit, samples } = row;
  const { time, memory } = growthOf(row);
  const [first, last] = [samples[0]!, samples.at(-1)!];
  return [
    ...[name, unit, shortCount(first.count), shortCount(last.count)],
    ...[duration(last.seconds), exponent(time), `${Math.round(last.bytes / 2 ** 20)} MiB`, exponent(memory)],
  ];
}

/** `0.98 ± 0.02`; a dash where nothing could be fitted. */
function exponent(fit: Fit | undefined): string {
  return fit === undefined
    ? '–'
    : `${(Math.round(fit.exponent * 100) / 100 + 0).toFixed(2)} ± ${fit.error.toFixed(2)}`;
}

/** Two digits and a power of ten. */
export function shortCount(count: number): string {
  const [digits, power] = count.toExponential(1).replace('.0', '').split('e+');
  return digits === '1' ? `10${superscript(power!)}` : `${digits}·10${superscript(power!)}`;
}

function superscript(power: string): string {
  return [...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}

/** Three digits with their unit. */
function duration(seconds: number): string {
  if (seconds >= 1) return `${Number(seconds.toPrecision(3))} s`;
  return seconds >= 1e-3
    ? `${Number((seconds * 1e3).toPrecision(3))} ms`
    : `${Number((seconds * 1e6).toPrecision(3))} µs`;
}
