import type * as v from 'valibot';
import type { architectureFields } from './architecture-fields.ts';
import type { GivenTime } from './mvm-time.ts';

/** What the fields are by themselves; the schema sees to it that they go together. */
export type GivenFields = v.InferOutput<v.StrictObjectSchema<typeof architectureFields, undefined>>;

/** Fields of every architecture; their docs are in `architectureFields`. */
export type CommonFields = Readonly<
  Omit<GivenFields, 'crossbars' | 'crossbarRows' | 'crossbarColumns' | 'pes'>
>;

/** An architecture whose crossbars are all of one size, as those of the presets are. */
export interface OneSizeArchitecture extends CommonFields {
  /** Rows of the crossbar of one PE: inputs of one MVM. */
  readonly crossbarRows: number;
  /** Columns of the crossbar of one PE. */
  readonly crossbarColumns: number;
  /** Number of PEs; left out, every network gets what it needs. */
  readonly pes?: number;
  /** Only where there are several sizes. */
  readonly crossbars?: never;
}

/** An architecture with crossbars of several sizes. */
export interface SeveralSizesArchitecture extends CommonFields {
  /** Every size with its number of PEs. */
  readonly crossbars: Required<GivenFields>['crossbars'];
  /** Only where there is one size. */
  readonly crossbarRows?: never;
  /** Only where there is one size. */
  readonly crossbarColumns?: never;
  /** Only where there is one size. */
  readonly pes?: never;
}

/**
 * A chip as users describe it: the crossbar of one PE, or several sizes of them, how weights and inputs are cut into
 * bits, and the time of one MVM (spec.md section 3), either as `mvmLatencyNs` or as `readLatencyNs`. Lengths in rows,
 * columns and bits, times in nanoseconds; the docs of the fields are in `architectureFields`. What follows from it is in
 * its normal form, `NormalArchitecture`.
 */
export type Architecture = OneSizeArchitecture | SeveralSizesArchitecture;

/** An architecture that the schema found right. */
export type LegalArchitecture = Architecture & GivenTime;
