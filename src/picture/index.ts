/** What pictures are made of, as types: for the entry points whose functions take or give them. */
export type { TileWrite } from '../simulate/node-writes.ts';
export type { SetLists } from '../workload/set-lists.ts';
export type { CopiesPicture, LayerCopies } from './copies.ts';
export type { Drawing, Pictures, SimulationDrawing, TimelineDrawing } from './drawing.ts';
export type { EnergyComponent, EnergyPicture } from './energy.ts';
export type { MeshLink, MeshPicture, MeshTile } from './mesh.ts';
export type { SearchPicture, SearchPoint } from './search.ts';
export type { StallCause, Stalls } from './stalls.ts';
export type { SweepColumn, SweepMetric, SweepPicture, SweepValue } from './sweep.ts';
export type {
  CriticalPath,
  LaneHome,
  LaneWrite,
  SetTimes,
  Stretches,
  Timeline,
  TimelineLane,
  TimelineNode,
  TimelineReads,
} from './timeline.ts';
export type { TrafficPart, TrafficPicture } from './traffic.ts';
export type { UseGroup, UseOverTime, UsePicture } from './use.ts';
export type { BusyPes, LayerUtilization, Utilization } from './utilization.ts';
