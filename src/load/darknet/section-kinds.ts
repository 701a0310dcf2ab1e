import { alongAxes } from '../../network/operators/index.ts';
import { elements } from '../../network/tensor.ts';
import { activate } from './activation.ts';
import { batchnorm, connected, convolutional, deconvolutional } from './convolutional.ts';
import { implicit, multiply, route, shiftChannels, shortcut } from './join.ts';
import { avgpool, localAvgpool, maxpool } from './pooling.ts';
import { crop, reorg, upsample } from './rearrange.ts';
import { CHANNEL_AXIS, HEIGHT_AXIS, type SectionKind, WIDTH_AXIS } from './section-kind.ts';

/** Sections that do nothing when the network is run. */
const passThrough: SectionKind = ({ input }) => input;

/** What works on every position by itself. */
function positionwise(name: string, op: string): SectionKind {
  return ({ b, input }) => b.positionwise({ name, op }, input);
}

/** A detection head: works on every position by itself, and is an output of the network wherever it stands. */
function head(name: string, op: string): SectionKind {
  return ({ b, input }) => {
    const boxes = b.positionwise({ name, op }, input);
    b.output(boxes);
    return boxes;
  };
}

/** [lrn], [normalization]: every value reads `size` channels of its position. */
const lrn: SectionKind = ({ b, section, input }) => {
  const operations = elements(input.dims) * section.integer('size', { otherwise: 5 });
  return b.positionwise({ name: 'lrn', op: 'LRN', operations }, input);
};

/** [softmax]: over all values, or with spatial=1 over the channels of every position. */
const softmax: SectionKind = ({ b, section, input }) => {
  const spatial = section.integer('spatial', { otherwise: 0, min: 0 }) > 0;
  const axes = spatial ? [CHANNEL_AXIS] : [CHANNEL_AXIS, HEIGHT_AXIS, WIDTH_AXIS];
  return alongAxes(b, { name: 'softmax', op: 'Softmax' }, input, axes);
};

/** The kinds of section, by their name in the file (in lower case). */
export const SECTION_KINDS: Readonly<Record<string, SectionKind>> = {
  activation: (call) => activate(call, call.input, 'linear'),
  avg: avgpool,
  avgpool,
  batchnorm,
  conn: connected,
  connected,
  contrastive: passThrough,
  control_channels: multiply,
  conv: convolutional,
  convolutional,
  cost: passThrough,
  crop,
  deconv: deconvolutional,
  deconvolutional,
  detection: head('detection', 'Detection'),
  dropout: passThrough,
  empty: passThrough,
  gaussian_yolo: head('gaussian_yolo', 'GaussianYolo'),
  implicit,
  implicit_add: implicit,
  implicit_mul: implicit,
  local_avg: localAvgpool,
  local_avgpool: localAvgpool,
  logistic: positionwise('logistic', 'Logistic'),
  lrn,
  max: maxpool,
  maxpool,
  normalization: lrn,
  region: head('region', 'Region'),
  reorg,
  reorg3d: reorg,
  route,
  sam: multiply,
  scale_channels: multiply,
  shift_channels: shiftChannels,
  shortcut,
  silence: passThrough,
  soft: softmax,
  softmax,
  upsample,
  yolo: head('yolo', 'Yolo'),
};

/** Sections that cannot be scheduled, and why. */
export const REFUSED_SECTIONS: Readonly<Record<string, string>> = {
  conv_lstm: 'recurrent layers are not supported',
  crnn: 'recurrent layers are not supported',
  gru: 'recurrent layers are not supported',
  history: 'recurrent layers are not supported',
  local: 'locally connected layers have other weights at every position and are not supported',
  lstm: 'recurrent layers are not supported',
  rnn: 'recurrent layers are not supported',
};
