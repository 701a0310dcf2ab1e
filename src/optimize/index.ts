export type {
  BatchFigures,
  EnergyFigures,
  FigureName,
  Figures,
  FiguresByObjective,
  FoundPlacement,
  LatencyFigures,
  Objective,
  ObjectiveName,
  ThroughputFigures,
} from './objective.ts';
export {
  type FoundCopies,
  type Optimization,
  type OptimizedCopies,
  type OptimizeOptions,
  objectives,
  optimize,
} from './optimize.ts';
export { Search, type SearchPolicy, type SearchStep, type Solution, type StoppedBy } from './search.ts';
export type { OptimizedRound, OptimizedTurns } from './turns/turn-figures.ts';
export type { TurnOptions } from './turns/turn-task.ts';
