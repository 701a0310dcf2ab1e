import type { Architecture } from '../architecture/architecture.ts';
import { mapped, type OnProgress } from '../progress.ts';
import type { ZooEntry } from '../zoo/index.ts';
import { type PerSecond, withBufferTrial } from './buffer-sizes.ts';
import {
  allPes,
  FINDINGS_BATCH,
  FINDINGS_GRANULARITY,
  findingsChip,
  type PeBudget,
  paperBudget,
} from './findings-setup.ts';

/** Sizes are tried from the smallest that runs up to so many times as much, this many for every doubling. */
const DOUBLINGS = 3;
const SIZES_PER_DOUBLING = 8;

/** Where throughput rises by more than this from one size to the next, sizes between them are tried … */
const STEEP = 0.05;
/** … until they are this near to each other. */
const NEAR = 0.01;

/** As good as unlimited is a throughput from this share of it on. */
export const AMPLE = 0.99;

/** What counts as a few per cent more buffer. */
export const FEW_PER_CENT = 0.05;

/** Throughput with input buffers of one size. */
export interface BufferSize {
  readonly inputBufferBytes: number;
  /** Absent where the chip comes to a halt: sizes above the smallest that runs may do so, too. */
  readonly throughputPerSecond?: number;
}

/** From one size to a larger one. */
export interface BufferStep {
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Share of buffer that is added. */
  readonly growth: number;
  /** Throughput at the larger size / throughput at the smaller one. */
  readonly gain: number;
}

/** Throughput of one mapping over the size of the input buffers. */
export interface BufferCurve {
  readonly network: string;
  /** `wdup+32` or `all PEs`. */
  readonly setting: string;
  readonly usedPes: number;
  /** With input buffers without limit. */
  readonly unlimitedPerSecond: number;
  /** From the smallest that runs on, ascending. */
  readonly sizes: readonly BufferSize[];
  /** The largest gain of at most 5 % more buffer, if there is any. */
  readonly steepest?: BufferStep;
  /** The smallest growth that doubles the throughput, if any does. */
  readonly doubling?: BufferStep;
  /** The smallest size from which on throughput stays at 99 % of the unlimited one. */
  readonly ampleBytes?: number;
}

/** Throughput over the size of buffers; `clsa-cim reproduce buffers --json` prints it as it is. */
export interface BuffersFinding {
  readonly chip: Architecture;
  readonly granularity: string;
  readonly batch: number;
  readonly curves: readonly BufferCurve[];
}

/**
 * How throughput grows with the input buffers of the tiles, from the smallest that run to ample ones: sizes in equal
 * ratios, and more of them where it rises.
 */
export function buffersFinding(entries: readonly ZooEntry[], onProgress?: OnProgress): BuffersFinding {
  const runs = entries.flatMap(({ name }) => [paperBudget, allPes].map((budget) => ({ name, budget })));
  return {
    chip: findingsChip,
    granularity: FINDINGS_GRANULARITY,
    batch: FINDINGS_BATCH,
    curves: mapped(runs, onProgress, ({ name, budget }) => bufferCurve(name, budget)),
  };
}

function bufferCurve(name: string, budget: PeBudget): BufferCurve {
  return withBufferTrial(name, budget, ({ usedPes, unlimitedPerSecond, smallest, perSecond }) => {
    const sizes = trySizes(perSecond, smallest);
    return {
      network: name,
      setting: budget.setting,
      ...{ usedPes, unlimitedPerSecond, sizes },
      ...stepsOf(sizes),
      ...ampleOf(sizes, AMPLE * unlimitedPerSecond),
    };
  });
}

/** Sizes in equal ratios, and between two of them more where throughput rises steeply. */
function trySizes(perSecond: PerSecond, smallest: number): BufferSize[] {
  const at = (inputBufferBytes: number): BufferSize => {
    const throughputPerSecond = perSecond(inputBufferBytes);
    return { inputBufferBytes, ...(throughputPerSecond === undefined ? {} : { throughputPerSecond }) };
  };
  const between = (low: BufferSize, high: BufferSize): BufferSize[] => {
    if (!isSteep(low, high)) return [];
    const middle = at(Math.round(Math.sqrt(low.inputBufferBytes * high.inputBufferBytes)));
    return [...between(low, middle), middle, ...between(middle, high)];
  };
  const grid = Array.from({ length: DOUBLINGS * SIZES_PER_DOUBLING + 1 }, (_, i) =>
    at(Math.round(smallest * 2 ** (i / SIZES_PER_DOUBLING))),
  );
  return grid.flatMap((size, i) => (i === 0 ? [size] : [...between(grid[i - 1]!, size), size]));
}

function isSteep(low: BufferSize, high: BufferSize): boolean {
  const isFar = high.inputBufferBytes > low.inputBufferBytes * (1 + NEAR);
  return isFar && (high.throughputPerSecond ?? 0) > (low.throughputPerSecond ?? 0) * (1 + STEEP);
}

/** The steepest small step of a curve, and the smallest one that doubles throughput. */
export function stepsOf(sizes: readonly BufferSize[]): Pick<BufferCurve, 'steepest' | 'doubling'> {
  const steps = sizes.flatMap((from, i) => sizes.slice(i + 1).flatMap((to) => step(from, to)));
  const steepest = steps
    .filter(({ growth, gain }) => growth <= FEW_PER_CENT && gain > 1)
    .reduce<BufferStep | undefined>((best, one) => (best && best.gain >= one.gain ? best : one), undefined);
  const doubling = steps
    .filter(({ gain }) => gain >= 2)
    .reduce<BufferStep | undefined>(
      (best, one) => (best && best.growth <= one.growth ? best : one),
      undefined,
    );
  return { ...(steepest && { steepest }), ...(doubling && { doubling }) };
}

function step(from: BufferSize, to: BufferSize): BufferStep[] {
  if (from.throughputPerSecond === undefined || to.throughputPerSecond === undefined) return [];
  return [
    {
      fromBytes: from.inputBufferBytes,
      toBytes: to.inputBufferBytes,
      growth: to.inputBufferBytes / from.inputBufferBytes - 1,
      gain: to.throughputPerSecond / from.throughputPerSecond,
    },
  ];
}

function ampleOf(sizes: readonly BufferSize[], least: number): Pick<BufferCurve, 'ampleBytes'> {
  const last = sizes.findLastIndex(({ throughputPerSecond = 0 }) => throughputPerSecond < least);
  const ample = sizes[last + 1];
  return ample === undefined ? {} : { ampleBytes: ample.inputBufferBytes };
}
