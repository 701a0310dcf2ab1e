import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import * as v from 'valibot';
import { findPreset } from '../architecture/presets.ts';
import { ClsaCimError } from '../errors.ts';
import { located } from '../files/located.ts';
import { oneLine, show } from '../input/show.ts';
import { expected, fields, isMapping, validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';
import { duplicationNames } from '../map/duplication/tried.ts';
import { isRoundsName } from '../map/rounds-name.ts';
import { isPlacementName } from '../simulate/index.ts';
import { findZooEntry } from '../zoo/index.ts';
import { type FinishedRun, type RunKindName, runKindNames, runKinds } from './run-kinds.ts';
import type { ToldOfSimulation } from './simulation-run.ts';

/** A run that a file describes (docs/compare.md). */
export interface DescribedRun {
  /** What the file calls it, if it does. */
  readonly name: string | undefined;
  /** Where in which file it stands, for messages. */
  readonly where: string;
  /** Runs it, and of a simulation keeps what is to be told; what is at fault is told with `where`. */
  readonly run: (told: ToldOfSimulation) => Promise<FinishedRun>;
}

/** What may be a path from the folder of the file, each with what is a name instead. */
const PATHS: Readonly<Record<string, (text: string) => boolean>> = {
  model: (text) => findZooEntry(text) !== undefined,
  arch: (text) => findPreset(text) !== undefined,
  duplication: (text) => duplicationNames.includes(text),
  placement: isPlacementName,
  rounds: isRoundsName,
};

const textMessage = expected('text of at least one character');
const text = v.pipe(v.string(textMessage), v.minLength(1, textMessage));

/** What a file of runs has besides the options of commands. */
const kindSchema = v.looseObject({
  run: v.exactOptional(
    v.picklist(runKindNames, expected(runKindNames.join(', ').replace(/, (\w+)$/, ' or $1'))),
    'schedule',
  ),
});

/**
 * The runs in a file: one, whose fields are the options of its command in camelCase, or a list `runs`, for all of which
 * the fields beside it are.
 *
 * @throws ClsaCimError where it is none, with every mistake of the first run that has one.
 */
export async function parseRunFile(content: string, path: string): Promise<DescribedRun[]> {
  const where = oneLine(path);
  const document = parseYaml(content, where);
  if (!isMapping(document) || !['model', 'run', 'runs'].some((key) => Object.hasOwn(document, key))) {
    throw new ClsaCimError(
      `${where}: neither a result of --json of schedule, simulate or optimize nor the options of a run (model: …); give ` +
        'one of them',
    );
  }
  const { runs: list, ...shared } = document;
  if (list === undefined) return [await describedRun(shared, where, path)];
  const { runs } = validate(runsSchema, { runs: list }, where);
  return Promise.all(runs.map((own, i) => describedRun({ ...shared, ...own }, `${where}: runs.${i}`, path)));
}

const runsMessage = expected('a list of mappings, one for each run');
const runsSchema = v.object({
  runs: v.array(
    v.custom<Readonly<Record<string, unknown>>>(
      (input) => isMapping(input) && !Object.hasOwn(input, 'runs'),
      runsMessage,
    ),
    runsMessage,
  ),
});

async function describedRun(
  given: Readonly<Record<string, unknown>>,
  where: string,
  path: string,
): Promise<DescribedRun> {
  const kindName: RunKindName = validate(kindSchema, given, where).run;
  const { command, run } = await runKinds[kindName]();
  const { run: _, name, model, ...options } = validate(runSchema(command), given, where);
  const folder = dirname(path);
  for (const [key, value] of Object.entries(options)) {
    command.setOptionValue(key, typeof value === 'string' ? pathOf(key, value, folder) : value);
  }
  return {
    ...{ name, where },
    run: (told) =>
      naming<FinishedRun>(where, () => run(pathOf('model', model, folder), command.opts(), told)),
  };
}

/** Exactly the options of a command, and which run it is. */
function runSchema({ options }: Command) {
  const entries = options.map(
    (option) => [option.attributeName(), v.exactOptional(optionValue(option))] as const,
  );
  return fields(
    {
      ...{ run: v.optional(v.unknown()), name: v.exactOptional(text), model: text },
      ...Object.fromEntries(entries),
    },
    'option',
  );
}

/** The value of an option as the command line has it: parsed by the same function. */
function optionValue(option: Option) {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, unknown>(({ dataset: { value }, addIssue, NEVER }) => {
      const fail = (message: string) => {
        addIssue({ message: `must be ${message}, found ${show(value)}` });
        return NEVER;
      };
      if (option.isBoolean()) return typeof value === 'boolean' ? value : fail('true or false');
      const texts = textsOf(value, isMapping(option.defaultValue));
      if (texts === undefined) return fail(isMapping(option.defaultValue) ? 'a mapping' : 'text or a number');
      try {
        return texts.reduce<unknown>(
          (before, one) => option.parseArg?.(one, before) ?? one,
          option.defaultValue,
        );
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
        return fail(option.argChoices?.join(' or ') ?? error.message.replace(/^It must be |\.$/g, ''));
      }
    }),
  );
}

/** What would be given on the command line, once or several times. */
function textsOf(value: unknown, isRepeated: boolean): string[] | undefined {
  if (isRepeated) {
    return isMapping(value)
      ? Object.entries(value).map(([name, size]) => `${name}=${String(size)}`)
      : undefined;
  }
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : undefined;
}

/** A path from the folder of the file, or a name. */
function pathOf(key: string, given: string, folder: string): string {
  const isName = PATHS[key];
  return isName === undefined || isName(given) ? given : located(given, folder);
}

/** Does a run; errors name it, and whatever is at fault is in the file. */
async function naming<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    const message = `${where}: ${error.message}`;
    throw error.kind === 'input' ? error.withMessage(message) : new ClsaCimError(message);
  }
}
