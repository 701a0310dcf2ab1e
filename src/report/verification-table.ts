import type { DeviationOf } from '../verify/execute-timeline.ts';
import { JUDGES, type Verification } from '../verify/verification.ts';
import { type Block, type Printout, title } from './printout.ts';
import { extent, integer, modelOn, shortName, type Table, table } from './table.ts';

/** So many tensors that deviate most are shown. */
const MAX_TENSORS = 8;
/** So many nodes that were left out are named. */
const MAX_LEFT_OUT = 3;

/** What `clsa-cim verify` prints. */
export function verificationText(verification: Verification): Printout {
  const { model, architecture, outputs, tensors, leftOut } = verification;
  const worst = tensors.toSorted(
    (a, b) => b.strange - a.strange || b.relativeDeviation - a.relativeDeviation,
  );
  return [
    title(`${modelOn(model, architecture)}, verified`),
    '',
    executed(verification),
    '',
    weights(verification),
    ...(leftOut.length === 0 ? [] : ['', leftOutLine(leftOut)]),
    '',
    `Outputs beside what ${JUDGES[verification.judge]} computes:`,
    '',
    deviations(outputs),
    ...(worst.length === 0 ? [] : ofLayers(worst)),
    ...notFinite([...tensors, ...outputs]),
    '',
    verdict(verification),
    '',
  ];
}

function executed(verification: Verification): string {
  const { of, cycles, sets, otherSets, positions, batch, inFlight, rounds, inputs, runs } = verification;
  const what =
    of === 'schedule'
      ? `a schedule of ${integer(cycles)} cycles`
      : `a simulated run of ${integer(cycles)} clock cycles`;
  const inTurns = rounds === undefined ? '' : `, in ${rounds} rounds`;
  const others = otherSets === 0 ? '' : ` and ${integer(otherSets)} of joins and inputs`;
  const inferences = batch === 1 ? '' : ` of ${batch} inferences, ${inFlight} of them at a time`;
  const again = runs === 1 ? '' : ` It was executed ${runs} times, so that ${inputs} inputs went through it.`;
  return (
    `Executed ${what}${inTurns}: ${integer(sets)} sets of base layers${others}${inferences}, each in its order, on its copy, ` +
    `of what is there then. They computed ${integer(positions)} positions, and none was read before it was computed.${again}`
  );
}

function weights({ weightBytes, madeUp, seed }: Verification): string {
  const mebibytes = `${(weightBytes / 2 ** 20).toFixed(1)} MiB of weights were written`;
  if (madeUp === 0)
    return `${mebibytes}, all from the file. Inputs are those of seed ${seed}, where none were given.`;
  return `${mebibytes}; the values of ${madeUp} tensors are not those of a file, but follow from seed ${seed}, as inputs do where none were given.`;
}

function leftOutLine(leftOut: readonly string[]): string {
  const more = leftOut.length > MAX_LEFT_OUT ? `; and ${leftOut.length - MAX_LEFT_OUT} more` : '';
  return `Left out, and not verified: ${leftOut.slice(0, MAX_LEFT_OUT).join('; ')}${more}.`;
}

function ofLayers(worst: readonly DeviationOf[]): Block[] {
  const what =
    worst.length > MAX_TENSORS
      ? `What base layers compute, the ${MAX_TENSORS} of ${worst.length} that deviate most:`
      : 'What base layers compute, the ones that deviate most first:';
  return ['', what, '', deviations(worst.slice(0, MAX_TENSORS))];
}

function deviations(tensors: readonly DeviationOf[]): Table {
  return table(
    ['tensor', 'shape', 'largest value', 'largest deviation', 'by largest value', 'cosine', 'same top'],
    tensors.map(({ name, dims, largest, largestDeviation, relativeDeviation, cosine, isSameTop }) => [
      shortName(name),
      extent(dims),
      figure(largest),
      figure(largestDeviation),
      figure(relativeDeviation),
      cosine.toFixed(9),
      isSameTop ? 'yes' : 'no',
    ]),
    { important: ['by largest value', 'largest deviation', 'shape'] },
  );
}

/** What cannot be compared is told: a network that computes nothing but NaN would agree with everything. */
function notFinite(all: readonly DeviationOf[]): Block[] {
  const [first, ...others] = all.filter((tensor) => tensor.notFinite > 0);
  if (first === undefined) return [];
  const further =
    others.length === 0 ? '' : ` and of ${others.length} more ${others.length === 1 ? 'tensor' : 'tensors'}`;
  return [
    '',
    `${integer(first.notFinite)} values of ${shortName(first.name)}${further} are NaN or infinite, as they should be, and are not compared further.`,
  ];
}

function verdict({ agrees, tolerance, judge, outputs, tensors }: Verification): string {
  if (!agrees && [...outputs, ...tensors].some(({ strange }) => strange > 0))
    return `That does not agree with ${JUDGES[judge]}: some values are NaN or infinite where others should be, or the other way round.`;
  if (agrees)
    return `All of that agrees with ${JUDGES[judge]}: nothing is off by more than ${figure(tolerance)} of the largest value.`;
  return `That does not agree with ${JUDGES[judge]}: some values are off by more than ${figure(tolerance)} of the largest one.`;
}

/** A number of any size, to three digits. */
function figure(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 0.001 && Math.abs(value) < 1e6
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(2);
}
