import type { Stretches } from './timeline.ts';

/** When any of some spans lasts: those that overlap or touch are one. Spans that begin before cycle 0 are none. */
export function stretchesOf(starts: Float64Array, ends: Float64Array): Stretches {
  const order = Int32Array.from(starts.keys())
    .filter((i) => starts[i]! >= 0)
    .sort((a, b) => starts[a]! - starts[b]!);
  const united = { starts: new Float64Array(order.length), ends: new Float64Array(order.length) };
  let count = 0;
  for (const i of order) {
    if (count > 0 && starts[i]! <= united.ends[count - 1]!) {
      united.ends[count - 1] = Math.max(united.ends[count - 1]!, ends[i]!);
      continue;
    }
    united.starts[count] = starts[i]!;
    united.ends[count++] = ends[i]!;
  }
  return { starts: united.starts.slice(0, count), ends: united.ends.slice(0, count) };
}
