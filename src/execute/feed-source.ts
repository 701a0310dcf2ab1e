import type { Feeds } from './machine.ts';

/** Inputs of a network, one after the other; whoever needs some reads them when they are needed. */
export interface FeedSource {
  /** How many there are. */
  readonly count: number;
  /** The values of all inputs of one of them, by name. Beyond the last one it begins anew. */
  at(index: number): Feeds;
}

/** Inputs that are in memory. */
export function feedsInMemory(feeds: readonly Feeds[]): FeedSource {
  return { count: feeds.length, at: (index) => feeds[index % feeds.length]! };
}

/** Some of the inputs: `count` of them, from `first` on. */
export function feedsFrom(source: FeedSource, first: number, count: number): Feeds[] {
  return Array.from({ length: count }, (_, i) => source.at(first + i));
}
