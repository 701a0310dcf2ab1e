/** `clsa-cim`: models, architectures, copies, rounds and placements by path, and all of `clsa-cim/core`, whose engine it finds. */
import './node/engine-file.ts';

export * from './core.ts';
export { readArchitecture } from './node/architecture.ts';
export { readDuplicationFile } from './node/duplication.ts';
export { loadModel } from './node/model.ts';
export { readPlacementFile } from './node/placement.ts';
export { readRoundsFile } from './node/rounds.ts';
export {
  type ReportOptions,
  reportOfOptimization,
  reportOfSchedule,
  reportOfSimulation,
  type SimulationReportOptions,
} from './page/reports.ts';
export { SET_COLUMNS, writeSetFile } from './report/set-file.ts';
