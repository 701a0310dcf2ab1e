import { Header, Layer } from '../../assembly/schedule/layout.ts';
import type { Engine } from '../engine/engine.ts';
import type { Problem } from '../workload/problem.ts';
import { setPixels } from './set-pixels.ts';

/** What the sets of a layer wait for in one layer in front of it; all pairs of rows and columns. */
export interface Dependency {
  /** Index in {@link Dependencies}. */
  readonly layer: number;
  /** Per row of sets the last row that is waited for, -1 for none. */
  readonly rows: Int32Array;
  /** Per column of sets the last column. */
  readonly columns: Int32Array;
}

/** A layer whose sets have times: a base layer, or a join, whose sets take none. */
export interface DependentLayer {
  /** Index among the base layers; -1 for a join. */
  readonly base: number;
  readonly rows: number;
  readonly columns: number;
  /** Cycles that each set holds its copy, in row-major order; 0 in a join. */
  readonly pixels: Float64Array;
  /** Cycles from when a copy is done with a set to its result: λ - 1 of spec.md section 4; 0 in a join. */
  readonly resultDelay: number;
  /** True where all sets take equally long. */
  readonly isUniform: boolean;
  readonly waits: readonly Dependency[];
  /** Cycle before which no set starts, since weights are written first; 0 by default. */
  readonly release?: number;
}

/** What waits for what, as the engine's analysis found it: layers in topological order. */
export type Dependencies = readonly DependentLayer[];

/**
 * Takes {@link Dependencies} from an engine that has the problem loaded.
 *
 * @param resultCycles Cycles from the start of an MVM to its result: λ of spec.md section 4.
 */
export function dependenciesOf(engine: Engine, problem: Problem, resultCycles = 1): Dependencies {
  const indexOf = new Map<number, number>();
  const result: DependentLayer[] = [];
  for (let layer = 0; layer < problem.words[Header.LAYERS]!; layer++) {
    const record = engine.layerRecord(layer);
    if (record[Layer.IS_STORED] === 0) continue;
    const base = problem.baseLayers.indexOf(layer);
    const waits = engine.sources(layer).flatMap((source): Dependency[] => {
      const from = indexOf.get(source.layer)!;
      // Where sets are cut the last one may finish before the last that is not cut: it waits for both.
      const rows = distinct(source.rows, source.fullRows);
      const columns = distinct(source.columns, source.fullColumns);
      return rows.flatMap((r) => columns.map((c) => ({ layer: from, rows: r, columns: c })));
    });
    indexOf.set(layer, result.length);
    result.push({ ...shapeOf(record), resultDelay: base < 0 ? 0 : resultCycles - 1, base, waits });
  }
  return result;
}

function distinct(last: Int32Array, lastFull: Int32Array): Int32Array[] {
  return last.every((entry, i) => entry === lastFull[i]) ? [last] : [last, lastFull];
}

/** Sets of a layer and their pixels; those of a join take no time. */
function shapeOf(record: Int32Array): Pick<DependentLayer, 'rows' | 'columns' | 'pixels' | 'isUniform'> {
  const rows = record[Layer.SET_ROWS]!;
  const columns = record[Layer.SET_COLUMNS]!;
  if (record[Layer.IS_BASE] === 0) {
    return { rows, columns, pixels: new Float64Array(rows * columns), isUniform: true };
  }
  const ofm = { height: record[Layer.HEIGHT]!, width: record[Layer.WIDTH]! };
  const pixels = setPixels(ofm, { height: record[Layer.SET_HEIGHT]!, width: record[Layer.SET_WIDTH]! });
  return { rows, columns, pixels, isUniform: pixels.every((cycles) => cycles === pixels[0]) };
}
