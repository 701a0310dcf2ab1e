/** The engine: what the host calls. See layout.ts for what it hands over and reads. */
import { analyseLayers } from './analyse';
import { STATUS_BAD_PROBLEM, STATUS_NO_MEMORY, STATUS_OK } from './layout';
import { allocate, isExhausted, mark, release, restart } from './memory';
import { openProblem } from './problem';
import { scheduleLayers } from './schedule';

const origin = mark();
let problemEnd = origin;
let analysisEnd = origin;

/** Drops whatever there is and makes room for a problem of `words` words; 0 where memory ends. */
export function reserve(words: i32): usize {
  restart();
  release(origin);
  const address = allocate((<u64>words) << 2);
  problemEnd = mark();
  return isExhausted() ? 0 : address;
}

/** Stages I and II of the problem at `words`, the address that {@link reserve} returned. */
export function analyse(words: usize): i32 {
  restart();
  release(problemEnd);
  if (!openProblem(words)) return STATUS_BAD_PROBLEM;
  analyseLayers();
  analysisEnd = mark();
  return isExhausted() ? STATUS_NO_MEMORY : STATUS_OK;
}

/** Stages III and IV with the copies in the layers' records; `wide`: with times of 64 bits. */
export function schedule(wide: bool): i32 {
  restart();
  release(analysisEnd);
  scheduleLayers(wide);
  return isExhausted() ? STATUS_NO_MEMORY : STATUS_OK;
}
