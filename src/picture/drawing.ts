import type { Optimization } from '../optimize/index.ts';
import type { DetailedSimulation } from '../simulate/index.ts';
import { type CopiesPicture, copiesOf } from './copies.ts';
import { type EnergyPicture, energyPictureOf } from './energy.ts';
import { type MeshPicture, meshPictureOf } from './mesh.ts';
import { type SearchPicture, searchPictureOf } from './search.ts';
import { type Stalls, stallsOf } from './stalls.ts';
import type { SweepPicture } from './sweep.ts';
import type { Timeline } from './timeline.ts';
import { type TrafficPicture, trafficPictureOf } from './traffic.ts';
import { type UsePicture, usePictureOf } from './use.ts';
import { type Utilization, utilizationOf } from './utilization.ts';

/** All pictures that there are of results. */
export interface Pictures {
  /** What ran when. */
  readonly timeline: Timeline;
  /** How much of the time PEs run MVMs. */
  readonly utilization: Utilization;
  /** What layers take of the chip. */
  readonly copies: CopiesPicture;
  /** What layers waited for. */
  readonly stalls: Stalls;
  /** Where the energy goes. */
  readonly energy: EnergyPicture;
  /** What layers sent off the chip for want of room, and fetched back. */
  readonly traffic: TrafficPicture;
  /** Tiles and links. */
  readonly mesh: MeshPicture;
  /** Links, GPEUs and buffers over time. */
  readonly use: UsePicture;
  /** The points of a sweep. */
  readonly sweep: SweepPicture;
  /** Best and bound of a search. */
  readonly search: SearchPicture;
}

/** The pictures that there are of one result. */
export type Drawing = Partial<Pictures>;

/** The pictures that follow from a timeline. */
export type TimelineDrawing = Pick<Pictures, 'timeline' | 'utilization' | 'copies'>;

/** The pictures of a simulation, as far as it has kept what they show. */
export type SimulationDrawing = Pick<Pictures, 'stalls' | 'energy' | 'traffic'> &
  Partial<Pick<Pictures, 'mesh' | 'use' | keyof TimelineDrawing>>;

/** The pictures that follow from a timeline, which are all of a schedule. */
export function drawingOfTimeline(timeline: Timeline): TimelineDrawing {
  return { timeline, utilization: utilizationOf(timeline), copies: copiesOf(timeline) };
}

/**
 * The pictures of a simulation: that of the mesh where it has kept its placement (`keepPlacement`), that of links, GPEUs and
 * buffers where it has kept their use (`keepUse`).
 *
 * @param timeline Where that is known, for the pictures that follow from it.
 */
export function drawingOfSimulation(simulation: DetailedSimulation, timeline?: Timeline): SimulationDrawing {
  const { mesh } = simulation;
  const use = usePictureOf(simulation);
  return {
    ...(timeline === undefined ? {} : drawingOfTimeline(timeline)),
    ...{ stalls: stallsOf(simulation), energy: energyPictureOf(simulation) },
    traffic: trafficPictureOf(simulation),
    ...(mesh === undefined ? {} : { mesh: meshPictureOf(simulation, mesh) }),
    ...(use === undefined ? {} : { use }),
  };
}

/** The pictures of a search. */
export function drawingOfOptimization(optimization: Optimization): Pick<Pictures, 'search'> {
  return { search: searchPictureOf(optimization) };
}
