import type { Command, Option } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { code, markdownTable } from './table.ts';

/** Every command with its arguments and options, from what the command line itself is made of. */
export async function commandsPage(): Promise<string> {
  const { commands } = await createProgram([]);
  return `# Commands\n\n${commands.map(section).join('\n')}`;
}

function section(command: Command): string {
  const usage = `clsa-cim ${command.name()} ${command.usage()}`;
  const argumentRows = command.registeredArguments.map((argument) => [
    code(argument.name()),
    argument.required ? '' : 'may be left out',
    argument.description,
  ]);
  const optionRows = command.options.map((option) => [
    code(option.flags),
    code(initialOf(option)),
    described(option),
  ]);
  const parts = [
    `## ${command.name()}\n\n${command.description()}.\n\n\`${usage}\`\n`,
    argumentRows.length === 0 ? '' : `\n${markdownTable(['argument', '', 'what it is'], argumentRows)}`,
    `\n${markdownTable(['option', 'default', 'what it does'], optionRows)}`,
  ];
  return parts.join('');
}

/** Commander's own text has the default in it, too. */
function described({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description} (${argChoices.join(', ')})`;
}

function initialOf({ defaultValue, defaultValueDescription }: Option): string {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  return defaultValue === undefined ? '' : String(defaultValue);
}
