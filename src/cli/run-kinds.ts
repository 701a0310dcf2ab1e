import { Command } from 'commander';

/** What can be run from a file: the options that it may give, by those of the command, and what runs with them. */
export const runKinds = {
  schedule: async () => {
    const { withScheduleOptions, runSchedule } = await import('./schedule-run.ts');
    return {
      command: withScheduleOptions(new Command('schedule')),
      run: async (...given: Parameters<typeof runSchedule>) =>
        ({ kind: 'schedule', run: await runSchedule(...given) }) as const,
    };
  },
  simulate: async () => {
    const { withSimulateOptions, runSimulation } = await import('./simulation-run.ts');
    return {
      command: withSimulateOptions(new Command('simulate')),
      run: async (...given: Parameters<typeof runSimulation>) =>
        ({ kind: 'simulate', run: await runSimulation(...given) }) as const,
    };
  },
  optimize: async () => {
    const { withOptimizeOptions, runOptimization } = await import('./commands/optimize.ts');
    return {
      command: withOptimizeOptions(new Command('optimize')),
      run: async (...given: Parameters<typeof runOptimization>) =>
        ({ kind: 'optimize', run: await runOptimization(...given) }) as const,
    };
  },
} as const;

/** Name of what can be run from a file. */
export type RunKindName = keyof typeof runKinds;

/** The names, in the order of their importance. */
export const runKindNames = ['schedule', 'simulate', 'optimize'] as const satisfies readonly RunKindName[];

/** What a run left behind: `run` has its result, and all that it takes to have its details. */
export type FinishedRun = Awaited<ReturnType<Awaited<ReturnType<(typeof runKinds)[RunKindName]>>['run']>>;
