import { FLOAT } from './data-types.ts';
import { Elementwise } from './elementwise.ts';
import type { StepContext } from './step-context.ts';
import type { FileCode, StoredValue } from './stored-value.ts';

/**
 * The code that a quantiser gives its output. Of constants, weights among them, scale and zero point are those of every
 * value; of what is computed they are one number, or there is no code.
 *
 * @param range The least and the greatest q.
 */
export function codeOf(
  step: StepContext,
  output: StoredValue,
  { scale, zero }: { readonly scale: StoredValue; readonly zero: StoredValue | undefined },
  [low, high]: readonly [number, number],
): FileCode | undefined {
  const parameters = zero === undefined ? [scale] : [scale, zero];
  if (!parameters.every(({ store }) => store.isConstant)) return undefined;
  const own = { bits: Math.ceil(Math.log2(high - low + 1)), isSigned: low < 0 };
  if (output.store.isConstant) {
    const ofEach = (parameter: StoredValue) => spread(step, output, parameter);
    return { ...own, scale: ofEach(scale), zero: zero && ofEach(zero) };
  }
  return parameters.every(({ store }) => store.size === 1) ? { ...own, scale, zero } : undefined;
}

/** A parameter of every value of a tensor; computed when somebody asks for it. */
function spread(step: StepContext, { layout }: StoredValue, parameter: StoredValue): StoredValue {
  const ofEach = step.value(layout, [parameter], FLOAT);
  new Elementwise(ofEach, [parameter], (value) => value!);
  return ofEach;
}
