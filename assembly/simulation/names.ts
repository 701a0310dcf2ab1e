/** Names of states that were looked at, the last ones only. */
import { allocate } from '../kernel/memory';

/** So many are remembered. */
const NAMES = 1024;

/** A ring of names, one of the inferences that they are of, and how many names there have been. */
let names: usize = 0;
let inferences: usize = 0;
let count = 0;

/** No names are remembered. */
export function forgetNames(): void {
  names = allocate(NAMES << 3);
  inferences = allocate(NAMES << 2);
  count = 0;
}

/** Remembers the name of the state at an inference. */
export function remember(name: u64, inference: i32): void {
  const index = <usize>(count % NAMES);
  store<u64>(names + (index << 3), name);
  store<i32>(inferences + (index << 2), inference);
  count++;
}

/** The last inference whose state had a name, -1 for none. */
export function inferenceOfName(name: u64): i32 {
  for (let i = count - 1; i >= max(count - NAMES, 0); i--) {
    const index = <usize>(i % NAMES);
    if (load<u64>(names + (index << 3)) === name) return load<i32>(inferences + (index << 2));
  }
  return -1;
}
