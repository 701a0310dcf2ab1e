import { test } from 'vitest';
import { holdLatency, holdThroughput } from './turns-optimum.ts';

// More of the same are in turns.slow.test.ts.
test(
  'the least cycles of a group: the optimum is found, and no bound is above it',
  () => holdLatency(30),
  120_000,
);

test(
  'the least interval of a stream of groups: the optimum is found, and no bound is above it',
  () => holdThroughput(6),
  120_000,
);
