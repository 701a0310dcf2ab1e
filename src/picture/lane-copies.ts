import type { TimelineLane } from './timeline.ts';

/** The copy that runs a set, among those of its group. */
export function copyOf({ copies, groupSets }: TimelineLane, set: number): number {
  return (set % groupSets) % copies;
}

/** In a simulation: the tiles of that copy. Those of groups stand one behind the other. */
export function tilesOf(lane: TimelineLane, set: number): readonly number[] {
  const group = Math.floor(set / lane.groupSets);
  return lane.home!.tiles[group * lane.copies + copyOf(lane, set)]!;
}

/** Goes through the sets that run on the copy whose tiles are at an index of those of the lane. */
export function* setsOnCopy({ copies, groupSets, sets }: TimelineLane, index: number): Generator<number> {
  const first = Math.floor(index / copies) * groupSets;
  const end = Math.min(first + groupSets, sets);
  for (let set = first + (index % copies); set < end; set += copies) yield set;
}
