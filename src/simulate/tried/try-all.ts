import { part } from '../../progress.ts';
import { ended } from '../deadlock/ended.ts';
import { isDeadlocked } from '../deadlock/error.ts';
import type { SimulateOptions } from '../play/engine.ts';
import type { Played, Simulator } from '../play/simulator.ts';
import type { Trial, TriedRounds } from './trials.ts';

/** Copies, and rounds, that were tried on the chip. */
export interface TriedList {
  /** Who gets them, in words: `none`, `greedy`, `greedy on 1/2 of the extra PEs, trimmed`, … */
  readonly copies: string;
  /** The rounds that they are in, where these are tried, too. */
  readonly rounds?: TriedRounds;
  /** PEs that they take. */
  readonly usedPes: number;
  /** Clock cycles; absent where there is no end, or the run was stopped. */
  readonly cycles?: number;
  /**
   * `finished`; `later` where the run was stopped, since it was later than the best before; `deadlock` where the buffers were
   * too small for these copies.
   */
  readonly end: 'finished' | 'later' | 'deadlock';
}

/** What was tried, and what is taken: copies by the policy `tried`, rounds where none are given, or both. */
export interface TriedCopies {
  /** The `copies` of the list that was the fastest; of equals it takes the fewest PEs. */
  readonly taken: string;
  /** Its `rounds`. */
  readonly takenRounds?: TriedRounds;
  /** Why, in one sentence. */
  readonly reason: string;
  /** In the order in which they were tried; those with the same copies as one before are left out. */
  readonly lists: readonly TriedList[];
}

/** What was taken: its run, and why. */
export interface Taken {
  readonly played: Played;
  readonly tried: TriedCopies;
}

/** No other list of copies is begun when so many events have been played: a second or two. */
const MAX_EVENTS = 2 ** 21;
/** Lists that are tried however long that takes: `none`, which nothing is to be worse than, and one more. */
const ALWAYS = 2;
/** What a search for a placement counts as. */
const SEARCH_EVENTS = 2 ** 19;
/** What others are compared with. */
const COMPARED = ['greedy', 'none', 'fewest', 'fetched', 'auto'];

/**
 * Tries what is open on a chip and takes that with which it is fastest: never later than the first, which is one copy of each layer where
 * copies are open; and where only rounds are, than any.
 *
 * @param trials Map as many PEs as the simulator has.
 * @param kept What is kept of every run, and who is told how far tries are.
 * @throws ClsaCimError where nothing comes to an end: that of `greedy`; and as the mapping and the run do.
 */
export function tryAll(simulator: Simulator, trials: readonly Trial[], kept: SimulateOptions = {}): Taken {
  const tries = new Tries(simulator, kept);
  // What does not fit is told before anything is played.
  for (const trial of trials.slice(0, ALWAYS)) tries.place(trial);
  for (const [i, trial] of trials.entries()) {
    const isOther = i >= ALWAYS && trial.copies !== trials[0]!.copies;
    if (isOther && tries.events >= MAX_EVENTS) break;
    if (isOther && tries.areHopeless(trial)) continue;
    tries.add(trial, i / trials.length, (i + 1) / trials.length);
  }
  return tries.taken();
}

/** What has been tried. */
class Tries {
  readonly #simulator: Simulator;
  readonly #kept: SimulateOptions;
  /** What one search for a placement counts as. */
  readonly #searchEvents: number;
  readonly #placed = new Map<Trial, Pick<Played, 'mapping' | 'graph'>>();
  readonly #known = new Set<string>();
  readonly #lists: TriedList[] = [];
  #best: { readonly trial: Trial; readonly played: Played } | undefined;
  /** `greedy`, or the first, where they came to no end. */
  #stuck: { readonly trial: Trial; readonly played: Played } | undefined;
  readonly #lateRounds = new Set<TriedRounds | undefined>();
  /** Events that were played. */
  events = 0;

  constructor(simulator: Simulator, kept: SimulateOptions) {
    this.#simulator = simulator;
    this.#kept = kept;
    this.#searchEvents = simulator.placement === 'optimised' ? SEARCH_EVENTS : 0;
  }

