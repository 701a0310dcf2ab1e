import { ClsaCimError } from '../../errors.ts';
import type { FeedSource } from '../../execute/feed-source.ts';
import type { Feeds } from '../../execute/machine.ts';
import { randomFeeds } from '../../verify/random-feeds.ts';
import type { ImageOptions } from '../images/image-values.ts';
import type { ExecutableModel } from './executable-model.ts';
import { demandFeeds } from './given-values.ts';

/** Which inputs a model is executed with. */
export interface InputOptions extends ImageOptions {
  /**
   * Files of inputs: `.npy` files, images (PNG, JPEG), or folders of these, each as `NAME=PATH`, or as `PATH` where the model has one
   * input. Inputs that have none get random values by seed.
   */
  readonly files?: readonly string[] | undefined;
  /** Values of inputs by name, of each inference, in row-major order; instead of files. */
  readonly values?: readonly Feeds[] | undefined;
}

/** Inputs of a model. */
export interface ModelInputs extends FeedSource {
  /** True where there are as many as a folder or a list has; otherwise each inference of a batch gets others. */
  readonly isCounted: boolean;
  /** What of folders is left out, a line each. */
  readonly leftOut: readonly string[];
}

/**
 * The inputs of a model: those that are given, random ones by seed for all others.
 *
 * @throws ClsaCimError that names the file, or the input.
 */
export async function modelInputs(
  { program, seed }: ExecutableModel,
  options: InputOptions = {},
): Promise<ModelInputs> {
  const { files = [], values, ...images } = options;
  const random = (index: number) => randomFeeds(program, seed, index);
  const isOfImages = Object.values(images).some((option) => option !== undefined);
  if (values !== undefined) {
    if (files.length > 0 || isOfImages) {
      throw new ClsaCimError(
        'values are given, so that files, fit, mean and std are of no use; leave them out',
        'usage',
      );
    }
    demandFeeds(program, values);
    const at = (index: number) => ({ ...random(index), ...values[index % values.length] });
    return { count: values.length, isCounted: true, leftOut: [], at };
  }
  if (files.length === 0 && !isOfImages) {
    return { count: 1, isCounted: false, leftOut: [], at: random };
  }
  const { openInputs } = await import('../input-files.ts');
  const { count, isFolder, leftOut, at } = await openInputs(program, files, images);
  return { count, isCounted: isFolder, leftOut, at: (index) => ({ ...random(index), ...at(index) }) };
}

/** The same, where there are none to count as many as a batch has. */
export function ofBatch(inputs: ModelInputs, batch: number): ModelInputs {
  return inputs.isCounted ? inputs : { ...inputs, count: batch };
}
