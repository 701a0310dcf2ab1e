import type { BusyPes } from '../picture/utilization.ts';
import { sparkline } from './bars.ts';
import type { Drawing } from './printout.ts';
import { integer, percent } from './table.ts';
import { wrapped } from './width.ts';

/** A line is no longer than this, however wide the terminal is. */
const MAX_COLUMNS = 120;

/** Values per bin spread over so many columns that show the same time. */
export function spread(bins: Float64Array, binCycles: number, cycles: number, columns: number): Float64Array {
  const shown = new Float64Array(columns);
  const columnCycles = cycles / columns;
  bins.forEach((value, bin) => {
    const start = bin * binCycles;
    const end = Math.min(cycles, start + binCycles);
    let from = start;
    for (let column = Math.floor(start / columnCycles); from < end; column++) {
      const to = column >= columns - 1 ? end : Math.min(end, (column + 1) * columnCycles);
      if (to <= from) continue;
      shown[Math.min(column, columns - 1)]! += (value * (to - from)) / (end - start);
      from = to;
    }
  });
  return shown;
}

/** How busy the PEs of the chip are over time: a line, in terminals only. */
export function utilizationLine(busyPes: BusyPes): Drawing {
  return {
    kind: 'drawing',
    isPiped: false,
    draw: (columns, paint) => {
      const width = Math.min(columns, MAX_COLUMNS);
      const shares = utilization(busyPes, width);
      const most = shares.reduce((greatest, share) => Math.max(greatest, share), 0);
      const text = `PEs busy from 0 to ${integer(busyPes.cycles)} cycles; the highest is ${percent(most)}:`;
      return [...wrapped(text, columns), paint.result(sparkline(shares.map((share) => share / most))), ''];
    },
  };
}

/** Shares of all PEs that run MVMs, over time. */
function utilization({ shares, binCycles, cycles }: BusyPes, columns: number): number[] {
  const busy = shares.map((share, bin) => share * Math.min(binCycles, cycles - bin * binCycles));
  return Array.from(spread(busy, binCycles, cycles, columns), (value) => (value * columns) / cycles);
}