  /** True of lists other than `greedy` in rounds in which one was later than the best before. */
  areHopeless({ copies, rounds }: Trial): boolean {
    return rounds !== undefined && copies !== 'greedy' && this.#lateRounds.has(rounds);
  }

  /** Maps a trial and puts its copies on tiles, ahead of when it is played. */
  place(trial: Trial): void {
    const mapping = trial.mapping();
    this.#placed.set(trial, { mapping, graph: this.#simulator.graph(mapping) });
  }

  /**
   * Plays a trial until it is later than the best, unless one with the same copies was played before.
   *
   * @param from Share of all tries that is done before it, and `to` behind it.
   */
  add(trial: Trial, from: number, to: number): void {
    const placed = this.#placed.get(trial);
    this.#placed.delete(trial);
    const mapping = placed?.mapping ?? trial.mapping();
    // Where a PE is written as soon as one is free, it makes no difference which rounds there are.
    const rounds = this.#simulator.turns.reload === 'barrier' ? mapping.rounds : mapping.rounds !== undefined;
    const key = JSON.stringify([rounds, mapping.layers.map((layer) => layer.copies)]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const limit = this.#best?.played.run.cycles ?? Infinity;
    const kept = { ...this.#kept, onProgress: part(this.#kept.onProgress, from, to) };
    const { played, events } = this.#simulator.playWithin(mapping, limit, kept, placed?.graph);
    this.events += events + this.#searchEvents;
    const told = { ...namesOf(trial), usedPes: mapping.usedPes };
    if (played === undefined) {
      this.#lateRounds.add(trial.rounds);
      this.#lists.push({ ...told, end: 'later' });
    } else if (isDeadlocked(played.run)) {
      if (trial.copies === 'greedy' || this.#stuck === undefined) this.#stuck = { trial, played };
      this.#lists.push({ ...told, end: 'deadlock' });
    } else {
      this.#lists.push({ ...told, cycles: played.run.cycles, end: 'finished' });
      if (this.#best === undefined || isBetter(played, this.#best.played)) this.#best = { trial, played };
    }
  }

  /** The best. */
  taken(): Taken {
    if (this.#best === undefined) ended(this.#stuck!.played);
    const { trial, played } = this.#best ?? this.#stuck!;
    const reason = reasonFor(trial, played.run.cycles, this.#lists);
    const { copies: taken, rounds: takenRounds } = trial;
    return {
      played,
      tried: { taken, ...(takenRounds && { takenRounds }), reason, lists: this.#lists },
    };
  }
}

function namesOf({ copies, rounds }: Trial): Pick<TriedList, 'copies' | 'rounds'> {
  return { copies, ...(rounds && { rounds }) };
}

function isBetter({ run, mapping }: Played, before: Played): boolean {
  const later = run.cycles - before.run.cycles;
  return later < 0 || (later === 0 && mapping.usedPes < before.mapping.usedPes);
}

/** What is told of every choice: how it compares with the best of `greedy`, of none, and of the other rounds. */
function reasonFor(
  taken: Pick<Trial, 'copies' | 'rounds'>,
  cycles: number,
  lists: readonly TriedList[],
): string {
  const has = (list: Pick<Trial, 'copies' | 'rounds'>, name: string) =>
    list.copies === name || list.rounds === name;
  const compared = COMPARED.flatMap((name) => {
    const others = lists.filter((list) => has(list, name));
    return others.length === 0 || has(taken, name) ? [] : [`${name} ${comparison(others, cycles)}`];
  });
  const fastest = `the fastest of ${lists.length} lists`;
  return compared.length === 0 ? fastest : `${fastest}: ${compared.join(', ')}`;
}

function comparison(lists: readonly TriedList[], least: number): string {
  if (lists.every(({ end }) => end === 'deadlock')) return 'comes to no end';
  const fastest = lists.reduce((best, { cycles = Infinity }) => Math.min(best, cycles), Infinity);
  if (fastest === Infinity) return 'takes longer';
  return fastest === least ? 'takes as long' : `takes ${(fastest / least).toFixed(2)}x as long`;
}
