import { ClsaCimError } from '../../errors.ts';
import { isInteger, rangeOf, rangeOfFloats } from '../../execute/data-types.ts';
import { show } from '../../input/show.ts';
import type { ProgramInput } from '../../load/program.ts';
import { elements } from '../../network/tensor.ts';
import { type Fit, fitted } from './fit.ts';
import type { Image } from './image.ts';

/** How pixels become values of an input. */
export interface ImageOptions {
  /** How an image is made as large as an input; `centre` by default. */
  readonly fit?: Fit | undefined;
  /** What is taken off of a pixel, which is from 0 to 1: one number, or one per channel; 0 by default. Not for inputs of integers. */
  readonly mean?: readonly number[] | undefined;
  /** What it is divided by then: one number, or one per channel; 1 by default. Not for inputs of integers. */
  readonly std?: readonly number[] | undefined;
}

/** Which axes of an input are rows, columns and channels; -1 where it has no axis of channels. */
interface ImageAxes {
  readonly h: number;
  readonly w: number;
  readonly c: number;
}

/**
 * The values of an input that an image is put into, in row-major order: red, green and blue or levels of grey, from 0 to 1
 * (inputs of integers from 0 to 255), less the mean and by the deviation.
 *
 * @throws ClsaCimError where the input is none for images, or the options do not fit it.
 */
export function valuesOfImage(input: ProgramInput, image: Image, options: ImageOptions): Float32Array {
  const { name, dims } = input;
  const { h, w, c } = axesOf(input);
  const channels = c < 0 ? 1 : dims[c]!;
  const scales = scalesOf(input, channels, options);
  const own = fitted(inChannels(image, channels), dims[w]!, dims[h]!, options.fit ?? 'centre');
  if (own.pixels.length !== elements(dims)) throw new Error(`input ${name} has more than an image`);
  const values = new Float32Array(own.pixels.length);
  const strides = dims.map((_, axis) => elements(dims.slice(axis + 1)));
  for (let row = 0, from = 0; row < own.height; row++) {
    for (let column = 0; column < own.width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        const to = row * strides[h]! + column * strides[w]! + channel * (strides[c] ?? 0);
        values[to] = scales[channel]![own.pixels[from++]!]!;
      }
    }
  }
  return values;
}

/** Where the network does not tell, by the sizes: 1 or 3 channels in front of the others, or behind them. */
function axesOf(input: ProgramInput): ImageAxes {
  const { dims, h, w, name } = input;
  const axes = [...dims.keys()].slice(dims.length === 4 && dims[0] === 1 ? 1 : 0);
  const isChannel = (axis: number | undefined): axis is number =>
    axis !== undefined && (dims[axis] === 1 || dims[axis] === 3);
  // One row of many columns is a vector.
  if (axes.length === 2 && dims[0]! > 1) return { h: axes[0]!, w: axes[1]!, c: -1 };
  if (axes.length === 3) {
    const [first, second, third] = axes as [number, number, number];
    const told = axes.find((axis) => axis !== h && axis !== w);
    const isTold = axes.includes(h) && axes.includes(w) && h !== w;
    if (isTold && isChannel(told)) return { h, w, c: told };
    if (isChannel(first)) return { h: second, w: third, c: first };
    if (isChannel(third)) return { h: first, w: second, c: third };
  }
  throw new ClsaCimError(
    `input ${show(name)} of shape [${dims.join(', ')}] is none for an image, which has height, width and 1 or 3 channels; give a .npy file`,
  );
}

/** Grey is red, green and blue alike; the other way round it is the luma of ITU-R BT.601, as in PIL. */
function inChannels(image: Image, channels: number): Image {
  const { width, height, pixels } = image;
  if (image.channels === channels) return image;
  const result = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (channels === 3) result.fill(pixels[pixel]!, 3 * pixel, 3 * pixel + 3);
    else {
      const [red, green, blue] = [pixels[3 * pixel]!, pixels[3 * pixel + 1]!, pixels[3 * pixel + 2]!];
      result[pixel] = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
    }
  }
  return { width, height, channels: channels === 3 ? 3 : 1, pixels: result };
}

/** Per channel: the value of each level of a pixel. */
function scalesOf({ name, dataType }: ProgramInput, channels: number, options: ImageOptions): Float32Array[] {
  const { mean, std } = options;
  if (isInteger(dataType)) {
    const [low, high] = rangeOf(dataType);
    if (low > 0 || high < 255) {
      throw new ClsaCimError(
        `input ${show(name)} has integers from ${low} to ${high}, and pixels are from 0 to 255; give a .npy file`,
      );
    }
    if (mean !== undefined || std !== undefined) {
      throw new ClsaCimError(
        `input ${show(name)} has integers, and gets pixels from 0 to 255 as they are; leave mean and std out`,
        'usage',
      );
    }
    return Array.from({ length: channels }, () => Float32Array.from({ length: 256 }, (_, level) => level));
  }
  const [means, deviations] = [
    perChannel('mean', mean ?? [0], channels, name),
    perChannel('std', std ?? [1], channels, name),
  ];
  return means.map((own, channel) => {
    const values = Array.from({ length: 256 }, (_, level) => (level / 255 - own) / deviations[channel]!);
    if (values.every((value) => Math.abs(value) <= rangeOfFloats(dataType)[1]))
      return Float32Array.from(values);
    throw new ClsaCimError(
      `with a mean of ${own} and a std of ${deviations[channel]} pixels are no floats of input ${show(name)}; give others`,
      'usage',
    );
  });
}

function perChannel(
  option: string,
  given: readonly number[],
  channels: number,
  name: string,
): readonly number[] {
  if (given.length === 1) return Array.from({ length: channels }, () => given[0]!);
  if (given.length === channels) return given;
  throw new ClsaCimError(
    `${option} has ${given.length} numbers, and input ${show(name)} has ${channels} ${channels === 1 ? 'channel' : 'channels'}; give one number, or one per channel`,
    'usage',
  );
}
