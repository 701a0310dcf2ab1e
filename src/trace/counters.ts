import type { Timeline } from '../picture/timeline.ts';
import type { SimulationUse } from '../simulate/index.ts';
import { quoted } from './event.ts';

/** A value over time. */
export interface Counter {
  /** Name as JSON text. */
  readonly name: string;
  /** What its values are. */
  readonly unit: string;
  /** Cycles of a bin. */
  readonly binCycles: number;
  /** Per bin. */
  readonly values: ArrayLike<number>;
}

/** How many of the chip's PEs compute, in percent with two digits behind the point. */
export function utilizationCounter({ cycles, binCycles, totalPes, lanes }: Timeline): Counter {
  const bins = lanes[0]?.busy.length ?? 0;
  const values = Array.from({ length: bins }, (_, bin) => {
    const busy = lanes.reduce((sum, lane) => sum + lane.pes * lane.busy[bin]!, 0);
    return percent(busy, totalPes * cyclesOf(bin, binCycles, cycles));
  });
  return { name: '"PE utilization"', unit: 'percent', binCycles, values };
}

/** Use of the links, the most used first: the share of the time that they are held. */
export function linkCounters({ binCycles, links }: SimulationUse, cycles: number): Counter[] {
  const counters = links.map(({ from, to, busyCycles }) => ({
    used: sum(busyCycles),
    counter: share(`link ${from} to ${to}`, busyCycles, binCycles, cycles),
  }));
  return byUse(counters.filter(({ used }) => used > 0));
}

/** Buffers of tiles with the most bytes in them, and the share of the time that their GPEUs are at work: the most used first. */
export function tileCounters({ binCycles, tiles }: SimulationUse, cycles: number): Counter[] {
  const counters = tiles.flatMap(({ tile, inputPeakBits, outputPeakBits, gpeuBusyCycles }) => [
    { used: sum(inputPeakBits), counter: bytes(`input buffer of tile ${tile}`, inputPeakBits, binCycles) },
    { used: sum(outputPeakBits), counter: bytes(`output buffer of tile ${tile}`, outputPeakBits, binCycles) },
    {
      used: sum(gpeuBusyCycles),
      counter: share(`GPEU of tile ${tile}`, gpeuBusyCycles, binCycles, cycles),
    },
  ]);
  return byUse(counters.filter(({ used }) => used > 0));
}

/** The share of the time that the sides of the off-chip port are at work, and the most bytes in the shared buffer; those in use. */
export function offChipCounters({ binCycles, offChip }: SimulationUse, cycles: number): Counter[] {
  const { inputBusyCycles, outputBusyCycles, sharedPeakBits } = offChip;
  return [
    { used: sum(inputBusyCycles), counter: share('off-chip port in', inputBusyCycles, binCycles, cycles) },
    { used: sum(outputBusyCycles), counter: share('off-chip port out', outputBusyCycles, binCycles, cycles) },
    { used: sum(sharedPeakBits), counter: bytes('shared buffer', sharedPeakBits, binCycles) },
  ].flatMap(({ used, counter }) => (used > 0 ? [counter] : []));
}

/** Where a counter changes, and what to: at the end to 0. */
export function* changesOf(
  { binCycles, values }: Counter,
  cycles: number,
): Generator<readonly [cycle: number, value: number]> {
  for (let bin = 0; bin < values.length; bin++) {
    if (bin === 0 || values[bin] !== values[bin - 1]) yield [bin * binCycles, values[bin]!];
  }
  yield [cycles, 0];
}

/** How many events a counter takes. */
export function eventsOfCounter(counter: Counter, cycles: number): number {
  return [...changesOf(counter, cycles)].length;
}

function share(name: string, busy: Float64Array, binCycles: number, cycles: number): Counter {
  const values = busy.map((own, bin) => percent(own, cyclesOf(bin, binCycles, cycles)));
  return { name: quoted(name), unit: 'percent', binCycles, values };
}

function bytes(name: string, peakBits: Float64Array, binCycles: number): Counter {
  const values = peakBits.map((bits) => Math.ceil(bits / 8));
  return { name: quoted(name), unit: 'bytes at most', binCycles, values };
}

function byUse(counters: readonly { used: number; counter: Counter }[]): Counter[] {
  return counters.toSorted((a, b) => b.used - a.used).map(({ counter }) => counter);
}

function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 1e4) / 100;
}

/** The last bin may be cut short. */
function cyclesOf(bin: number, binCycles: number, cycles: number): number {
  return Math.min(binCycles, cycles - bin * binCycles);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
