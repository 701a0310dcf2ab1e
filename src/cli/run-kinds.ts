import { Command } from 'commander';
import type { ToldOfSimulation } from './simulation-run.ts';

/** What can be run from a file: the options that it may give, by those of the command, and what runs with them. */
export const runKinds = {
  schedule: async () => {
    const { withScheduleOptions, runSchedule } = await import('./schedule-run.ts');
    return {
      command: withScheduleOptions(new Command('schedule')),
      run: async (model: string, flags: Parameters<typeof runSchedule>[1]) =>
        ({ kind: 'schedule', run: await runSchedule(model, flags) }) as const,
    };
  },
  simulate: async () => {
    const { withSimulateOptions, runSimulation } = await import('./simulation-run.ts');
    return {
      command: withSimulateOptions(new Command('simulate')),
      run: async (model: string, flags: Parameters<typeof runSimulation>[1], told: ToldOfSimulation) =>
        ({ kind: 'simulate', run: await runSimulation(model, flags, told) }) as const,
    };
  },
  optimize: async () => {
    const { withOptimizeOptions, runOptimization } = await import('./commands/optimize.ts');
    return {
      command: withOptimizeOptions(new Command('optimize')),
      run: async (model: string, flags: Parameters<typeof runOptimization>[1]) =>
        ({ kind: 'optimize', run: await runOptimization(model, flags) }) as const,
    };
  },
} as const;

/** Name of what can be run from a file. */
export type RunKindName = keyof typeof runKinds;

/** The names, in the order of their importance. */
export const runKindNames = ['schedule', 'simulate', 'optimize'] as const satisfies readonly RunKindName[];

/** A run that was run here: its result, and all that it takes to have its details. */
export type FinishedRun = Awaited<ReturnType<Awaited<ReturnType<(typeof runKinds)[RunKindName]>>['run']>>;
