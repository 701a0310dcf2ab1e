import type { EngineExports } from '../engine/exports.ts';

/** What operations find in Wasm besides their values. */
export interface Wasm {
  /** What computes them. */
  readonly kernels: EngineExports;
  /** Address of the numbers 0 and 1, for parameters that are left out. */
  readonly zero: number;
  readonly one: number;
  /** Room for addresses, as many as the operation with most of them needs, and where it is. */
  readonly table: Int32Array;
  readonly tableAddress: number;
}
