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
  tinyyolov3: 3_067_997_239_633_847,
  tinyyolov4: 2_276_445_923_230_555,
  vgg16: 8_113_170_736_838_728,
  vgg19: 215_747_108_091_996,
  resnet50: 8_196_941_214_772_514,
  resnet101: 3_790_510_774_863_576,
  resnet152: 829_237_838_750_038,
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
