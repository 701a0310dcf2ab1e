import { Along } from '../along.ts';
import { ConstantValues } from '../constant-values.ts';
import { BOOL, INT64 } from '../data-types.ts';
import { ADD } from '../element-kernel.ts';
import { Elementwise } from '../elementwise.ts';
import { firstPlaces } from '../movement.ts';
import { unfit } from '../not-executable.ts';
import { Product } from '../product.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { layoutByAxes, storedPlaces } from '../value-layout.ts';
import { weighted } from './matrix.ts';
import { softmaxFunctions } from './normalisation.ts';
import { joined, upTo } from './rearrangement.ts';
import { anglesAt, headsOf, rotary, rotaryOfRuntime, rotated } from './rotary-embedding.ts';
import { byAxes, chosen, reshaped, transposedView } from './view.ts';

/** What an attention is made of; queries, keys and values are (N, heads, S, C). */
interface Attention {
  readonly query: StoredValue;
  readonly key: StoredValue;
  readonly value: StoredValue;
  /** What scores are multiplied with. */
  readonly scale: number;
  /** Where given: query `i` sees no key behind `i + causal`. */
  readonly causal: number | undefined;
  /** Added to the scores, to which they are broadcast; truths keep a score or drop it. */
  readonly masks: readonly StoredValue[];
  /** Scores are bent into ± this; 0 for none. */
  readonly softcap: number;
}

/** Scores, their softmax, and the values that they weigh, as (N, S, heads · C) or (N, heads, S, C). */
function attend(step: StepContext, a: Attention): StoredValue {
  const { query, softcap } = a;
  if ([query, a.key, a.value].some(({ layout: { dims } }) => dims.length !== 4)) unfit();
  const [images, heads, tokens] = query.layout.dims as [number, number, number, number];
  const [key, value] = [shared(a.key, heads), shared(a.value, heads)];
  if (softcap > 0 && a.masks.length > 0) step.fail('a softcap with a mask is not executed');
  const keys = key.layout.dims[2]!;
  // Heads are positions where they are those of the queries.
  const positions = [0, 1, 2].filter((axis) => axis !== 1 || !liesInChannels(query, axis));
  const channels = [1, 3].filter((axis) => !positions.includes(axis));
  const layout = layoutByAxes([images, heads, tokens, keys], positions, channels);
  const scores = step.value(layout, [query, key]);
  productOf(scores, query, key, 3, a.scale);
  const capped = softcap > 0 ? applied(step, [scores], (x) => softcap * Math.tanh(x! / softcap)) : scores;
  const masked = a.masks.reduce((from, mask) => {
    const isTruth = mask.store.dataType === BOOL;
    return isTruth ? applied(step, [from, mask], dropped) : added(step, from, mask);
  }, capped);
  const seen =
    a.causal === undefined
      ? masked
      : applied(step, [masked, triangle(step, tokens, keys, a.causal)], dropped);
  const shares = step.value(layout, [seen]);
  new Along(shares, seen, [3], [], softmaxFunctions.Softmax);
  const output = step.value(step.layout(), [shares, value]);
  const own = output.layout.dims.length === 4 ? output.layout : headsOf(output.layout, heads);
  if (own === undefined) return step.fail('its heads do not lie behind each other');
  productOf({ layout: own, store: output.store }, shares, transposedView(value, [0, 1, 3, 2]), 3, 1);
  const layer = step.step.layers.find(({ op }) => op === step.step.op);
  if (layer !== undefined) step.layers.set(layer.name, output);
  return output;
}

function liesInChannels({ layout }: StoredValue, axis: number): boolean {
  return layout.axes[axis]!.every((offset) => offset < layout.channels);
}

const dropped = (x?: number, keeps?: number) => (keeps === 0 ? Number.NEGATIVE_INFINITY : x!);

function applied(
  step: StepContext,
  operands: readonly StoredValue[],
  compute: (...values: number[]) => number,
): StoredValue {
  const output = step.value(operands[0]!.layout, operands, operands[0]!.store.dataType);
  new Elementwise(output, operands, compute);
  return output;
}

