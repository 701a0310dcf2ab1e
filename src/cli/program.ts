import { Command } from 'commander';
import { version } from '../version.ts';

/**
 * The commands: a file in `commands/` and a line here each. Only the one that is called is loaded, so that
 * it starts at once.
 */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  schedule: async () => (await import('./commands/schedule.ts')).scheduleCommand(),
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  sweep: async () => (await import('./commands/sweep.ts')).sweepCommand(),
  worker: async () => (await import('./commands/worker.ts')).workerCommand(),
  merge: async () => (await import('./commands/merge.ts')).mergeCommand(),
  optimize: async () => (await import('./commands/optimize.ts')).optimizeCommand(),
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  inspect: async () => (await import('./commands/inspect.ts')).inspectCommand(),
  reproduce: async () => (await import('./commands/reproduce.ts')).reproduceCommand(),
  models: async () => (await import('./commands/models.ts')).modelsCommand(),
  architectures: async () => (await import('./commands/architectures.ts')).architecturesCommand(),
};

/** True for the name of a command. */
export function isCommand(name: string): boolean {
  return Object.hasOwn(commands, name);
}

/** Commands that a call needs, by its first argument. */
function neededCommands(called: string | undefined): readonly string[] {
  if (called === '--version' || called === '-V') return [];
  return called !== undefined && isCommand(called) ? [called] : Object.keys(commands);
}

/**
 * The command line as far as `args` needs it: the command they name, or all of them for help and
 * mistakes. It writes nothing to standard error: what is wrong is in the error that it throws.
 */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('clsa-cim')
    .description(
      'Schedules neural networks on tiled computing-in-memory chips, across layers (CLSA-CIM, DATE 2024).',
    )
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const name of neededCommands(args[0])) {
    const command = await commands[name]!();
    if (name !== 'worker')
      command.option('--wide', 'show tables with all columns, however narrow the terminal is');
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
