export { type FaultKind, TimelineFault } from './fault.ts';
export { timelineOfSchedule } from './schedule-timeline.ts';
export { timelineOfSimulation } from './simulation-timeline.ts';
export {
  inferencesInFlight,
  publishedLayers,
  type TakenPes,
  type TimedNode,
  type TimedResidency,
  type TimedWriting,
  type Timeline,
} from './timeline.ts';
export { type VerificationOptions, type Verified, verifyTimeline } from './verify.ts';
