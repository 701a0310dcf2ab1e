import type { TileRange } from '../map/tile-range.ts';
import type { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import type { Values } from './stored-value.ts';

/**
 * Executes an inference layer by layer, as the program is written: what any schedule has to compute, in whatever order.
 *
 * @returns The values of the outputs, in row-major order.
 */
export function executeInOrder(plan: Plan, machine: Machine, inference = 0): readonly Values[] {
  for (const { value } of plan.inputs) {
    machine.publish(value.store.layer!, inference, allCells(value.layout.cells));
  }
  for (const [layer, { output, weights }] of plan.bases) {
    const cells = allCells(output.layout.cells);
    machine.run(layer, inference, cells, [wholeMatrices(weights)]);
    machine.publish(layer, inference, cells);
    machine.unload(layer);
  }
  return machine.outputs(inference);
}

/** All cells of a value, in order. */
export function allCells(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/** All weights of a layer, as if one crossbar held them. */
export function wholeMatrices({
  groups,
  rows,
  columns,
}: {
  readonly groups: number;
  readonly rows: number;
  readonly columns: number;
}): TileRange {
  return { groups: { from: 0, to: groups }, rows: { from: 0, to: rows }, columns: { from: 0, to: columns } };
}
