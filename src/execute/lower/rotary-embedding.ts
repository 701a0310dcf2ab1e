import { INT64 } from '../data-types.ts';
import { Elementwise } from '../elementwise.ts';
import { LookUp } from '../look-up.ts';
import type { Lowering, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { layoutByAxes, type ValueLayout } from '../value-layout.ts';
import { upTo } from './rearrangement.ts';
import { byAxes, chosen, reshaped, reshapedLayout, transposedLayout } from './view.ts';

/** Cosines and sines of every position: (N or 1, S, half of the channels that are rotated). */
export interface Angles {
  readonly cosines: StoredValue;
  readonly sines: StoredValue;
  /** True where the two channels of a pair are neighbours, and not half of all apart. */
  readonly isInterleaved: boolean;
}

/** Rotates pairs of channels of (N, heads, S, C) into an output of the same dimensions. */
export function rotated(
  step: StepContext,
  output: StoredValue,
  input: StoredValue,
  { cosines, sines, isInterleaved }: Angles,
): void {
  const channels = input.layout.dims[3]!;
  const half = cosines.layout.dims.at(-1)!;
  const all = Array.from(upTo(channels));
  const isFirst = (i: number) => (isInterleaved ? i % 2 === 0 : i < half);
  const isRotated = (i: number) => i < 2 * half;
  const partner = (i: number) =>
    isInterleaved ? i + (isFirst(i) ? 1 : -1) : i + (isFirst(i) ? half : -half);
  const angle = (i: number) => (isInterleaved ? Math.floor(i / 2) : i % half);
  const signs = all.map((i) => (!isRotated(i) ? 0 : isFirst(i) ? -1 : 1));
  const ofAngles = (value: StoredValue) => {
    const { layout, store } = chosen(
      value,
      2,
      all.map((i) => (isRotated(i) ? angle(i) : 0)),
    );
    return { layout: byAxes(layout, layout.axes.toSpliced(1, 0, new Int32Array(1))), store };
  };
  const partners = chosen(
    input,
    3,
    all.map((i) => (isRotated(i) ? partner(i) : i)),
  );
  const operands = [
    input,
    partners,
    ofAngles(cosines),
    ofAngles(sines),
    step.constant([channels], signs, INT64),
  ];
  new Elementwise(output, operands, (x, y, cosine, sine, sign) =>
    sign === 0 ? x! : x! * cosine! + sign! * y! * sine!,
  );
}

/** The rows of a table of angles, by positions (N, S), or a first one for all. */
export function anglesAt(
  step: StepContext,
  table: StoredValue,
  positions: StoredValue,
  count: number,
): StoredValue {
  const half = table.layout.dims[1]!;
  if (positions.store.isConstant) {
    const given = step.values.all(positions.store);
    const rows = given.length === 1 && count > 1 ? upTo(count).map((i) => i + given[0]!) : given;
    const { layout, store } = chosen(table, 0, rows);
    return reshaped(step, { layout, store }, [rows.length / count, count, half]);
  }
  const { dims } = positions.layout;
  if (dims.length !== 2) step.fail('its first position is computed, and only constant ones are executed');
  const output = step.value(layoutByAxes([...dims, half], [0, 1], [2]), [positions], table.store.dataType);
  new LookUp(output, positions, table, step.values, step.step.where);
  return output;
}

/** A layout (N, S, C) as (N, heads, S, C / heads). */
export function headsOf(layout: ValueLayout, heads: number): ValueLayout | undefined {
  const [images, tokens, channels] = layout.dims as [number, number, number];
  const split = reshapedLayout(layout, [images, tokens, heads, channels / heads]);
  return split && transposedLayout(split, [0, 2, 1, 3]);
}

function rotaryEmbedding(o: {
  readonly cosines: number;
  readonly sines: number;
  readonly positions: number;
}): Lowering {
  return (step) => {
    const input = step.input(0);
    const { dims } = input.layout;
    const [cosines, sines] = [step.input(o.cosines), step.input(o.sines)];
    const half = cosines.layout.dims.at(-1)!;
    const width = step.node.int('rotary_embedding_dim', 0);
    const byChannels = dims.length === 3 ? dims[2]! / (width > 0 ? width : 2 * half) : 1;
    const heads = dims.length === 4 ? dims[1]! : step.node.int('num_heads', 0) || byChannels;
    const layout = step.layout();
    const [from, to] = [input.layout, layout].map((own) => (dims.length === 4 ? own : headsOf(own, heads)));
    if (from === undefined || to === undefined) return step.fail('its heads do not lie behind each other');
    const tokens = from.dims[2]!;
    const positions = step.inputs[o.positions];
    const at = (table: StoredValue) =>
      positions === undefined ? table : anglesAt(step, table, positions, tokens);
    const angles = {
      cosines: at(cosines),
      sines: at(sines),
      isInterleaved: step.node.int('interleaved', 0) !== 0,
    };
    const output = step.value(layout, [input, angles.cosines, angles.sines]);
    rotated(step, { layout: to, store: output.store }, { layout: from, store: input.store }, angles);
    return [output];
  };
}

/** RotaryEmbedding of ONNX. */
export const rotary = rotaryEmbedding({ cosines: 1, sines: 2, positions: 3 });
/** RotaryEmbedding of onnxruntime. */
export const rotaryOfRuntime = rotaryEmbedding({ cosines: 2, sines: 3, positions: 1 });
