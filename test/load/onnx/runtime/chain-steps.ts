import { floats, ints, type NodeSpec, node, type TensorSpec, weights } from '../onnx-writer.ts';
import { allChannels, crossing } from './cases/reasons.ts';

/** Takes one of some choices; the same for the same seed. */
export type Pick = <T>(...choices: readonly T[]) => T;

/** A tensor of a chain that is being built. */
export interface Link {
  readonly name: string;
  readonly dims: readonly number[];
}

/** What a step appends to a chain; `out` is the name that its last node must give its output. */
export interface Step {
  readonly nodes: readonly NodeSpec[];
  readonly initializers?: Readonly<Record<string, TensorSpec>>;
  /** Why more may be read behind it than the runtime reads. */
  readonly coarse?: string;
}

/** Makes a step behind a map (1, C, H, W), or nothing where it does not fit. */
export type StepMaker = (from: Link, out: string, pick: Pick, before: readonly Link[]) => Step | undefined;

/** A node whose further inputs are constants, which are named after its output. */
function single(
  op: string,
  from: Link,
  out: string,
  attributes: Parameters<typeof node>[3] = {},
  constants: readonly (TensorSpec | undefined)[] = [],
): Step {
  const names = constants.map((constant, i) => (constant === undefined ? '_' : `${out}:${i}`));
  const entries = constants.flatMap((constant, i) =>
    constant === undefined ? [] : [[names[i]!, constant] as const],
  );
  return {
    nodes: [node(op, [from.name, ...names].join(' '), out, attributes, out)],
    initializers: Object.fromEntries(entries),
  };
}

/** Nodes one after the other, each with at most one constant. */
function row(
  from: Link,
  out: string,
  ...steps: readonly (readonly [string, Parameters<typeof node>[3], TensorSpec?])[]
): Step {
  const parts = steps.map(([op, attributes, constant], i) => {
    const input = i === 0 ? from : { name: `${out}/${i - 1}`, dims: [] };
    const output = i === steps.length - 1 ? out : `${out}/${i}`;
    return single(op, input, output, attributes, constant === undefined ? [] : [constant]);
  });
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    initializers: Object.assign({}, ...parts.map(({ initializers }) => initializers)),
  };
}

const conv: StepMaker = (from, out, pick) => {
  const channels = from.dims[1]!;
  const group = channels % 2 === 0 ? pick(1, 1, 2) : 1;
  const [kh, kw] = [pick(1, 2, 3), pick(1, 3)];
  const attributes = {
    group,
    strides: [pick(1, 1, 2), pick(1, 1, 2)],
    dilations: [pick(1, 1, 2), pick(1, 1, 2)],
    pads: [pick(0, 1), pick(0, 1, 2), pick(0, 1), pick(0, 1)],
  };
  return single('Conv', from, out, attributes, [weights(4, channels / group, kh, kw)]);
};

const convTranspose: StepMaker = (from, out, pick) => {
  const attributes = {
    strides: [pick(1, 2, 3), pick(1, 2)],
    pads: [pick(0, 1), pick(0, 1), pick(0, 1), pick(0, 1)],
    dilations: [pick(1, 1, 2), 1],
  };
  return single('ConvTranspose', from, out, attributes, [weights(from.dims[1]!, 3, pick(2, 3), pick(2, 4))]);
};

const pool: StepMaker = (from, out, pick) => {
  const pads = pick<readonly number[] | undefined>(undefined, [1, 0, 0, 1], [1, 1, 1, 1]);
  const attributes = {
    kernel_shape: [pick(2, 3), pick(2, 3)],
    strides: [pick(1, 2), pick(1, 2)],
    // The checker of shapes that ONNX Runtime runs first counts a last window in the padding too.
    ...(pads === undefined
      ? { auto_pad: pick('VALID', 'SAME_UPPER', 'SAME_LOWER'), ceil_mode: pick(0, 1) }
      : { pads: [...pads] }),
  };
  return single(pick('MaxPool', 'AveragePool'), from, out, attributes);
};

const activation: StepMaker = (from, out, pick) =>
  single(pick('Relu', 'LeakyRelu', 'Abs', 'HardSwish'), from, out);

const pad: StepMaker = (from, out, pick) => {
  const mode = pick('constant', 'reflect', 'edge', 'wrap');
  const amount = () => pick(-1, 0, 0, 1, 2);
  if (from.dims[2]! < 4 || from.dims[3]! < 4) return undefined;
  return single('Pad', from, out, { mode }, [ints(0, 0, amount(), amount(), 0, 0, amount(), amount())]);
};

const resize: StepMaker = (from, out, pick) => {
  const mode = pick('nearest', 'nearest', 'linear', 'cubic');
  const transformations = [
    'half_pixel',
    'pytorch_half_pixel',
    'align_corners',
    'asymmetric',
    'half_pixel_symmetric',
  ];
  const attributes = {
    mode,
    coordinate_transformation_mode: pick(...transformations),
    ...(mode === 'nearest'
      ? { nearest_mode: pick('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil') }
      : {}),
  };
  const factor = () => pick(0.5, 0.75, 1, 1.3, 1.5, 2);
  if (from.dims[2]! < 2 || from.dims[3]! < 2) return undefined;
  return single('Resize', from, out, attributes, [undefined, floats(1, 1, factor(), factor())]);
};

const slice: StepMaker = (from, out, pick) => {
  const axis = pick(2, 3);
  const size = from.dims[axis]!;
  if (size < 3) return undefined;
  const [start, end, step] = pick(
    [1, size, 1],
    [0, size - 1, 1],
    [0, size, 2],
    [size - 1, -size - 1, -1],
    [-2, -size, -1],
  );
  return single('Slice', from, out, {}, [ints(start!), ints(end!), ints(axis), ints(step!)]);
};

