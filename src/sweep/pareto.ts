/**
 * The Pareto front of points in two or three metrics: those that no other point beats, that is, is at least as
 * good in all metrics and better in one. Equal points are on it together. Low is better; O(n log n) but for a
 * long front in three metrics.
 *
 * @param metrics For every metric the values of all points.
 * @returns Numbers of the points on the front, by the first metric.
 */
export function paretoFront(metrics: readonly Float64Array[]): number[] {
  const [first, second, third = new Float64Array(first!.length)] = metrics;
  const order = Uint32Array.from(first!, (_, i) => i).sort(
    (a, b) => first![a]! - first![b]! || second![a]! - second![b]! || third[a]! - third[b]! || a - b,
  );
  const stairs: Stairs = { second: [], third: [] };
  const front: number[] = [];
  for (const point of order) {
    const last = front.at(-1);
    const isEqual =
      last !== undefined &&
      first![last] === first![point] &&
      second![last] === second![point] &&
      third[last] === third[point];
    if (isEqual || climbs(stairs, second![point]!, third[point]!)) front.push(point);
  }
  return front;
}

/** The best third metric for every second one, of points that are no worse in the first: rising, and falling. */
interface Stairs {
  readonly second: number[];
  readonly third: number[];
}

/** Adds a step; false where an earlier point is at least as good in both. */
function climbs({ second, third }: Stairs, x: number, y: number): boolean {
  let low = 0;
  let high = second.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (second[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && third[low - 1]! <= y) return false;
  let end = low;
  while (end < second.length && third[end]! >= y) end++;
  const start = low > 0 && second[low - 1] === x ? low - 1 : low;
  second.splice(start, end - start, x);
  third.splice(start, end - start, y);
  return true;
}
