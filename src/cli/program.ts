import { Command } from 'commander';
import { version } from '../version.ts';

/**
 * The commands: a file in `commands/` and a line here each. Only the one that is called is loaded, so that
 * it starts at once.
 */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  schedule: async () => (await import('./commands/schedule.ts')).scheduleCommand(),
  inspect: async () => (await import('./commands/inspect.ts')).inspectCommand(),
  reproduce: async () => (await import('./commands/reproduce.ts')).reproduceCommand(),
  models: async () => (await import('./commands/models.ts')).modelsCommand(),
  architectures: async () => (await import('./commands/architectures.ts')).architecturesCommand(),
};

/** The command line as far as `args` needs it: the command they name, or all of them for help and mistakes. */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('clsa-cim')
    .description(
      'Schedules neural networks on tiled computing-in-memory chips, across layers (CLSA-CIM, DATE 2024).',
    )
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (message, write) => write(message.replace(/^error: /, 'clsa-cim: ')) });
  const called = Object.keys(commands).filter((name) => name === args[0]);
  for (const name of called.length > 0 ? called : Object.keys(commands)) {
    const command = await commands[name]!();
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
