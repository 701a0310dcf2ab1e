/** Figures of waits that few chips know: for what spilled, and for weights. */
const RARE_WAITS = ['waitFetchNs', 'waitWriteNs'] as const;

/** Figures of traffic that few chips know: of weights that are written, and of what spilled. */
const RARE_TRAFFIC = [
  'writtenPes',
  'weightBits',
  'spilledBits',
  'fetchedBits',
  'sharedBufferBits',
  'sharedPeakBytes',
] as const;

/** Names of the figures that runs are compared by, in the order in which they are shown; docs/compare.md says what each is. */
export const FIGURE_NAMES = [
  'cycles',
  'latencyNs',
  'firstLatencyNs',
  'throughputPerSecond',
  'speedup',
  'slowdown',
  'utilization',
  'gap',
  'minimumPes',
  'totalPes',
  'usedPes',
  'cells',
  'energyPjPerInference',
  'energyDelayPjNs',
  'teraOperationsPerSecond',
  'teraOperationsPerJoule',
  'areaMm2',
  'inferences',
  'inferencesOfGroup',
  'rounds',
  'peWrites',
  'writingNs',
  'exposedWritingNs',
  'writeEnergyPjPerInference',
  'lifetimeYears',
  'waitDataNs',
  'waitSpaceNs',
  'waitCopyNs',
  'waitReadNs',
  'waitGpeuNs',
  'waitSendNs',
  'waitLinkNs',
  ...RARE_WAITS,
  'bitHops',
  ...RARE_TRAFFIC,
] as const;

/** Name of a figure of a run. */
export type RunFigureName = (typeof FIGURE_NAMES)[number];

/** Figures of writing and spilling, which are compared only where a run has some. */
export const RARE_FIGURES: ReadonlySet<RunFigureName> = new Set([...RARE_WAITS, ...RARE_TRAFFIC]);

/** Figures of a run; those that it does not have are left out. */
export type RunFigures = Readonly<Partial<Record<RunFigureName, number>>>;
