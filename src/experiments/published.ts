import type { Architecture } from '../architecture/architecture.ts';
import { paper } from '../architecture/presets.ts';
import { baseLayers, type Network } from '../network/network.ts';
import { type Published, zoo } from '../zoo/index.ts';
import { digestOf } from './network-digest.ts';

/**
 * {@link digestOf} of the networks of the zoo that the paper has figures of: to build one only to compare it would take
 * longer than to schedule another.
 */
const DIGESTS: Readonly<Record<string, number>> = {
  tinyyolov3: 3_766_242_653_935_980,
  tinyyolov4: 3_222_671_410_539_273,
  vgg16: 1_425_710_473_712_630,
  vgg19: 2_859_429_317_556_424,
  resnet50: 7_866_738_249_649_691,
  resnet101: 2_129_758_849_205_066,
  resnet152: 5_995_218_172_265_287,
};

/**
 * What the paper published of this network on this chip, whatever they are called: the network is one of the paper's
 * where it makes the same schedules, and the chip is the paper's where nothing but words and the number of PEs differs.
 */
export function publishedOf(network: Network, architecture: Architecture): Published | undefined {
  if (figuresOf(architecture) !== figuresOf(paper)) return undefined;
  const count = baseLayers(network).length;
  const candidates = zoo.filter(({ published }) => published?.baseLayers === count);
  if (candidates.length === 0) return undefined;
  const digest = digestOf(network);
  return candidates.find(({ name }) => DIGESTS[name] === digest)?.published;
}

/** All of an architecture but words and `pes`, which is part of the setting. */
function figuresOf({ name: _, description: __, source: ___, pes: ____, ...figures }: Architecture): string {
  const { chip = {}, ...others } = figures;
  const kept = Object.keys(chip).length === 0 ? others : figures;
  return JSON.stringify(Object.entries(kept).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
