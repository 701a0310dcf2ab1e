import { test } from 'vitest';
import { holdLatency, holdThroughput } from './turns-optimum.ts';

test(
  'the least cycles of a group: the optimum is found, and no bound is above it',
  () => holdLatency(150),
  300_000,
);

test(
  'the least interval of a stream of groups: the optimum is found, and no bound is above it',
  () => holdThroughput(25),
  300_000,
);
