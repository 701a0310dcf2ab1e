import { BFLOAT16, FLOAT16 } from '../execute/data-types.ts';
import type { Plan } from '../execute/plan.ts';

/** How far values may be off where nobody says it, by the largest of their tensor: of 32 bits, and of types with fewer. */
const TOLERANCE = 1e-4;
/** The last bit of a value is 1e-3 of it, or 8e-3. */
const OF_TYPES: ReadonlyMap<number, number> = new Map([
  [FLOAT16, 2e-3],
  [BFLOAT16, 2e-2],
]);

/** The tolerance for a model: that of the least precise type of what it computes, or reads as an input. */
export function defaultTolerance({ stores }: Pick<Plan, 'stores'>): number {
  return stores.reduce((most, { dataType }) => Math.max(most, OF_TYPES.get(dataType) ?? 0), TOLERANCE);
}