function added(step: StepContext, a: StoredValue, b: StoredValue): StoredValue {
  const output = step.value(a.layout, [a, b], a.store.dataType);
  new Elementwise(output, [a, b], (x, y) => x! + y!, ADD);
  return output;
}

/** Rows of `a` times rows of `b`: (N, H, I, J) from (N, H, I, K) and (N, H, J, K), which is summed over. */
function productOf(output: StoredValue, a: StoredValue, b: StoredValue, inner: 3, factor: number): void {
  const { axes } = output.layout;
  const loops = (own: readonly Int32Array[], at: number) =>
    axes.map((out, axis) => {
      const read = axis < 2 ? own[axis] : axis === at ? own[2] : undefined;
      return {
        out,
        into: read === undefined || read.length === 1 ? new Int32Array(out.length) : read,
      };
    });
  new Product(
    output,
    [a, b],
    [loops(a.layout.axes, 2), loops(b.layout.axes, 3)],
    [a.layout.axes[inner]!, b.layout.axes[inner]!],
    factor,
  );
}

/** Several heads of the queries share one of the keys and values. */
function shared(value: StoredValue, heads: number): StoredValue {
  const own = value.layout.dims[1]!;
  if (heads % own !== 0) unfit();
  return own === heads
    ? value
    : chosen(
        value,
        1,
        upTo(heads).map((head) => Math.floor((head * own) / heads)),
      );
}

function triangle(step: StepContext, tokens: number, keys: number, shift: number): StoredValue {
  const keeps = upTo(tokens * keys).map((i) => (i % keys <= Math.floor(i / keys) + shift ? 1 : 0));
  return step.constant([tokens, keys], keeps, BOOL);
}

/** (N, S, C) as heads. */
function inHeads(step: StepContext, value: StoredValue, heads: number): StoredValue {
  const layout = headsOf(value.layout, heads);
  if (layout !== undefined) return { layout, store: value.store };
  const [images, tokens, channels] = value.layout.dims as [number, number, number];
  return transposedView(reshaped(step, value, [images, tokens, heads, channels / heads]), [0, 2, 1, 3]);
}

/** Keys or values of earlier calls in front. */
function behind(step: StepContext, past: StoredValue | undefined, own: StoredValue): StoredValue {
  if (past === undefined || past.layout.dims[2] === 0) return own;
  const parts = [past, own];
  const firsts = firstPlaces(parts);
  const all = parts.map(({ layout }, i) => ({
    dims: layout.dims,
    places: storedPlaces(layout).map((place) => place + firsts[i]!),
  }));
  const { dims, places } = joined(all, 2);
  return step.moved(layoutByAxes(dims, [0, 2], [1, 3]), parts, places);
}

/** The scale that a node gives, or that of its heads. */
function scaleOf(step: StepContext, channels: number): number {
  return step.node.float('scale', 0) || 1 / Math.sqrt(channels);
}

/** Attention of ONNX itself. */
const attentionOfOnnx: Lowering = (step) => {
  const { node } = step;
  const isFour = step.input(0).layout.dims.length === 4;
  const heads = (index: number, attribute: string) =>
    isFour ? step.input(index) : inHeads(step, step.input(index), node.int(attribute, 1));
  const query = heads(0, 'q_num_heads');
  const key = behind(step, step.inputs[4], heads(1, 'kv_num_heads'));
  const value = behind(step, step.inputs[5], heads(2, 'kv_num_heads'));
  if (step.inputs[6] !== undefined) step.fail('lengths without padding are not executed');
  const past = step.inputs[4]?.layout.dims[2] ?? 0;
  const mask = step.inputs[3];
  const output = attend(step, {
    query,
    key,
    value,
    scale: scaleOf(step, query.layout.dims[3]!),
    causal: node.int('is_causal', 0) !== 0 ? past : undefined,
    masks: mask === undefined ? [] : [mask],
    softcap: node.float('softcap', 0),
  });
  return [output, key, value];
};

