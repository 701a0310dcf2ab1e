import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import type { WeightMatrix } from '../network/network.ts';
import { type CrossbarSize, peGrid } from './pe-grid.ts';

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
  return peGrid(weights, columnsPerWeight, crossbar ?? crossbars.classes[0]!).pes;
}
