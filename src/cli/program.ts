import { Command } from 'commander';
import { version } from '../version.ts';
import { architecturesCommand } from './commands/architectures.ts';
import { inspectCommand } from './commands/inspect.ts';
import { modelsCommand } from './commands/models.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { scheduleCommand } from './commands/schedule.ts';

/** The whole command line. A command is a file in `commands/` and a line here. */
export function createProgram(): Command {
  const program = new Command('clsa-cim')
    .description(
      'Schedules neural networks on tiled computing-in-memory chips, across layers (CLSA-CIM, DATE 2024).',
    )
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (message, write) => write(message.replace(/^error: /, 'clsa-cim: ')) });
  for (const command of [
    scheduleCommand,
    inspectCommand,
    reproduceCommand,
    modelsCommand,
    architecturesCommand,
  ]) {
    program.addCommand(command().copyInheritedSettings(program));
  }
  return program;
}
