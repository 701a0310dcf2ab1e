/** Indices of times, from the first to the last; of equal times the lower index first. */
export function inOrder(times: Float64Array): Uint32Array {
  const distinct = distinctOf(times);
  // Where the indices of each distinct time begin.
  const begins = new Uint32Array(distinct.length + 1);
  const ranks = new Uint32Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const rank = rankOf(distinct, times[i]!);
    ranks[i] = rank;
    begins[rank + 1]! += 1;
  }
  for (let rank = 0; rank < distinct.length; rank++) begins[rank + 1]! += begins[rank]!;
  const order = new Uint32Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const rank = ranks[i]!;
    order[begins[rank]!] = i;
    begins[rank]! += 1;
  }
  return order;
}

function distinctOf(times: Float64Array): Float64Array {
  const sorted = times.toSorted();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    sorted[count++] = sorted[i]!;
  }
  return sorted.subarray(0, count);
}

/** Where a time stands among distinct ones. */
function rankOf(distinct: Float64Array, time: number): number {
  let low = 0;
  let high = distinct.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (distinct[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
