import { type Architecture, columnsPerWeight } from '../architecture/architecture.ts';
import type { WeightMatrix } from '../network/network.ts';

/**
 * PEs that one copy of a layer's weights takes: `c` of spec.md section 3. Groups that fit a crossbar
 * several times share it along its diagonal; larger ones take their crossbars for themselves.
 */
export function pesPerCopy(weights: WeightMatrix, architecture: Architecture): number {
  const { crossbarRows, crossbarColumns } = architecture;
  const columns = weights.columns * columnsPerWeight(architecture);
  const groupsPerPe = Math.min(
    Math.floor(crossbarRows / weights.rows),
    Math.floor(crossbarColumns / columns),
  );
  if (groupsPerPe >= 1) return Math.ceil(weights.groups / groupsPerPe);
  return weights.groups * Math.ceil(weights.rows / crossbarRows) * Math.ceil(columns / crossbarColumns);
}