const split: StepMaker = (from, out, pick) => {
  const axis = pick(1, 2, 3);
  const size = from.dims[axis]!;
  if (size < 2) return undefined;
  const [outputs, first] = pick(
    [`${out} ${out}/rest`, 1],
    [`${out}/rest ${out}`, 1],
    [`${out} ${out}/rest`, size - 1],
  );
  return {
    nodes: [node('Split', `${from.name} ${out}:0`, String(outputs), { axis }, out)],
    initializers: { [`${out}:0`]: ints(Number(first), size - Number(first)) },
    ...(axis === 1 ? { coarse: allChannels } : {}),
  };
};

const gather: StepMaker = (from, out, pick) => {
  const axis = pick(1, 2, 3);
  const size = from.dims[axis]!;
  const indices = ints(...pick([size - 1, 0], [0, 0, size - 1], [-1, 0, -1]));
  return {
    ...single('Gather', from, out, { axis }, [indices]),
    ...(axis === 1 ? { coarse: allChannels } : {}),
  };
};

/** A row or column alone may be a channel by now, and its copies channels too. */
const tile: StepMaker = (from, out, pick) =>
  from.dims.slice(2).includes(1)
    ? undefined
    : single('Tile', from, out, {}, [ints(1, 1, ...pick([2, 1], [1, 2], [1, 1]))]);

/** With itself, or with an earlier tensor that fits. */
const concat: StepMaker = (from, out, pick, before) => {
  const axis = pick(1, 2, 3);
  const fits = ({ dims }: Link) => dims.every((size, i) => i === axis || size === from.dims[i]);
  const other = pick(...[from, ...before].filter((link) => link.dims.length === 4 && fits(link)));
  const [first, second] = pick([from, other], [other, from]);
  return { nodes: [node('Concat', `${first!.name} ${second!.name}`, out, { axis }, out)] };
};

/** With an earlier tensor that fits or is broadcast, or with the means of the map. */
const add: StepMaker = (from, out, pick, before) => {
  const fits = ({ dims }: Link) =>
    dims.length === 4 && dims.every((size, i) => size === 1 || size === from.dims[i]);
  const others = before.filter(fits);
  // A difference of tensors that are the same would hide what they read.
  const op = pick('Add', 'Max');
  if (others.length > 0 && pick(true, true, false)) {
    return { nodes: [node(op, `${from.name} ${pick(...others).name}`, out, {}, out)] };
  }
  if (from.dims[1] === 1) return undefined;
  const means = single('ReduceMean', from, `${out}/means`, {}, [ints(1)]);
  return { ...means, nodes: [...means.nodes, node('Sub', `${from.name} ${out}/means`, out, {}, out)] };
};

const block: StepMaker = (from, out, pick) => {
  const [, channels, height, width] = from.dims;
  if (channels! % 4 === 0 && pick(true, false)) {
    const step: Step = single('DepthToSpace', from, out, { blocksize: 2, mode: pick('DCR', 'CRD') });
    return { ...step, coarse: allChannels };
  }
  if (height! % 2 !== 0 || width! % 2 !== 0) return undefined;
  return single('SpaceToDepth', from, out, { blocksize: 2 });
};

const normalise: StepMaker = (from, out, pick) => {
  const channels = from.dims[1]!;
  return pick(true, true, false)
    ? single('LRN', from, out, { size: 3 })
    : single('InstanceNormalization', from, out, {}, [weights(channels), weights(channels)]);
};

/** A layout of other frameworks in between. */
const channelsLast: StepMaker = (from, out, pick) => {
  const channels = from.dims[1]!;
  return row(
    from,
    out,
    ['Transpose', { perm: [0, 2, 3, 1] }],
    pick(['MatMul', {}, weights(channels, 3)] as const, ['LeakyRelu', {}] as const),
    ['Transpose', { perm: [0, 3, 1, 2] }],
  );
};

const shuffle: StepMaker = (from, out) => {
  const [, channels, height, width] = from.dims;
  if (channels! % 2 !== 0) return undefined;
  return row(
    from,
    out,
    ['Reshape', {}, ints(1, 2, channels! / 2, height!, width!)],
    ['Transpose', { perm: [0, 2, 1, 3, 4] }],
    ['Reshape', {}, ints(1, channels!, height!, width!)],
  );
};

const swap: StepMaker = (from, out) => ({
  ...single('Transpose', from, out, { perm: [0, 1, 3, 2] }),
  coarse: crossing,
});

const sequence: StepMaker = (from, out) => {
  const [, channels, height, width] = from.dims;
  return row(
    from,
    out,
    ['Reshape', {}, ints(1, channels!, height! * width!)],
    ['Transpose', { perm: [0, 2, 1] }],
    ['MatMul', {}, weights(channels!, 4)],
    ['Transpose', { perm: [0, 2, 1] }],
    ['Reshape', {}, ints(1, 4, height!, width!)],
  );
};

const unshuffle: StepMaker = (from, out) => {
  const [, channels, height, width] = from.dims;
  if (height! % 2 !== 0 || width! % 2 !== 0) return undefined;
  return row(
    from,
    out,
    ['Reshape', {}, ints(1, channels!, height! / 2, 2, width! / 2, 2)],
    ['Transpose', { perm: [0, 1, 3, 5, 2, 4] }],
    ['Reshape', {}, ints(1, channels! * 4, height! / 2, width! / 2)],
  );
};

/** All kinds of steps. */
export const stepMakers: readonly StepMaker[] = [
  conv,
  convTranspose,
  pool,
  activation,
  pad,
  resize,
  slice,
  split,
  gather,
  tile,
  concat,
  add,
  block,
  normalise,
  channelsLast,
  shuffle,
  swap,
  sequence,
  unshuffle,
];