/** 0 in a mask (N, keys) or (N, S, keys) adds a large negative number to a score. */
function maskScores(step: StepContext, index: number, tokens: number, keys: number): StoredValue[] {
  const mask = step.inputs[index];
  if (mask === undefined) return [];
  const { dims, axes } = mask.layout;
  const isFlat = dims.length === 2 && dims[1] === keys;
  const isPerToken = dims.length === 3 && dims[1] === tokens && dims[2] === keys;
  if (!isFlat && !isPerToken) step.fail('its mask is of a form that is not executed');
  const filter = step.node.float('mask_filter_value', -10000);
  const ones = Array.from({ length: 4 - dims.length }, () => new Int32Array(1));
  const scores = step.value(mask.layout, [mask], 1);
  new Elementwise(scores, [mask], (keeps) => (keeps === 0 ? filter : 0));
  return [{ layout: byAxes(mask.layout, axes.toSpliced(1, 0, ...ones)), store: scores.store }];
}

/** com.microsoft Attention: projects (N, S, C) to queries, keys and values first. */
const projectedAttention: Lowering = (step) => {
  const { node } = step;
  const [input, weights, bias] = [step.input(0), step.input(1), step.inputs[2]];
  const raw = weighted(step, input, { tensor: weights, isSwapped: false }, 'right');
  if (bias !== undefined) ConstantValues.use(bias.store, { kind: 'bias' });
  const projected = bias === undefined ? raw : added(step, raw, bias);
  return attendProjected(step, projected, { mask: 3, past: 4, added: 5 }, node.ints('qkv_hidden_sizes'));
};

/** The attention behind a projection to queries, keys and values, one behind the other. */
export function attendProjected(
  step: StepContext,
  projected: StoredValue,
  at: { readonly mask: number; readonly past: number; readonly added: number },
  sizes: readonly number[] | undefined,
): readonly (StoredValue | undefined)[] {
  const { node } = step;
  const heads = node.int('num_heads', 1);
  const third = projected.layout.dims[2]! / 3;
  const [q, k, v] = sizes?.length === 3 ? (sizes as [number, number, number]) : [third, third, third];
  const part = (from: number, count: number) =>
    inHeads(
      step,
      chosen(
        projected,
        2,
        upTo(count).map((i) => i + from),
      ),
      heads,
    );
  const past = step.inputs[at.past];
  const pastOf = (index: number) => past && dropFirst(step, chosen(past, 0, [index]));
  if (node.int('do_rotary', 0) !== 0) step.fail('an Attention that rotates is not executed');
  const query = part(0, q);
  const key = behind(step, pastOf(0), part(q, k));
  const value = behind(step, pastOf(1), part(q + k, v));
  const [tokens, keys] = [query.layout.dims[2]!, key.layout.dims[2]!];
  const bias = step.inputs[at.added];
  const output = attend(step, {
    query,
    key,
    value,
    scale: scaleOf(step, q / heads),
    causal: node.int('unidirectional', 0) !== 0 ? keys - tokens : undefined,
    masks: [...maskScores(step, at.mask, tokens, keys), ...(bias === undefined ? [] : [bias])],
    softcap: 0,
  });
  return [output];
}

function dropFirst(step: StepContext, value: StoredValue): StoredValue {
  return reshaped(step, value, value.layout.dims.slice(1));
}

