import type { NetworkBuilder } from '../../src/network/builder.ts';
import {
  convolution,
  elementwise,
  reshape,
  samePadding,
  slice,
  transpose,
  type Window,
} from '../../src/network/operators/index.ts';
import { extent, type Tensor } from '../../src/network/tensor.ts';

/** From here on a direction is not padded or grown any further. */
const LARGE = 12;

/**
 * Choices drawn from a list of numbers; the first, simplest choice when it is used up. A list that is
 * shorter or has smaller numbers makes a simpler network.
 */
export class Dice {
  readonly #rolls: readonly number[];
  #next = 0;

  constructor(rolls: readonly number[]) {
    this.#rolls = rolls;
  }

  /** A whole number from `low` to `high`, ends included. */
  between(low: number, high: number): number {
    return low + ((this.#rolls[this.#next++] ?? 0) % (high - low + 1));
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!;
  }

  /** True with the given chance in percent; false is the simpler choice. */
  chance(percent: number): boolean {
    return this.between(0, 99) >= 100 - percent;
  }
}

/**
 * A random network in the making. All OFMs in the pool have the axes [H, W, C]; the methods are the
 * building blocks that the steps of `random-steps.ts` share.
 */
export class Sketch {
  readonly b: NetworkBuilder;
  readonly pool: Tensor[];
  dice = new Dice([]);

  constructor(b: NetworkBuilder, inputs: readonly Tensor[]) {
    this.b = b;
    this.pool = [...inputs];
  }

  /**
   * An OFM of the pool: most often the last one, so that networks get deep. Some are upside down: sets run
   * in row-major order, so that the first positions that something reads matter only where they come last.
   */
  pick(): Tensor {
    const tensor = this.dice.chance(40) ? this.dice.of(this.pool) : this.pool.at(-1)!;
    return this.dice.chance(15) ? this.flipped(tensor, this.dice.between(0, 1)) : tensor;
  }

  /** The positions along `axis` in reverse order. */
  flipped(tensor: Tensor, axis: number): Tensor {
    const size = tensor.dims[axis]!;
    return slice(this.b, 'flip', tensor, { axis, start: size - 1, step: -1, size, op: 'Flip' });
  }

  /** An OFM of at most `size` x `size` positions, cropped if need be: operands of what grows. */
  pickSmall(size: number): Tensor {
    const tensor = this.pick();
    return this.cropped(tensor, Math.min(size, tensor.dims[0]!), Math.min(size, tensor.dims[1]!));
  }

  /** The upper left `height` x `width` positions, which must be there. */
  cropped(tensor: Tensor, height: number, width: number): Tensor {
    const rows = tensor.dims[0] === height ? tensor : this.#crop(tensor, 0, height);
    return rows.dims[1] === width ? rows : this.#crop(rows, 1, width);
  }

  #crop(tensor: Tensor, axis: number, size: number): Tensor {
    return slice(this.b, 'crop', tensor, { axis, start: 0, size, op: 'Crop' });
  }

  /** A window that fits `size` positions with its padding. */
  window(size: number): Window {
    const { dice } = this;
    const [before, after] = size > LARGE ? [0, 0] : [dice.between(0, 3), dice.between(0, 3)];
    const padded = size + before + after;
    const dilation = dice.chance(30) ? dice.between(2, 3) : 1;
    const kernel = Math.min(dice.between(1, 5), Math.floor((padded - 1) / dilation) + 1);
    return { kernel, dilation, stride: dice.between(1, 3), before, after };
  }

  /** A square convolution with `SAME` padding. */
  conv(input: Tensor, kernel: number, outputChannels: number, stride = 1): Tensor {
    const windows = [0, 1].map((axis) => this.same(input.dims[axis]!, kernel, stride));
    const options = { windows, spatialAxes: [0, 1], channelAxis: 2, outputChannels };
    return convolution(this.b, 'conv', input, { ...options, bias: this.dice.chance(20) });
  }

  /** A window with `SAME` padding over `size` positions. */
  same(size: number, kernel: number, stride = 1): Window {
    return { kernel, stride, dilation: 1, ...samePadding(size, { kernel, stride, dilation: 1 }) };
  }

  relu(input: Tensor): Tensor {
    return this.b.positionwise({ name: 'relu', op: 'Relu' }, input);
  }

  /** Add or Mul of maps that fit except for their channels, which a 1x1 convolution makes fit. */
  combined(op: 'Add' | 'Mul', left: Tensor, right: Tensor): Tensor {
    const channels = left.dims[2]!;
    const fits = right.dims[2] === channels || right.dims[2] === 1;
    const projected = fits ? right : this.conv(right, 1, channels);
    return elementwise(this.b, op.toLowerCase(), op, [left, projected]);
  }

  /** A map with the axes [1, H, W, C]. */
  withBatch(tensor: Tensor): Tensor {
    return reshape(this.b, 'batch', tensor, [1, ...tensor.dims]);
  }

  /** The tensor with the axes [H, W, C]; everything but H and W becomes channels. */
  asMap(tensor: Tensor): Tensor {
    const { h, w, dims } = tensor;
    if (dims.length === 3 && h === 0 && w === 1) return tensor;
    const spatial = [h, w].filter((axis) => axis >= 0);
    const channels = dims.map((_, axis) => axis).filter((axis) => !spatial.includes(axis));
    const front = transpose(tensor, [...spatial, ...channels]);
    const height = extent(tensor, h);
    const width = extent(tensor, w);
    const size = channels.reduce((product, axis) => product * dims[axis]!, 1);
    return this.b.withAxes(reshape(this.b, 'map', front, [height, width, size]), 0, 1);
  }
}
