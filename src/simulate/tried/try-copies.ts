import type { Duplication } from '../../map/duplicate.ts';
import type { Mapping } from '../../map/mapping.ts';
import { type OnProgress, part } from '../../progress.ts';
import { ended } from '../deadlock/ended.ts';
import { isDeadlocked } from '../deadlock/error.ts';
import type { Played, Simulator } from '../play/simulator.ts';
import { type List, listsFor } from './lists.ts';

/** Copies that were tried on the chip. */
export interface TriedList {
  /** Who gets them, in words: `none`, `greedy`, `greedy on 1/2 of the extra PEs, trimmed`, … */
  readonly copies: string;
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

/** What the policy `tried` has tried, and what it takes. */
export interface TriedCopies {
  /** The `copies` of the list that was the fastest; of equals it takes the fewest PEs. */
  readonly taken: string;
  /** Why, in one sentence. */
  readonly reason: string;
  /** In the order in which they were tried; those with the same copies as one before are left out. */
  readonly lists: readonly TriedList[];
}

/** The copies that were taken: their run, and why. */
export interface Taken {
  readonly played: Played;
  readonly tried: TriedCopies;
}

/** Lists that are tried however long that takes: `none`, which nothing is to be worse than, and one more. */
const ALWAYS = 2;
/** No other list is begun when so many events have been played: a second or two. */
const MAX_EVENTS = 2 ** 21;
/** What a search for a placement counts as. */
const SEARCH_EVENTS = 2 ** 19;
/** What others are compared with. */
const COMPARED = ['greedy', 'none'];

/**
 * Tries copies on a chip and takes those with which it is fastest: never later than with one copy of each layer, which is one
 * of the lists.
 *
 * @param mapped The mapping with the copies of a policy, of as many PEs as the simulator has.
 * @param inTurns Whether weights take turns.
 * @throws ClsaCimError where no list comes to an end: that of `greedy`; and as the mapping and the run do.
 */
export function tryCopies(
  simulator: Simulator,
  mapped: (duplication: Duplication) => Mapping,
  inTurns: boolean,
  onProgress?: OnProgress,
): Taken {
  const lists = listsFor(simulator.workload, inTurns);
  const tries = new Tries(simulator);
  for (const [i, list] of lists.entries()) {
    if (i >= ALWAYS && tries.events >= MAX_EVENTS) break;
    tries.add(list, mapped(list.duplication), part(onProgress, i / lists.length, (i + 1) / lists.length));
  }
  return tries.taken();
}

/** What has been tried. */
class Tries {
  readonly #simulator: Simulator;
  /** What one search for a placement counts as. */
  readonly #searchEvents: number;
  readonly #known = new Set<string>();
  readonly #lists: TriedList[] = [];
  #best: { readonly copies: string; readonly played: Played } | undefined;
  /** `greedy`, or the first, where they came to no end. */
  #stuck: Played | undefined;
  /** Events that were played. */
  events = 0;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    this.#searchEvents = simulator.placement === 'optimised' ? SEARCH_EVENTS : 0;
  }

  /** Plays a list until it is later than the best, unless one with the same copies was played before. */
  add({ copies }: List, mapping: Mapping, onProgress: OnProgress | undefined): void {
    const key = JSON.stringify([mapping.rounds, mapping.layers.map((layer) => layer.copies)]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const limit = this.#best?.played.run.cycles ?? Infinity;
    const { played, events } = this.#simulator.playWithin(mapping, limit, onProgress);
    this.events += events + this.#searchEvents;
    const { usedPes } = mapping;
    if (played === undefined) this.#lists.push({ copies, usedPes, end: 'later' });
    else if (isDeadlocked(played.run)) {
      if (copies === 'greedy' || this.#stuck === undefined) this.#stuck = played;
      this.#lists.push({ copies, usedPes, end: 'deadlock' });
    } else {
      this.#lists.push({ copies, usedPes, cycles: played.run.cycles, end: 'finished' });
      if (this.#best === undefined || isBetter(played, this.#best.played)) {
        this.#best = { copies, played };
      }
    }
  }

  /** The best. */
  taken(): Taken {
    const { copies, played } = this.#best ?? { copies: 'greedy', played: ended(this.#stuck!) };
    const reason = reasonFor(copies, played.run.cycles, this.#lists);
    return { played, tried: { taken: copies, reason, lists: this.#lists } };
  }
}

function isBetter({ run, mapping }: Played, before: Played): boolean {
  const later = run.cycles - before.run.cycles;
  return later < 0 || (later === 0 && mapping.usedPes < before.mapping.usedPes);
}

/** What is told of every choice of copies: how it compares with `greedy` and with none. */
function reasonFor(taken: string, cycles: number, lists: readonly TriedList[]): string {
  const compared = COMPARED.flatMap((name) =>
    lists
      .filter(({ copies }) => copies === name && name !== taken)
      .map((list) => `${name} ${comparison(list, cycles)}`),
  );
  const fastest = `the fastest of ${lists.length} lists`;
  return compared.length === 0 ? fastest : `${fastest}: ${compared.join(', ')}`;
}

function comparison({ cycles, end }: TriedList, least: number): string {
  if (end === 'deadlock') return 'comes to no end';
  if (cycles === undefined) return 'takes longer';
  return cycles === least ? 'takes as long' : `takes ${(cycles / least).toFixed(2)}x as long`;
}
