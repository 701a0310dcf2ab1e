/** Names of states that were looked at, the last ones only. A state has two: with what is charged to which window, and without. */
import { allocate } from '../kernel/memory';

/** So many are remembered. */
const STATES = 1024;
/** Of a state that is remembered: its names, and its inference. */
const STATE_BYTES = 24;
const WHOLE = 8;
const INFERENCE = 16;

/** A ring of states, and how many there have been. */
let states: usize = 0;
let count = 0;

/** No names are remembered, and there is memory for some. */
export function resetNames(): void {
  states = allocate(STATES * STATE_BYTES);
  count = 0;
}

/** Remembers the names of the state at an inference, without charges and with them. */
export function remember(name: u64, whole: u64, inference: i32): void {
  const state = stateAt(count);
  store<u64>(state, name);
  store<u64>(state, whole, WHOLE);
  store<i32>(state, inference, INFERENCE);
  count++;
}

/** The last inference whose state had a name without charges, -1 for none. */
export function inferenceOfName(name: u64): i32 {
  return lastWith(name, 0);
}

/** The last inference whose state had a name with charges, -1 for none. */
export function inferenceOfWhole(whole: u64): i32 {
  return lastWith(whole, WHOLE);
}

/** The last inference whose state has a name at `offset`. */
function lastWith(name: u64, offset: usize): i32 {
  for (let i = count - 1; i >= max(count - STATES, 0); i--) {
    if (load<u64>(stateAt(i) + offset) === name) return load<i32>(stateAt(i), INFERENCE);
  }
  return -1;
}

function stateAt(index: i32): usize {
  return states + <usize>(index % STATES) * STATE_BYTES;
}
