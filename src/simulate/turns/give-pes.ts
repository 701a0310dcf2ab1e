import { hasTiles } from '../../architecture/normal-chip.ts';
import { ClsaCimError } from '../../errors.ts';
import type { Mapping } from '../../map/mapping.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import type { Scheduling } from '../../schedule/scheduling.ts';
import type { Batch, Reload } from '../../schedule/turn-options.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Topology } from '../model/topology.ts';
import { type PlacedCopy, type Placement, place, type Tiles, tilesInOrder } from '../placement/placement.ts';
import { type GivenPes, pesAsTheyGetFree, pesByRound } from './pes.ts';
import { endsOf, type Residency } from './residency.ts';

/** How weights take turns. */
export interface TurnsRun extends Batch {
  /** When they are written. */
  readonly reload: Reload;
  /** Layer by layer the copies of a layer start together. */
  readonly scheduling: Scheduling;
}

/**
 * Which PEs of the chip residencies take (docs/simulation.md section 13): round by round by the rules for copies, or in the order in
 * which PEs get free in the schedule.
 *
 * @throws ClsaCimError where the tiles have too few PEs, or a placement is at fault or a function and PEs are written as they get free.
 */
export function givePes(
  workload: Workload,
  mapping: Mapping,
  run: TurnsRun,
  residencies: readonly Residency[],
  topology: Topology,
  placement: Placement | readonly number[] | undefined,
): GivenPes {
  const { crossbars, chip } = workload.architecture;
  const { classes } = crossbars;
  // Without mesh and links one tile has all PEs.
  const pesPerTile = hasTiles(chip) ? (classes[0]!.pesPerTile ?? mapping.totalPes) : mapping.totalPes;
  const tiles: Tiles = { ...topology, crossbars: classes, pesPerTile: [pesPerTile] };
  if (run.reload === 'barrier') {
    const rounds = placedRounds(mapping, tiles, placement);
    return pesByRound(residencies, ({ layer, copy }) => rounds[layer]![copy]!);
  }
  if (typeof placement === 'function') {
    throw new ClsaCimError(
      'placement: a function places copies, and where PEs are written as they get free (reload rolling) these decide where; ' +
        'give an order of tiles, or reload barrier',
      'usage',
    );
  }
  const chipPes = tilesInOrder(tiles, mapping.totalPes, placement);
  const scheduler = new Scheduler(workload);
  try {
    return pesAsTheyGetFree(residencies, chipPes, endsOf(scheduler, mapping, run, residencies));
  } finally {
    scheduler.release();
  }
}

/** Per layer of the mapping its copies, each round by itself. */
function placedRounds(
  { layers, rounds = [0] }: Mapping,
  tiles: Tiles,
  placement: Placement | readonly number[] | undefined,
): (readonly PlacedCopy[])[] {
  return rounds.flatMap((start, round) => [
    ...place(layers.slice(start, rounds[round + 1] ?? layers.length), tiles, placement),
  ]);
}
