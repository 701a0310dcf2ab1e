/**
 * When values may spill (docs/simulation.md section 14): true where all would come to no end otherwise; `always` wherever windows do
 * not fit; or never.
 */
export type Spilling = boolean | 'always';

/** Names for it, on the command line and in sweeps. */
export const SPILLING = { needed: true, always: 'always', never: false } as const satisfies Record<
  string,
  Spilling
>;