/** com.microsoft MultiHeadAttention: three tensors (N, S, C), or all three packed as (N, S, heads, 3, C). */
const multiHeadAttention: Lowering = (step) => {
  const { node } = step;
  const heads = node.int('num_heads', 1);
  const input = step.input(0);
  const isPacked = input.layout.dims.length === 5;
  if (!isPacked && step.inputs[2] === undefined) step.fail('keys and values in one tensor are not executed');
  const bias = step.inputs[3];
  const unpacked = (index: number) => {
    const [images, tokens, own, , channels] = input.layout.dims as [number, number, number, number, number];
    const picked = reshaped(step, chosen(input, 3, [index]), [images, tokens, own, channels]);
    return transposedView(picked, [0, 2, 1, 3]);
  };
  let first = 0;
  const operand = (index: number) => {
    const value = isPacked ? undefined : step.input(index);
    if (value === undefined) return unpacked(index);
    if (value.layout.dims.length === 4) return value;
    const channels = value.layout.dims[2]!;
    const from = first;
    first += channels;
    if (bias === undefined) return inHeads(step, value, heads);
    const own = chosen(
      bias,
      0,
      upTo(channels).map((i) => i + from),
    );
    return inHeads(step, added(step, value, own), heads);
  };
  if (isPacked && bias !== undefined) step.fail('a bias of packed heads is not executed');
  const query = operand(0);
  const key = behind(step, step.inputs[6], operand(1));
  const value = behind(step, step.inputs[7], operand(2));
  const [tokens, keys] = [query.layout.dims[2]!, key.layout.dims[2]!];
  const extra = step.inputs[5];
  const output = attend(step, {
    query,
    key,
    value,
    scale: scaleOf(step, query.layout.dims[3]!),
    causal: node.int('unidirectional', 0) !== 0 ? keys - tokens : undefined,
    masks: [...maskScores(step, 4, tokens, keys), ...(extra === undefined ? [] : [extra])],
    softcap: 0,
  });
  return [output, key, value];
};

/** com.microsoft GroupQueryAttention: causal, with fewer heads of keys and values. */
const groupQueryAttention: Lowering = (step) => {
  const { node } = step;
  const [heads, keyHeads] = [node.int('num_heads', 1), node.int('kv_num_heads', 1)];
  const input = step.input(0);
  const isPacked = step.inputs[1] === undefined;
  const size = input.layout.dims[2]! / (isPacked ? heads + 2 * keyHeads : heads);
  const part = (index: number, from: number, count: number) => {
    const value = isPacked
      ? chosen(
          input,
          2,
          upTo(count * size).map((i) => i + from * size),
        )
      : step.input(index);
    return inHeads(step, value, count);
  };
  for (const name of ['smooth_softmax', 'k_quant_type'])
    if (node.int(name, 0) !== 0) step.fail(`${name} is not executed`);
  if (node.int('local_window_size', -1) > 0) step.fail('a local window is not executed');
  if (step.inputs[10] !== undefined) step.fail('an added bias is not executed');
  const past = step.inputs[3]?.layout.dims[2] ?? 0;
  const tokens = input.layout.dims[1]!;
  if (past > 0 && step.scalar(6, tokens + past) !== tokens + past)
    step.fail('a cache that is not full is not executed');
  const rotates = node.int('do_rotary', 0) !== 0;
  const turned = (value: StoredValue) => (rotates ? rotatedFrom(step, value, past) : value);
  const query = turned(part(0, 0, heads));
  const key = behind(step, step.inputs[3], turned(part(1, heads, keyHeads)));
  const value = behind(step, step.inputs[4], part(2, heads + keyHeads, keyHeads));
  const output = attend(step, {
    query,
    key,
    value,
    scale: scaleOf(step, size),
    causal: past,
    masks: [],
    softcap: node.float('softcap', 0),
  });
  return [output, key, value];
};

/** Queries or keys turned by their positions, of which `past` are in front. */
function rotatedFrom(step: StepContext, value: StoredValue, past: number): StoredValue {
  const tokens = value.layout.dims[2]!;
  const positions = step.constant(
    [1, tokens],
    upTo(tokens).map((i) => i + past),
    INT64,
  );
  const cosines = anglesAt(step, step.input(7), positions, tokens);
  const sines = anglesAt(step, step.input(8), positions, tokens);
  const output = step.value(layoutByAxes(value.layout.dims, [0, 2], [1, 3]), [value, cosines, sines]);
  const isInterleaved = step.node.int('rotary_interleaved', 0) !== 0;
  rotated(step, output, value, { cosines, sines, isInterleaved });
  return output;
}

/** Attention in one node, as transformer exporters and optimisers write it. */
export const attention: Lowerings = {
  Attention: attentionOfOnnx,
  RotaryEmbedding: rotary,
  'com.microsoft:Attention': projectedAttention,
  'com.microsoft:GroupQueryAttention': groupQueryAttention,
  'com.microsoft:MultiHeadAttention': multiHeadAttention,
  'com.microsoft:RotaryEmbedding': rotaryOfRuntime,
};
