import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import type { WeightMatrix } from '../network/network.ts';

/** Rows and columns of a crossbar. */
export interface CrossbarSize {
  /** Rows of the crossbar: inputs of one MVM. */
  readonly crossbarRows: number;
  /** Columns of the crossbar. */
  readonly crossbarColumns: number;
}

/**
 * PEs that one copy of a layer's weights takes: `c` of spec.md section 3. Groups that fit a crossbar
 * several times share it along its diagonal; larger ones take their crossbars for themselves.
 *
 * @param crossbar Which of the crossbars of the architecture; the first by default.
 */
export function pesPerCopy(
  weights: WeightMatrix,
  architecture: AnyArchitecture,
  crossbar?: CrossbarSize,
): number {
  const { columnsPerWeight, crossbars } = normalArchitecture(architecture);
  const { crossbarRows, crossbarColumns } = crossbar ?? crossbars.classes[0]!;
  const columns = weights.columns * columnsPerWeight;
  const groupsPerPe = Math.min(
    Math.floor(crossbarRows / weights.rows),
    Math.floor(crossbarColumns / columns),
  );
  if (groupsPerPe >= 1) return Math.ceil(weights.groups / groupsPerPe);
  return weights.groups * Math.ceil(weights.rows / crossbarRows) * Math.ceil(columns / crossbarColumns);
}
