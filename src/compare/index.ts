export { type ComparedFigure, type Comparison, compareRuns } from './compare.ts';
export type { LayerChange, LayerComparison, LayersOfSome } from './compare-layers.ts';
export type { RunFigureName, RunFigures } from './figures.ts';
export { type ResultKind, resultKind } from './result-schema.ts';
export { type LayerFigures, type LayerSummary, type RunHead, type RunSummary, summaryOf } from './summary.ts';
