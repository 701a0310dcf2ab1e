import { hasTiles } from '../../architecture/normal-chip.ts';
import { TRIED } from '../../map/duplication/tried.ts';
import { fitNetwork } from '../../map/fit.ts';
import type { Mapping } from '../../map/mapping.ts';
import { hasToTakeTurns, type MapOptions } from '../../schedule/choose-rounds.ts';
import type { Scheduler } from '../../schedule/scheduler.ts';
import { fetchingArchitecture } from './fetching.ts';
import { listsFor } from './lists.ts';

/** Name of rounds that are tried: `fetched` are those of `auto` where no more PEs are written at a time than weights come for. */
export type TriedRounds = 'fewest' | 'fetched' | 'auto';

/** What is tried: copies, and the rounds that they are in, where these are open. */
export interface Trial {
  /** Who gets copies, in words. */
  readonly copies: string;
  readonly rounds?: TriedRounds;
  /** Maps it, for which rounds may have to be searched. */
  readonly mapping: () => Mapping;
}

/**
 * What is tried where options leave something open; undefined where they do not.
 *
 * - Copies are open with the policy `tried`. The first trial has one copy of each layer then.
 * - Rounds are open on a chip with tiles that the weights do not fit, where none are given, nor a list of copies, which belongs to
 *   some rounds.
 */
export function trialsFor(scheduler: Scheduler, options: MapOptions): Trial[] | undefined {
  const { duplication = 'greedy' } = options;
  const areCopiesOpen = duplication === TRIED;
  if (!areRoundsOpen(scheduler, options)) {
    return areCopiesOpen ? copiesInGivenRounds(scheduler, options) : undefined;
  }
  if (areCopiesOpen) return copiesAndRounds(scheduler, options);
  if (typeof duplication === 'object') return undefined;
  const copies = typeof duplication === 'string' ? duplication : 'those of the policy';
  return roundsOf(copies, scheduler, options);
}

function areRoundsOpen({ workload }: Scheduler, options: MapOptions): boolean {
  const { network, architecture } = workload;
  if (options.rounds !== undefined || options.scheduling === 'lbl') return false;
  return hasTiles(architecture.chip) && hasToTakeTurns(workload, fitNetwork(network, architecture, options));
}

/** Rounds that are chosen for the copies of the options. */
function roundsOf(copies: string, scheduler: Scheduler, options: MapOptions): Trial[] {
  const { network, architecture } = scheduler.workload;
  const map = (rounds: 'fewest' | 'auto') => () => scheduler.map({ ...options, rounds });
  const fetched = () => {
    const { there } = fitNetwork(network, architecture, options);
    return scheduler.on(fetchingArchitecture(architecture, there[0]!)).map({ ...options, rounds: 'auto' });
  };
  return [
    { copies, rounds: 'fewest', mapping: map('fewest') },
    { copies, rounds: 'fetched', mapping: fetched },
    { copies, rounds: 'auto', mapping: map('auto') },
  ];
}

/** All lists in the rounds that are chosen for `greedy`; those of `none` in rounds of its own. */
function copiesAndRounds(scheduler: Scheduler, options: MapOptions): Trial[] {
  const [none, ...lists] = listsFor(scheduler.workload, true);
  const ofNone = roundsOf(none!.copies, scheduler, { ...options, duplication: none!.duplication });
  const [fewest, fetched, auto] = roundsOf('greedy', scheduler, { ...options, duplication: 'greedy' });
  return [
    // Where a PE is written as soon as one is free, copies that are given take as long in any rounds.
    ...(options.reload === 'barrier' ? ofNone : ofNone.slice(0, 1)),
    ...[fetched!, fewest!, auto!].flatMap(({ rounds, mapping }) => {
      const greedy = once(mapping);
      return lists.map(({ copies, duplication }): Trial => {
        const map = () => scheduler.map({ ...options, duplication, rounds: startsOf(greedy()) });
        return { copies, ...(rounds && { rounds }), mapping: duplication === 'greedy' ? greedy : map };
      });
    }),
  ];
}

/** All lists; those that take turns in the rounds of `greedy`, but for `none`, which has its own. */
function copiesInGivenRounds(scheduler: Scheduler, options: MapOptions): Trial[] | undefined {
  const greedy = scheduler.map({ ...options, duplication: 'greedy' });
  // Where no PEs are left there is nothing to choose from.
  if (greedy.layers.every(({ copies }) => copies === 1)) return undefined;
  const rounds = options.scheduling === 'lbl' ? undefined : startsOf(greedy);
  return listsFor(scheduler.workload, greedy.rounds !== undefined).map(({ copies, duplication }): Trial => {
    // To choose rounds takes long: only what nothing may be worse than has rounds of its own.
    const own = duplication === 'none' || rounds === undefined ? {} : { rounds };
    const map = () => scheduler.map({ ...options, ...own, duplication });
    return { copies, mapping: duplication === 'greedy' ? () => greedy : map };
  });
}

/** The layers that begin its rounds; undefined where there are none. */
function startsOf({ layers, rounds }: Mapping): string[] | undefined {
  return rounds?.map((start) => layers[start]!.name);
}

/** What makes something, once. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
