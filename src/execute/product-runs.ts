import type { Access } from './access.ts';

/** Channels of a cell that follow each other and are products of one vector with several. All but numbers is in bytes. */
export interface ProductRun {
  /** The first of them, and how many there are. */
  readonly channel: number;
  readonly count: number;
  /** Which operand has the one vector. */
  readonly same: 0 | 1;
  /** Where that one begins, counted from what the cell reads of its operand; and the first of the others. */
  readonly x: number;
  readonly y: number;
  /** From value to value of the one vector, and of each of the others. */
  readonly xStride: number;
  readonly yStride: number;
  /** From one of the others to the next. */
  readonly step: number;
}

const FLOAT = 4;

/**
 * The channels of any cell in as few runs as there are; undefined where cells differ, or vectors are not regular.
 *
 * @param inner Per operand: places along the axis that is summed.
 */
export function productRuns(
  accesses: readonly [Access, Access],
  inner: readonly [Int32Array, Int32Array],
): readonly ProductRun[] | undefined {
  const strides = inner.map(strideOf);
  const [a, b] = strides;
  if (a === undefined || b === undefined) return undefined;
  if (accesses.some(({ all }) => all !== undefined)) return undefined;
  const [first, second] = [runsOf(accesses, [a, b], 0), runsOf(accesses, [a, b], 1)];
  return first.length <= second.length ? first : second;
}

/** How far apart places are, where that is always as far, forwards. */
function strideOf(places: Int32Array): number | undefined {
  const stride = (places[1] ?? 1) - (places[0] ?? 0);
  const isRegular = stride >= 0 && places.every((place, i) => place === i * stride);
  return isRegular ? FLOAT * stride : undefined;
}

function runsOf(
  accesses: readonly [Access, Access],
  strides: readonly [number, number],
  same: 0 | 1,
): ProductRun[] {
  const x = accesses[same].channels;
  const y = accesses[same === 0 ? 1 : 0].channels;
  const runs: ProductRun[] = [];
  for (let from = 0; from < x.length; ) {
    const step = from + 1 < y.length ? y[from + 1]! - y[from]! : 1;
    let end = from + 1;
    while (step >= 0 && end < x.length && x[end] === x[from] && y[end]! - y[end - 1]! === step) end++;
    runs.push({
      ...{ channel: from, count: end - from, same, x: FLOAT * x[from]!, y: FLOAT * y[from]! },
      ...{ xStride: strides[same], yStride: strides[same === 0 ? 1 : 0], step: FLOAT * Math.max(0, step) },
    });
    from = end;
  }
  return runs;
}
