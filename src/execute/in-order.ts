import type { TileRange } from '../map/tile-range.ts';
import type { BaseOperation } from './base-operation.ts';
import type { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import type { Values } from './stored-value.ts';

/**
 * Executes an inference layer by layer, as the program is written: what any schedule has to compute, in whatever order.
 *
 * @returns The values of the outputs, in row-major order.
 */
export function executeInOrder(plan: Plan, machine: Machine, inference = 0): readonly Values[] {
  publishInputs(plan, machine, inference);
  for (const operation of plan.bases.values()) {
    runLayer(machine, operation, inference);
    machine.unload(operation.layer);
  }
  return machine.outputs(inference);
}

/** Makes the inputs of an inference be there. */
export function publishInputs({ inputs }: Plan, machine: Machine, inference: number): void {
  for (const { value } of inputs) {
    machine.publish(value.store.layer!, inference, allCells(value.layout.cells));
  }
}

/** Runs and publishes a whole base layer. */
export function runLayer(
  machine: Machine,
  { layer, output, weights }: BaseOperation,
  inference: number,
): void {
  const cells = allCells(output.layout.cells);
  machine.run(layer, inference, cells, [wholeMatrices(weights)]);
  machine.publish(layer, inference, cells);
}

/** All cells of a value, in order. */
export function allCells(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/** All weights of a layer, as if one crossbar held them. */
function wholeMatrices({
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
