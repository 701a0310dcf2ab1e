import { ClsaCimError } from '../errors.ts';
import { compareLayers, type LayerComparison } from './compare-layers.ts';
import { FIGURE_NAMES, RARE_FIGURES, type RunFigureName } from './figures.ts';
import type { RunHead, RunSummary } from './summary.ts';

/** A figure of runs side by side. */
export interface ComparedFigure {
  /** Which figure. */
  readonly name: RunFigureName;
  /** Of each run, in the order of the runs; null for one that does not have it. */
  readonly values: readonly (number | null)[];
  /** The same divided by that of the first run; null where there is no such quotient. */
  readonly ratios: readonly (number | null)[];
}

/** Runs side by side; `clsa-cim compare --json` prints it as it is (docs/compare.md). */
export interface Comparison {
  /** The runs, in their order; ratios are to the first. */
  readonly runs: readonly RunHead[];
  /** Time of a cycle, if it is the same in all runs; cycles are compared only then. */
  readonly cycleNs?: number;
  /** The figures that at least two runs have; those of writing and spilling where one of them has written or spilled. */
  readonly figures: readonly ComparedFigure[];
  /** Layer by layer. */
  readonly layers: LayerComparison;
}

/** What two lengths of a cycle may differ by, since they are quotients, as a share. */
const ROUNDING = 1e-9;

/**
 * Compares runs of any kind: what at least two of them have.
 *
 * @param runs Two or more, made by {@link summaryOf}.
 * @throws ClsaCimError of kind `usage` where there are fewer.
 */
export function compareRuns(runs: readonly RunSummary[]): Comparison {
  if (runs.length < 2) {
    throw new ClsaCimError(`compareRuns: needs at least two runs, found ${runs.length}`, 'usage');
  }
  const cycleNs = commonCycle(runs);
  return {
    runs: runs.map(({ figures: _, layers: __, ...head }) => head),
    ...(cycleNs === undefined ? {} : { cycleNs }),
    figures: FIGURE_NAMES.filter((name) => name !== 'cycles' || cycleNs !== undefined).flatMap((name) =>
      comparedFigure(name, runs),
    ),
    layers: compareLayers(runs),
  };
}

/** The length of a cycle of all runs that have one; undefined where it differs. */
function commonCycle(runs: readonly RunSummary[]): number | undefined {
  const lengths = runs.flatMap(({ cycleNs }) => (cycleNs === undefined ? [] : [cycleNs]));
  const [first] = lengths;
  if (first === undefined) return undefined;
  return lengths.every((length) => Math.abs(length - first) <= ROUNDING * first) ? first : undefined;
}

/** A figure, if at least two runs have it, and of rare ones one more than none. */
function comparedFigure(name: RunFigureName, runs: readonly RunSummary[]): ComparedFigure[] {
  const values = runs.map(({ figures }) => figures[name] ?? null);
  if (values.filter((value) => value !== null).length < 2) return [];
  if (RARE_FIGURES.has(name) && values.every((value) => !value)) return [];
  const [first] = values;
  const ratios = values.map((value) => (value === null || !first ? null : value / first));
  return [{ name, values, ratios }];
}
