import {
  type Accuracy,
  type CodeOrigin,
  type Deviation,
  type NoiseTrials,
  relativeError,
  type Spread,
  sqnrDb,
} from '../accuracy/index.ts';
import type { Printout } from './printout.ts';
import { percent, shortName, table } from './table.ts';

/** What the arithmetic of the chip does, behind what `clsa-cim verify` prints. */
export function accuracyText(accuracy: Accuracy, trials?: NoiseTrials): Printout {
  const { layers, outputs, agreement } = accuracy;
  const { inputs } = agreement;
  const isGiven = layers.some(
    ({ weightCode, activationCode }) => weightCode === 'file' || activationCode === 'file',
  );
  return [
    `In the arithmetic of the chip, beside float, over ${inputs} ${inputs === 1 ? 'input' : 'inputs'} (SQNR in dB; alone: of what the layers before compute in float${isGiven ? '; file: with the codes of the file' : ''}):`,
    '',
    table(
      [
        'layer',
        'weight',
        'input',
        'ADC',
        'SQNR alone',
        'SQNR',
        'largest error',
        'clipped',
        'ADC worst',
        'ADC weights',
        'ADC seen',
      ],
      layers.map(({ name, adcBits, alone, cascaded, clippedShare, leastAdcBits, ...codes }) => [
        shortName(name),
        bits(codes.weightBits, codes.weightCode),
        bits(codes.activationBits, codes.activationCode),
        adcBits ?? 'exact',
        decibels(alone),
        decibels(cascaded),
        share(relativeError(cascaded)),
        share(clippedShare),
        leastAdcBits.worst,
        leastAdcBits.weights,
        leastAdcBits.seen ?? '',
      ]),
      { important: ['SQNR', 'SQNR alone', 'clipped', 'ADC seen'] },
    ),
    '',
    table(
      ['output', 'SQNR', 'largest error'],
      outputs.map(({ name, deviation }) => [
        shortName(name),
        decibels(deviation),
        share(relativeError(deviation)),
      ]),
    ),
    '',
    ...agreementText(accuracy, 'is', `for ${agreement.top1} of ${inputs}`, `for ${agreement.top5}`),
    ...(trials === undefined ? [] : noiseText(accuracy, trials)),
  ];
}

/** How often the largest value is the same; nothing of one value, and not whether it is among the five largest of five. */
function agreementText(
  { outputs, agreement }: Accuracy,
  verb: string,
  ofTop1: string,
  ofTop5: string,
): readonly string[] {
  const [first] = outputs;
  const values = first === undefined ? 0 : first.deviation.values / agreement.inputs;
  if (first === undefined || values <= 1) return [];
  const which = outputs.length === 1 ? '' : ` of ${shortName(first.name)}`;
  const five = values <= 5 ? '' : `, and among the five largest ${ofTop5}`;
  return [`The largest value${which} ${verb} the same ${ofTop1}${five}.`, ''];
}

function noiseText(accuracy: Accuracy, { trials, layers, outputs, top1, top5 }: NoiseTrials): Printout {
  const row = (name: string, { mean, deviation, least, most }: Spread) => [
    shortName(name),
    ...[mean, deviation, least, most].map(rounded),
  ];
  return [
    `With noise, over ${trials} ${trials === 1 ? 'trial' : 'trials'} (SQNR in dB):`,
    '',
    table(
      ['layer or output', 'mean', 'standard deviation', 'least', 'most'],
      [...layers, ...outputs].map(({ name, sqnrDb: spread }) => row(name, spread)),
    ),
    '',
    ...agreementText(
      accuracy,
      'stays',
      `for ${percent(top1.mean)} of inputs (from ${percent(top1.least)} to ${percent(top1.most)})`,
      `for ${percent(top5.mean)}`,
    ),
    'Not modelled: wire resistance (IR drop), sneak paths, nonlinear cells, noise and offset of converters, temperature, noise that is ' +
      'correlated in time, wear, and retraining.',
    '',
  ];
}

function bits(count: number, origin: CodeOrigin): string {
  return origin === 'file' ? `${count} (file)` : String(count);
}

function decibels(deviation: Deviation): string {
  return rounded(sqnrDb(deviation));
}

function rounded(value: number): string {
  if (Number.isNaN(value)) return 'none';
  // All of it is error where float is 0.
  if (value === Number.NEGATIVE_INFINITY) return '-∞';
  return value === Number.POSITIVE_INFINITY ? 'exact' : value.toFixed(1);
}

function share(value: number): string {
  if (Number.isNaN(value)) return 'none';
  if (value === 0 || value === Number.POSITIVE_INFINITY) return value === 0 ? '0' : '∞';
  return value < 0.001 ? value.toExponential(1) : percent(value);
}
