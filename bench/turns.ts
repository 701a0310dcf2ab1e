import { paper } from '../src/architecture/presets.ts';
import { Scheduler } from '../src/schedule/scheduler.ts';
import { prepare as prepareWorkload } from '../src/workload/workload.ts';
import { type Measurement, measure } from './measure.ts';
import { prepare, subject } from './prepare.ts';

/** 40 cycles a write: 56 µs beside 1.4 µs for an MVM. */
const CHIP = { ...paper, peWriteNs: 56_000 };
const SHARE_OF_PES = 1 / 4;

/**
 * Weights in turns on a quarter of a network's PEs, at pixel sets: `rounds-auto` chooses the rounds, `rounds-rolling` and
 * `rounds-barrier` schedule in them, and `rounds-none` schedules the same network on a chip that holds all of it.
 */
export function turnsBenchmarks(name: string, quick: boolean): Measurement[] {
  const prepared = prepare(name, 'pixel');
  const scheduler = new Scheduler(prepareWorkload(prepared.network, CHIP, { granularity: 'pixel' }));
  const whole = scheduler.map();
  const pes = Math.ceil(whole.minimumPes * SHARE_OF_PES);
  const mapping = scheduler.map({ pes });
  const cycles = (what: string, work: () => void) => measure(subject(what, prepared), work, quick);
  return [
    cycles('rounds-auto', () => void scheduler.map({ pes })),
    cycles('rounds-none', () => void scheduler.cycles(whole)),
    cycles('rounds-rolling', () => void scheduler.cycles(mapping, { reload: 'rolling' })),
    cycles('rounds-barrier', () => void scheduler.cycles(mapping, { reload: 'barrier' })),
  ];
}
