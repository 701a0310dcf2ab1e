import { Command, Option } from 'commander';
import { ClsaCimError } from '../../errors.ts';
import { oneLine } from '../../input/show.ts';
import { isForZoo } from '../../node/for-zoo.ts';
import { FITS } from '../../node/images/fit.ts';
import type { Verification } from '../../verify/verification.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { findZooEntry, zooNetwork } from '../../zoo/index.ts';
import { wholeNumber } from '../options.ts';
import { print } from '../print.ts';
import { resultDocument } from '../result-document.ts';
import type { ScheduleRunFlags } from '../schedule-run.ts';
import { withSimulateOptions } from '../simulation-run.ts';
import type { VerifyFlags } from '../verify-run.ts';

/** `clsa-cim verify MODEL.onnx`: what a schedule or a simulated run computes, beside what it should. */
export function verifyCommand(): Command {
  return withSimulateOptions(new Command('verify'))
    .description(
      'Execute a schedule of an ONNX model, set by set, and compare what it computes with ONNX Runtime',
    )
    .option('--simulate', 'execute a simulated run instead of a schedule')
    .addOption(
      new Option(
        '--input <[name=]path>',
        'values of an input: a .npy file, a PNG or JPEG image, or a folder of these, each of which is the input of an inference; may be repeated',
      )
        .argParser((text, all: readonly string[]) => [...all, text])
        .default([], 'random ones by seed'),
    )
    .addOption(
      new Option(
        '--fit <how>',
        `how an image is made as large as the input: ${inWords(FITS)} (default: centre)`,
      ).choices(Object.keys(FITS)),
    )
    .option(
      '--mean <numbers>',
      'what is taken off of pixels, which are from 0 to 1: one number, or one per channel, as in 0.485,0.456,0.406 (default: 0)',
      (text) => numbersOf('--mean', text),
    )
    .option(
      '--std <numbers>',
      'what they are divided by then, likewise; 1/255 where a model takes 0 to 255 (default: 1)',
      (text) => numbersOf('--std', text, 0),
    )
    .option('--seed <n>', 'seed of random inputs and weights', wholeNumber(0, 2 ** 31 - 1), 1)
    .addOption(
      new Option(
        '--weights <which>',
        'the ones in the file (random ones where it has none), or random ones by seed',
      )
        .choices(['file', 'random'])
        .default('file'),
    )
    .addOption(
      new Option(
        '--against <judge>',
        'who says what should be computed: runtime (ONNX Runtime), or layers, the same program layer by layer (default: runtime where it is installed and the file has its weights)',
      ).choices(['runtime', 'layers']),
    )
    .option(
      '--tolerance <share>',
      'how far a value may be off, by the largest one of its tensor (default: 1e-4, in float16 2e-3)',
      (text) => bounded('--tolerance', text, 0, Number.MAX_VALUE),
    )
    .option(
      '--bits [file]',
      'also execute it in the arithmetic of the chip: bits, digits, ADCs; a YAML or JSON file has bits of layers',
    )
    .option(
      '--calibrate <percent>',
      'with --bits or --noise: the codes of inputs reach over so many percent of all values (default: 100)',
      (text) => bounded('--calibrate', text, 1, 100),
    )
    .option(
      '--noise <preset|file>',
      'with cells that are not what they should be: a preset, or a YAML or JSON file',
    )
    .option(
      '--trials <n>',
      'with --noise: trials, each with other cells (default: 3)',
      wholeNumber(1, 10_000),
    )
    .option('--json', 'print the verification as one JSON document')
    .action(run);
}

async function run(model: string, flags: VerifyFlags): Promise<void> {
  parseGranularity(flags.granularity);
  demandUse(flags);
  if (findZooEntry(model) !== undefined) {
    throw new ClsaCimError(
      `${oneLine(model)} is a description of the zoo, which has no weights and no operators; give an ONNX file`,
      'usage',
    );
  }
  // What is neither a file nor of the zoo is refused with what there is.
  if (isForZoo(model)) zooNetwork(model);
  const { verifyModel } = await import('../verify-run.ts');
  const { verification, architecture, accuracy, noise } = await verifyModel(
    model,
    flags,
    scheduleFlags(flags),
  );
  if (flags.json)
    process.stdout.write(resultDocument({ ...verification, ...{ accuracy, noise } }, architecture));
  else {
    const { verificationText } = await import('../../report/verification-table.ts');
    const { accuracyText } = await import('../../report/accuracy-table.ts');
    const measured = accuracy === undefined ? [] : ['', ...accuracyText(accuracy, noise)];
    await print([...verificationText(verification), ...measured], flags);
  }
  demandAgreement(verification);
}

/** An option that does nothing is a mistake. */
function demandUse({ bits, noise, calibrate, trials, simulate, placement, spill }: VerifyFlags): void {
  const measures = bits !== undefined || noise !== undefined;
  if (trials !== undefined && noise === undefined) throw useless('--trials', '--noise');
  if (calibrate !== undefined && !measures) throw useless('--calibrate', '--bits or --noise');
  if (simulate === true) return;
  if (placement !== 'snake') throw useless('--placement', '--simulate');
  if (spill !== 'needed') throw useless(spill === false ? '--no-spill' : '--spill', '--simulate');
}

function useless(option: string, other: string): ClsaCimError {
  return new ClsaCimError(`${option} is of no use without ${other}; give one, or leave it out`, 'usage');
}

/** Where a schedule is executed, what is left out is as in `schedule`. */
function scheduleFlags(flags: VerifyFlags): ScheduleRunFlags {
  return { ...flags, duplication: flags.duplication ?? 'greedy' };
}

function demandAgreement({ agrees, outputs, tensors, tolerance }: Verification): void {
  if (agrees) return;
  const all = [...tensors, ...outputs];
  const worst = all.find(({ relativeDeviation, strange }) => relativeDeviation > tolerance || strange > 0)!;
  const { name, strange, relativeDeviation } = worst;
  const what =
    strange > 0
      ? `with ${strange} values that are no finite numbers where others should be, or the other way round`
      : `off by ${relativeDeviation.toExponential(2)} of its largest value, and ${tolerance} is allowed`;
  throw new ClsaCimError(
    `what was computed differs: the first tensor is ${oneLine(name)}, ${what}`,
    'input',
    { code: 'DIFFERS' },
  );
}

/** A list of numbers above another one; each may be a fraction. */
function numbersOf(option: string, text: string, above = Number.NEGATIVE_INFINITY): readonly number[] {
  const numbers = text.split(',').map((part) => {
    const [over = '', under = '1', more] = part.split('/').map((number) => number.trim());
    return over === '' || under === '' || more !== undefined ? Number.NaN : Number(over) / Number(under);
  });
  if (numbers.every((number) => Number.isFinite(number) && number > above)) return numbers;
  const what = above === 0 ? 'numbers above 0' : 'numbers';
  throw new ClsaCimError(
    `${option} ${oneLine(text)} is no list of ${what} with commas between them, such as 0.485,0.456,0.406`,
    'usage',
  );
}

function inWords(names: Readonly<Record<string, string>>): string {
  return Object.entries(names)
    .map(([name, what]) => `${name} (${what})`)
    .join(', ');
}

function bounded(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  const range = most === Number.MAX_VALUE ? `from ${least} on` : `from ${least} to ${most}`;
  throw new ClsaCimError(`${option} ${oneLine(text)} is no number ${range}`, 'usage');
}
