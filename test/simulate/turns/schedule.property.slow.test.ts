import { testAsScheduled } from './as-scheduled.ts';

testAsScheduled(Number(process.env.RUNS ?? 2000));
