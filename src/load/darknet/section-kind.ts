import type { NetworkBuilder } from '../../network/builder.ts';
import type { Tensor } from '../../network/tensor.ts';
import type { LoadOptions } from '../options.ts';
import type { Section } from './cfg.ts';

/** Axes of every tensor of a Darknet network, whose dims are [1, C, H, W]. */
export const CHANNEL_AXIS = 1;
export const HEIGHT_AXIS = 2;
export const WIDTH_AXIS = 3;

/** A section while its layers are being built. */
export interface SectionCall {
  readonly b: NetworkBuilder;
  readonly section: Section;
  /** The output of the section before this one, or the network's input. */
  readonly input: Tensor;
  /** The outputs of all sections after [net] so far; their indices are those that `layers=` and `from=` use. */
  readonly outputs: readonly Tensor[];
  readonly options: LoadOptions;
}

/** Builds the layers of one kind of section and returns its output. */
export type SectionKind = (call: SectionCall) => Tensor;

/** A map [1, channels, height, width] in the terms of the network builder. */
export function map(channels: number, height: number, width: number) {
  return { dims: [1, channels, height, width], h: HEIGHT_AXIS, w: WIDTH_AXIS };
}

/** Height, width and channels of a tensor of this format. */
export function sizes({ dims }: Tensor): { channels: number; height: number; width: number } {
  return { channels: dims[CHANNEL_AXIS]!, height: dims[HEIGHT_AXIS]!, width: dims[WIDTH_AXIS]! };
}

/**
 * The output that an index in `layers=` or `from=` means: negative ones count back from this section.
 *
 * @throws ClsaCimError where there is no such section before this one.
 */
export function outputAt({ section, outputs }: SectionCall, index: number): Tensor {
  const tensor = outputs[index < 0 ? outputs.length + index : index];
  if (tensor === undefined) {
    throw section.error(
      `layer index ${index} points outside the ${outputs.length} sections between [net] and this one`,
    );
  }
  return tensor;
}
