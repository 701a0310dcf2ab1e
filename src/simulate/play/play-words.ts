import { Header, HeaderWide } from '../../../assembly/simulation/layout.ts';
import type { EngineInstance } from '../../engine/instance.ts';
import { ClsaCimError } from '../../errors.ts';

/** Rounds of the engine's phases between two reports of progress: some tenths of a second. */
const ROUNDS_PER_REPORT = 2 ** 16;
/** Rounds between two looks at the time, where it has a limit: less than a millisecond. */
const ROUNDS_PER_LOOK = 2 ** 8;

const TOO_LONG =
  'the simulation takes more than 2^53 clock cycles, which are no exact numbers; give shorter times, a longer clock ' +
  'or a smaller batch';

/** How the words that an instance has loaded are played. */
export interface PlayHow {
  /** With values that go through off-chip memory where there is no room for them. */
  readonly spills?: boolean;
  /** Every inference, even where it is known what happens. */
  readonly playsAll?: boolean;
  /** Stops soon after it is later than this clock cycle. */
  readonly limit?: number;
  /** Called now and then. */
  readonly report?: () => void;
}

/** Finds windows of input buffers, and who reads what, once for all runs with other figures. */
export function prepareWords(instance: EngineInstance): void {
  const { start, memory } = instance;
  memory.record<Header>(start).setWord(Header.SPILLS, 0);
  if (!instance.call((exports) => exports.prepareSimulation(start))) throwNoSimulation();
}

/**
 * Plays from cycle 0 on. Inferences that repeat are skipped.
 *
 * @returns True where it was stopped, since it was later than its limit.
 * @throws ClsaCimError where its state does not fit memory, or it takes more than 2^53 clock cycles.
 */
export function playWords(instance: EngineInstance, how: PlayHow): boolean {
  const { start, memory } = instance;
  const header = memory.record<Header>(start);
  header.setWord(Header.SPILLS, how.spills ? 1 : 0);
  header.setWord(Header.PLAYS_ALL, how.playsAll ? 1 : 0);
  if (!instance.call((exports) => exports.beginSimulation(start))) throwNoSimulation();
  const isLate = playOn(instance, how);
  exactCycles(instance);
  return isLate;
}

/** Plays what was begun to its end, its deadlock or its limit; true where that was its limit. */
export function playOn(instance: EngineInstance, { limit = Infinity, report }: PlayHow = {}): boolean {
  const rounds = limit === Infinity ? ROUNDS_PER_REPORT : ROUNDS_PER_LOOK;
  let played = 0;
  while (instance.call((exports) => exports.playSimulation(rounds, limit))) {
    played += rounds;
    if (played % ROUNDS_PER_REPORT === 0) report?.();
    if (exactCycles(instance) > limit) return true;
  }
  return false;
}

/** Clock cycles until now: one thing takes so few that all rounds between two looks together do not wrap. */
function exactCycles({ memory, start }: EngineInstance): number {
  const cycles = memory.record<Header, HeaderWide>(start).wide(HeaderWide.NOW);
  if (cycles > Number.MAX_SAFE_INTEGER) throw new ClsaCimError(TOO_LONG, 'input', { code: 'TOO_LARGE' });
  return cycles;
}

/** When the last set was finished and everything that leaves the chip had left. */
export function cyclesOf({ memory, start }: EngineInstance): number {
  return memory.record<Header, HeaderWide>(start).wide(HeaderWide.CYCLES);
}

function throwNoSimulation(): never {
  throw new Error('these words are no simulation of this version of the engine');
}
