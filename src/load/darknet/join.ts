import { concat, elementwise, pad, slice } from '../../network/operators/index.ts';
import { type Reads, SAME, shift } from '../../network/reads.ts';
import { constant, type Tensor } from '../../network/tensor.ts';
import { activate } from './activation.ts';
import { CHANNEL_AXIS, map, outputAt, type SectionCall, type SectionKind, sizes } from './section-kind.ts';

/** [route]: concatenation of earlier outputs over channels; with groups=, of one part of each. */
export const route: SectionKind = (call) => {
  const { b, section } = call;
  const groups = section.integer('groups', { otherwise: 1 });
  const group = section.integer('group_id', { otherwise: 0, min: 0 });
  if (group >= groups) throw section.error(`group_id=${group} must be below groups=${groups}`);
  const parts = section.integers('layers').map((index) => {
    const tensor = outputAt(call, index);
    if (groups === 1) return tensor;
    const { channels } = sizes(tensor);
    if (channels % groups !== 0) {
      throw section.error(`the ${channels} channels of layer ${index} cannot be split into ${groups} groups`);
    }
    const size = channels / groups;
    return slice(b, 'split', tensor, { axis: CHANNEL_AXIS, start: group * size, size, op: 'Split' });
  });
  return parts.length === 1 ? parts[0]! : concat(b, 'concat', parts, CHANNEL_AXIS);
};

/**
 * [shortcut]: the sum of the section before it and of those in from=. It has the shape of the former;
 * where a map of another size is added, positions are sampled and channels cut or filled up with zeros.
 */
export const shortcut: SectionKind = (call) => {
  const added = call.section.integers('from').map((index) => likeInput(call, outputAt(call, index)));
  return activate(call, elementwise(call.b, 'add', 'Add', [call.input, ...added]), 'linear');
};

/** [scale_channels] (squeeze and excitation), [sam], [control_channels]: the product of two outputs. */
export const multiply: SectionKind = (call) => {
  const scaled = call.section.integers('from').map((index) => outputAt(call, index));
  return activate(call, elementwise(call.b, 'multiply', 'Mul', [...scaled, call.input]), 'linear');
};

/** [shift_channels]: the sum of two outputs, of which one is implicit knowledge. */
export const shiftChannels: SectionKind = (call) => {
  const added = call.section.integers('from').map((index) => outputAt(call, index));
  return activate(call, elementwise(call.b, 'add', 'Add', [call.input, ...added]), 'linear');
};

/** [implicit], [implicit_add], [implicit_mul]: learned constants, one value a channel. */
export const implicit: SectionKind = ({ section }) => {
  const channels = section.integer('filters', { otherwise: 128 });
  const atoms = section.integer('atoms', { otherwise: 1 });
  return constant(map(channels, atoms, 1).dims);
};

/** `tensor` with the shape of the section's input, as Darknet's shortcut adds it. */
function likeInput(call: SectionCall, tensor: Tensor): Tensor {
  const { b } = call;
  const to = sizes(call.input);
  const from = sizes(tensor);
  let out = tensor;
  if (from.height !== to.height || from.width !== to.width) {
    const rows = sampled(call, from.height, to.height);
    const columns = sampled(call, from.width, to.width);
    const output = map(from.channels, to.height, to.width);
    out = b.layer({ name: 'sample', op: 'Sample' }, [{ tensor, rows, columns }], output);
  }
  const missing = to.channels - from.channels;
  if (missing > 0) return pad(b, 'pad', out, { axis: CHANNEL_AXIS, before: 0, after: missing });
  return missing < 0 ? slice(b, 'slice', out, { axis: CHANNEL_AXIS, start: 0, size: to.channels }) : out;
}

/** What is read where `from` positions are added to `to`: every n-th, or one by every n-th. */
function sampled({ section }: SectionCall, from: number, to: number): Reads {
  if (from === to) return SAME;
  if (from % to === 0) return shift(0, from / to);
  if (to % from === 0) return { kind: 'transposed', kernel: 1, stride: to / from, dilation: 1, padding: 0 };
  throw section.error(`maps of ${from} and ${to} positions in one direction cannot be added`);
}
