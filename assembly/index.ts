/** The engine: what the host calls. See layout.ts for what it hands over and reads. */
import { analyseLayers } from './analyse';
import { allocate, mark, release } from './memory';
import { openProblem } from './problem';
import { scheduleLayers } from './schedule';
import { play, prepare } from './simulation/run';

export { hasTooManySources } from './analyse';
export { isExhausted } from './memory';

const origin = mark();
let problemEnd = origin;
let analysisEnd = origin;

/** Drops whatever there is and returns the address of room for a problem of `words` words. */
export function reserve(words: i32): usize {
  release(origin);
  const address = allocate((<u64>words) << 2);
  problemEnd = mark();
  return address;
}

/** Stages I and II of the problem at `words`, the address that {@link reserve} returned; false if it is none. */
export function analyse(words: usize): bool {
  release(problemEnd);
  if (!openProblem(words)) return false;
  analyseLayers();
  analysisEnd = mark();
  return true;
}

/** Stages III and IV with the copies in the layers' records; `wide`: with times of 64 bits. */
export function schedule(wide: bool): void {
  release(analysisEnd);
  scheduleLayers(wide);
}

/** Finds what the simulation at `words` needs before it is played, once; false if it is none. */
export function prepareSimulation(words: usize): bool {
  release(problemEnd);
  return prepare(words);
}

/** Plays the simulation at `words`, the address that {@link reserve} returned; false if it is none. */
export function simulate(words: usize): bool {
  release(problemEnd);
  return play(words);
}
