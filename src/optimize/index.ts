export type {
  EnergyFigures,
  FigureName,
  Figures,
  FiguresByObjective,
  LatencyFigures,
  Objective,
  ObjectiveName,
  ThroughputFigures,
} from './objective.ts';
export {
  type Optimization,
  type OptimizedCopies,
  type OptimizeOptions,
  objectives,
  optimize,
} from './optimize.ts';
export { Search, type SearchPolicy, type Solution, type StoppedBy } from './search.ts';
