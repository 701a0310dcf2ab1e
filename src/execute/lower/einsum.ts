import { einsumLabels } from '../../network/operators/index.ts';
import { elements } from '../../network/tensor.ts';
import { Product } from '../product.ts';
import { Reduction } from '../reduction.ts';
import type { Lowering, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { layoutByAxes, plainLayout, sums } from '../value-layout.ts';
import { weighted } from './matrix.ts';
import { reductions } from './reduction.ts';
import { reshaped, transposedView } from './view.ts';

/** A tensor whose axes have labels. */
interface Labelled {
  readonly value: StoredValue;
  readonly labels: readonly string[];
}

/** Einsum of one tensor or two; a constant one is the weights of a base layer, as the loader has it. */
export const einsum: Lowering = (step) => {
  const { operands: labels, output } = einsumLabels(
    step.node.name,
    step.node.text('equation', ''),
    step.node.present(),
  );
  const operands = step.present().map((value, i): Labelled => ({ value, labels: labels[i]! }));
  const [first, second] = operands;
  if (second === undefined) return [summed(step, first!, output)];
  const [activations, weights] = first!.value.store.isConstant ? [second, first!] : [first!, second];
  const isBase = weights.value.store.isConstant && !activations.value.store.isConstant;
  return [isBase ? ofWeights(step, activations, weights, output) : ofActivations(step, operands, output)];
};

/** The axes of an operand in the order of labels; those that it has not have one index, as often as the others want. */
function axesOf(
  { value, labels }: Labelled,
  wanted: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Int32Array[] {
  return wanted.map((label) => {
    const own = value.layout.axes[labels.indexOf(label)];
    const size = sizes.get(label)!;
    return own === undefined || own.length < size ? new Int32Array(size) : own;
  });
}

function sizesOf(operands: readonly Labelled[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { value, labels } of operands) {
    labels.forEach((label, axis) => {
      sizes.set(label, Math.max(sizes.get(label) ?? 1, value.layout.dims[axis]!));
    });
  }
  return sizes;
}

/** One operand, with what is not in the output summed. */
function summed(step: StepContext, operand: Labelled, labels: readonly string[]): StoredValue {
  const vanishing = operand.labels.filter((label) => !labels.includes(label));
  const order = labels.map((label) => operand.labels.indexOf(label));
  if (vanishing.length === 0) return transposedView(operand.value, order);
  const sizes = sizesOf([operand]);
  return sumInto(step, step.layout(), operand, labels, axesOf(operand, vanishing, sizes));
}

function sumInto(
  step: StepContext,
  layout: StoredValue['layout'],
  operand: Labelled,
  labels: readonly string[],
  vanishing: readonly Int32Array[],
): StoredValue {
  const output = step.value(layout, [operand.value]);
  const loops = axesOf(operand, labels, sizesOf([operand])).map((into, axis) => ({
    out: layout.axes[axis]!,
    into,
  }));
  new Reduction(output, operand.value, loops, sums(vanishing), reductions.Sum!);
  return output;
}

/** A product of two activations: everything that is not in the output is summed at once. */
function ofActivations(
  step: StepContext,
  operands: readonly Labelled[],
  labels: readonly string[],
): StoredValue {
  const sizes = sizesOf(operands);
  const inner = [...sizes.keys()].filter((label) => !labels.includes(label));
  const layout = step.layout();
  const values = operands.map(({ value }) => value);
  const output = step.value(layout, values);
  const loops = operands.map((operand) =>
    axesOf(operand, labels, sizes).map((into, axis) => ({ out: layout.axes[axis]!, into })),
  );
  const places = operands.map((operand) => sums(axesOf(operand, inner, sizes)));
  new Product(output, [values[0]!, values[1]!], [loops[0]!, loops[1]!], [places[0]!, places[1]!]);
  return output;
}

/** MVMs: (batch…, rows…, inner) times (batch…, 1…, inner, columns). */
function ofWeights(
  step: StepContext,
  given: Labelled,
  weights: Labelled,
  output: readonly string[],
): StoredValue {
  const activations = withoutOwn(step, given, [...weights.labels, ...output]);
  const vanishing = weights.labels.filter(
    (label) => !output.includes(label) && !activations.labels.includes(label),
  );
  if (vanishing.length > 0) step.fail('its weights are summed first, which is not executed');
  const shared = activations.labels.filter((label) => weights.labels.includes(label));
  const batch = shared.filter((label) => output.includes(label));
  const inner = shared.filter((label) => !output.includes(label));
  const rows = activations.labels.filter((label) => !shared.includes(label));
  const columns = weights.labels.filter((label) => !shared.includes(label));
  const size = ({ labels, value }: Labelled, wanted: readonly string[]) =>
    wanted.map((label) => value.layout.dims[labels.indexOf(label)]!);
  const ordered = ({ labels, value }: Labelled, wanted: readonly string[]) =>
    transposedView(
      value,
      wanted.map((label) => labels.indexOf(label)),
    );
  const rowSizes = rows.length > 0 ? size(activations, rows) : [1];
  const [k, n] = [elements(size(weights, inner)), elements(size(weights, columns))];
  const left = reshaped(step, ordered(activations, [...batch, ...rows, ...inner]), [
    ...size(activations, batch),
    ...rowSizes,
    k,
  ]);
  const dims = [...size(weights, batch), ...rowSizes.slice(1).map(() => 1), k, n];
  const matrix = ordered(weights, [...batch, ...inner, ...columns]);
  const tensor = step.arranged(matrix, plainLayout(dims));
  const product = weighted(step, left, { tensor, isSwapped: false }, 'right');
  const found = [...batch, ...rows, ...columns];
  const sizes = [
    ...product.layout.dims.slice(0, batch.length),
    ...size(activations, rows),
    ...size(weights, columns),
  ];
  const labelled = reshaped(step, product, sizes);
  return transposedView(
    labelled,
    output.map((label) => found.indexOf(label)),
  );
}

/** An operand with the labels that nothing else has summed. */
function withoutOwn(step: StepContext, operand: Labelled, others: readonly string[]): Labelled {
  const labels = operand.labels.filter((label) => others.includes(label));
  const vanishing = operand.labels.filter((label) => !others.includes(label));
  if (vanishing.length === 0) return operand;
  const sizes = sizesOf([operand]);
  const dims = labels.map((label) => sizes.get(label)!);
  // Position by position, so that no more is read than has to be.
  const layout = layoutByAxes(dims, [...dims.keys()], []);
  return { labels, value: sumInto(step, layout, operand, labels, axesOf(operand, vanishing, sizes)) };
}
