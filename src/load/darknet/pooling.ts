import { pooling, reduce, type Window } from '../../network/operators/index.ts';
import { blur, readStrides } from './convolutional.ts';
import { HEIGHT_AXIS, map, type SectionCall, type SectionKind, sizes, WIDTH_AXIS } from './section-kind.ts';

const SPATIAL_AXES = [HEIGHT_AXIS, WIDTH_AXIS];

/** [maxpool]: size, stride(_x, _y), padding, antialiasing; or over channels with maxpool_depth=1. */
export const maxpool: SectionKind = (call) => {
  const { b, section, input } = call;
  if (section.integer('maxpool_depth', { otherwise: 0, min: 0 }) > 0) {
    const { height, width } = sizes(input);
    const channels = section.integer('out_channels', { otherwise: 1 });
    return b.positionwise({ name: 'max_pool', op: 'MaxPool' }, input, map(channels, height, width));
  }
  const stride = section.integer('stride', { otherwise: 1 });
  const strides = readStrides(call, stride);
  const antialiasing = section.integer('antialiasing', { otherwise: 0, min: 0 });
  const output = pooling(b, 'max_pool', input, {
    op: 'MaxPool',
    windows: windows(call, stride, antialiasing > 0 ? [1, 1] : strides),
    spatialAxes: SPATIAL_AXES,
  });
  return antialiasing > 0 ? blur(call, output, strides, antialiasing) : output;
};

/** [local_avgpool]: average pooling with the padding of [maxpool]. */
export const localAvgpool: SectionKind = (call) => {
  const stride = call.section.integer('stride', { otherwise: 1 });
  return pooling(call.b, 'average_pool', call.input, {
    op: 'AveragePool',
    windows: windows(call, stride, readStrides(call, stride)),
    spatialAxes: SPATIAL_AXES,
  });
};

/** [avgpool]: global average pooling. */
export const avgpool: SectionKind = ({ b, input }) =>
  reduce(b, { name: 'global_average_pool', op: 'GlobalAveragePool' }, input, SPATIAL_AXES);

/** Darknet's padding of pooling: `padding` positions in total, size - 1 by default, the smaller half in front. */
function windows({ section }: SectionCall, stride: number, strides: readonly number[]): Window[] {
  const kernel = section.integer('size', { otherwise: stride });
  const padding = section.integer('padding', { otherwise: kernel - 1, min: 0 });
  const before = Math.floor(padding / 2);
  return strides.map((s) => ({ kernel, stride: s, dilation: 1, before, after: padding - before }));
}
