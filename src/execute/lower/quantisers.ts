import { elements } from '../../network/tensor.ts';
import { codeOf } from '../code-of.ts';
import { ConstantValues } from '../constant-values.ts';
import { type ElementFunction, Elementwise } from '../elementwise.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { ofQonnx } from './qonnx.ts';
import { roundHalfEven } from './unary.ts';
import { trailed } from './view.ts';

/** How a quantiser rounds, by its attribute `rounding_mode`. */
const roundings: Readonly<Record<string, (x: number) => number>> = {
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  ROUND: roundHalfEven,
  ROUND_TO_ZERO: Math.trunc,
};

function roundingOf(step: StepContext, byDefault: string): (x: number) => number {
  const mode = step.node.text('rounding_mode', byDefault).toUpperCase();
  return roundings[mode] ?? step.fail(`its rounding_mode ${mode} is not executed`);
}

/** The least and the greatest integer of so many bits. */
function rangeOfBits(
  step: StepContext,
  bits: number,
  o: { readonly signed: number; readonly narrow: number },
): [number, number] {
  const isNarrow = step.node.int('narrow', o.narrow) !== 0 ? 1 : 0;
  const isSigned = step.node.int('signed', o.signed) !== 0;
  return isSigned ? [isNarrow - 2 ** (bits - 1), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1 - isNarrow];
}

function computed(
  step: StepContext,
  operands: readonly StoredValue[],
  compute: ElementFunction,
): StoredValue[] {
  for (const { store } of operands.slice(1, 2)) ConstantValues.use(store, { kind: 'scale' });
  const output = step.value(step.layout(), operands);
  new Elementwise(output, operands, compute);
  return [output];
}

/** Quant of QONNX: x, scale, zero point, bits. The result is a float again. */
const quant: Lowering = (step) => {
  const bits = step.scalar(3, 8);
  const isBipolar = bits === 1 && step.node.int('signed', 1) !== 0;
  const [low, high] = rangeOfBits(step, bits, { signed: 1, narrow: 1 });
  const round = roundingOf(step, 'ROUND');
  const outputs = computed(
    step,
    [0, 1, 2].map((i) => step.input(i)),
    (x, scale, zero) => {
      const scaled = x! / scale! + zero!;
      const integer = isBipolar ? (scaled >= 0 ? 1 : -1) : round(Math.min(Math.max(scaled, low), high));
      return (integer - zero!) * scale!;
    },
  );
  const [output] = outputs;
  // Of one bit with a sign q is -1 or 1: no two neighbours.
  if (output !== undefined && !isBipolar) {
    output.store.code = codeOf(step, output, { scale: step.input(1), zero: step.input(2) }, [low, high]);
  }
  return outputs;
};

/** x, scale: one of two values. */
const bipolar: Lowering = (step) =>
  computed(step, [step.input(0), step.input(1)], (x, scale) => (x! >= 0 ? scale! : -scale!));

/**
 * Trunc of QONNX: x, scale, zero point, bits, and the bits that are left; lower bits are dropped. A later version names the
 * scale and the zero point of the output in front of its bits.
 */
const trunc: Lowering = (step) => {
  const round = roundingOf(step, 'FLOOR');
  const isLater = step.inputs.length > 5;
  if (!isLater) {
    const dropped = 2 ** (step.scalar(3, 8) - step.scalar(4, 8));
    return computed(
      step,
      [0, 1, 2].map((i) => step.input(i)),
      (x, scale, zero) => {
        return (round(roundHalfEven(x! / scale! + zero!) / dropped) - zero!) * scale!;
      },
    );
  }
  const [low, high] = rangeOfBits(step, step.scalar(6, 8), { signed: 1, narrow: 0 });
  return computed(
    step,
    [0, 1, 2, 4].map((i) => step.input(i)),
    (x, scale, zero, to) => {
      const dropped = 2 ** Math.round(Math.log2(to! / scale!));
      const left = roundHalfEven(x! / scale! + zero!) / dropped;
      return (round(Math.min(Math.max(left, low), high)) - zero! / dropped) * to!;
    },
  );
};

/** Counts the thresholds (C or 1, T) that a value has reached: `scale · count + bias`. */
const multiThreshold: Lowering = (step) => {
  const [input, thresholds] = [step.input(0), step.input(1)];
  const { dims } = input.layout;
  const isLast = step.node.text('data_layout', 'NCHW').endsWith('C') && dims.length > 2;
  const [channels, count] = thresholds.layout.dims as [number, number];
  const [scale, bias] = [step.node.float('out_scale', 1), step.node.float('out_bias', 0)];
  const values = step.given(1);
  if (elements(thresholds.layout.dims) !== channels * count) step.fail('its thresholds are no matrix');
  // Which row of thresholds belongs to a value.
  const indices = step.constant(
    [channels],
    Int32Array.from({ length: channels }, (_, i) => i),
    6,
  );
  const rows = isLast ? indices : trailed(indices, dims.length - 2);
  const output = step.value(step.layout(), [input], 1);
  new Elementwise(output, [input, rows], (x, row) => {
    let reached = 0;
    for (let i = row! * count; i < (row! + 1) * count; i++) if (x! >= values[i]!) reached++;
    return scale * reached + bias;
  });
  return [output];
};

const same: Lowering = (step) => [step.input(0)];

/** Quantisers of QONNX, Brevitas and FINN. */
export const quantisers: Lowerings = {
  ...ofQonnx('BipolarQuant', bipolar),
  ...ofQonnx('DebugMarker', same),
  ...ofQonnx('IntQuant', quant),
  ...ofQonnx('MultiThreshold', multiThreshold),
  ...ofQonnx('Quant', quant),
  ...ofQonnx('Trunc', trunc),
};
