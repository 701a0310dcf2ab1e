/** When inferences end that are not played, since they repeat. */
import { allocate, getAddress, getWide, setWide } from '../kernel/memory';
import { Header } from './layout';
import { header, headerRecord } from './records';

/**
 * Repeats all that was noted of ends since a cycle: so many inferences later so many cycles later, one time after the other. What is noted
 * later of an inference stands.
 */
export function moveEnds(since: i64, inferences: i32, times: i32, cycles: i64): void {
  const ends = getAddress(headerRecord(), Header.INFERENCE_ENDS);
  const batch = header(Header.BATCH);
  let first = 0;
  while (first < batch && getWide(ends, first << 1) < since) first++;
  let last = batch - 1;
  while (last > first && getWide(ends, last << 1) < since) last--;
  const count = last + 1 - first;
  const noted = allocate((<u64>count) << 3);
  memory.copy(noted, ends + ((<usize>first) << 3), (<usize>count) << 3);
  for (let time = 1; time <= times; time++) {
    for (let i = 0; i < count; i++) {
      const end = load<i64>(noted + ((<usize>i) << 3));
      const later = first + i + time * inferences;
      if (end >= since && later < batch) setWide(ends, later << 1, end + cycles * time);
    }
  }
}
