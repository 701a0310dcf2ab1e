/** How long an MVM takes: as a whole, or each of its reads. */
export type GivenTime =
  | { readonly mvmLatencyNs: number; readonly readLatencyNs?: never }
  | { readonly readLatencyNs: number; readonly mvmLatencyNs?: never };

/** What the time of an MVM follows from. */
export const TIME_FIELDS = ['mvmLatencyNs', 'readLatencyNs', 'activationBits', 'dacBits'] as const;

/** The name of a field that the time of an MVM follows from. */
export type TimeField = (typeof TIME_FIELDS)[number];

/** Exactly one of two times of an MVM is given. */
export function hasOneTime<Times extends { readonly mvmLatencyNs?: number; readonly readLatencyNs?: number }>(
  times: Times,
): times is Times & GivenTime {
  return (times.mvmLatencyNs === undefined) !== (times.readLatencyNs === undefined);
}

/** The time of an MVM with what the number of reads comes from. */
type MvmTime = GivenTime & { readonly activationBits: number; readonly dacBits: number };

/** Time from the start of an MVM to its result, in nanoseconds. */
export function mvmLatencyNsOf({ mvmLatencyNs, readLatencyNs, activationBits, dacBits }: MvmTime): number {
  return mvmLatencyNs ?? Math.ceil(activationBits / dacBits) * readLatencyNs;
}

/** Cycles that a time takes, `ceil(timeNs / cycleNs)`, and at least 1 (docs/simulation.md section 1). */
export function cyclesOf(timeNs: number, cycleNs: number): number {
  const cycles = timeNs / cycleNs;
  // 1.1 ns are 11 cycles of 0.1 ns, whatever a division of floating point numbers says.
  const nearest = Math.round(cycles);
  if (nearest > 0 && Math.abs(cycles - nearest) <= cycles * 1e-12) return nearest;
  // However short it is, nothing takes no time.
  return Math.max(1, Math.ceil(cycles));
}
