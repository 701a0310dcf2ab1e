export type { Figures, Objective } from './objective.ts';
export {
  type ObjectiveName,
  type Optimization,
  type OptimizedCopies,
  type OptimizeOptions,
  objectives,
  optimize,
} from './optimize.ts';
export { Search, type SearchPolicy, type Solution, type StoppedBy } from './search.ts';
