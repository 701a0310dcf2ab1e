import {
  type AttributeSpec,
  type ModelSpec,
  type NodeSpec,
  node,
  type TensorSpec,
} from '../../load/onnx/onnx-writer.ts';
import { random } from '../../load/onnx/runtime/random.ts';

/** How a convolution differs from one of stride 1 that keeps height and width, in one group, with bias. */
export interface ConvOptions {
  readonly stride?: number;
  readonly group?: number;
  readonly bias?: boolean;
  /** Zeros above, left, below and right; half the kernel by default. */
  readonly pads?: readonly number[];
}

/** A network while it is written down, with random weights by seed. A value is the name of its tensor. */
export class Net {
  readonly #inputs: Readonly<Record<string, readonly number[]>>;
  readonly #types: Readonly<Record<string, number>>;
  readonly #nodes: NodeSpec[] = [];
  readonly #initializers: Record<string, TensorSpec> = {};
  /** Channels of values: images have them in axis 1, tokens in the last one. */
  readonly #channels = new Map<string, number>();
  readonly #random: () => number;
  #values = 0;

  /** @param channels Per input. */
  constructor(
    inputs: Readonly<Record<string, readonly number[]>>,
    channels: readonly number[] = [],
    types: Readonly<Record<string, number>> = {},
    seed = 1,
  ) {
    this.#inputs = inputs;
    this.#types = types;
    Object.keys(inputs).forEach((name, i) => {
      this.#channels.set(name, channels[i] ?? inputs[name]![1]!);
    });
    this.#random = random(seed);
  }

  /** The network as a file. */
  spec(outputs: readonly string[], opset = 17): ModelSpec {
    return {
      ...{ inputs: this.#inputs, types: this.#types, nodes: this.#nodes, outputs, opset },
      initializers: this.#initializers,
    };
  }

  /** A node with one output. */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeSpec>> = {},
    channels = this.channels(inputs[0]!),
  ): string {
    return this.addAll(op, inputs, attributes, [channels])[0]!;
  }

  /** A node with as many outputs as there are numbers of channels. */
  addAll(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeSpec>>,
    channels: readonly number[],
  ): string[] {
    const outputs = channels.map(() => `${op.split(':').at(-1)!.toLowerCase()}_${this.#values++}`);
    outputs.forEach((name, i) => {
      this.#channels.set(name, channels[i]!);
    });
    this.#nodes.push(node(op, inputs.join(' '), outputs.join(' '), attributes, outputs[0]));
    return outputs;
  }

  channels(value: string): number {
    return this.#channels.get(value) ?? 0;
  }

  /** Weights with variance 2/rows (He et al., 2015), or a part of it. */
  weights(dims: readonly number[], rows: number, gain = 1): string {
    const most = Math.sqrt((6 * gain) / rows);
    return this.uniform(dims, -most, most);
  }

  /** Random floats from `low` to below `high`. */
  uniform(dims: readonly number[], low: number, high: number): string {
    const drawn = new Float32Array(dims.reduce((product, size) => product * size, 1));
    for (let i = 0; i < drawn.length; i++) drawn[i] = low + (high - low) * this.#random();
    return this.tensor({ dims, floats: drawn });
  }

  tensor(spec: TensorSpec): string {
    const name = `constant_${this.#values++}`;
    this.#initializers[name] = spec;
    return name;
  }

  scalar(value: number): string {
    return this.tensor({ dims: [], floats: [value] });
  }

  ints(...values: number[]): string {
    return this.tensor({ dims: [values.length], ints: values });
  }

  conv(x: string, to: number, kernel: number | readonly [number, number], options: ConvOptions = {}): string {
    const { stride = 1, group = 1, bias = true } = options;
    const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
    const [above, left] = [(height - 1) >> 1, (width - 1) >> 1];
    const { pads = [above, left, height - 1 - above, width - 1 - left] } = options;
    const from = this.channels(x) / group;
    const w = this.weights([to, from, height, width], from * height * width);
    const inputs = bias ? [x, w, this.uniform([to], -0.2, 0.2)] : [x, w];
    return this.add('Conv', inputs, { strides: [stride, stride], pads: [...pads], group }, to);
  }

  batchNorm(x: string): string {
    const size = [this.channels(x)];
    const parameters = [
      this.uniform(size, 0.5, 1.5),
      this.uniform(size, -0.2, 0.2),
      this.uniform(size, -0.1, 0.1),
      this.uniform(size, 0.5, 1.5),
    ];
    return this.add('BatchNormalization', [x, ...parameters]);
  }

  /** Convolution and batch norm, which has the bias. */
  convNorm(x: string, to: number, kernel: number | readonly [number, number], options: ConvOptions = {}) {
    return this.batchNorm(this.conv(x, to, kernel, { bias: false, ...options }));
  }

  relu(x: string): string {
    return this.add('Relu', [x]);
  }

  pool(
    op: 'MaxPool' | 'AveragePool',
    x: string,
    kernel: number,
    stride: number,
    pads = [0, 0, 0, 0],
  ): string {
    return this.add(op, [x], { kernel_shape: [kernel, kernel], strides: [stride, stride], pads });
  }

  concat(values: readonly string[], axis = 1): string {
    const channels = values.reduce((sum, value) => sum + this.channels(value), 0);
    return this.add('Concat', values, { axis }, channels);
  }

  reshape(x: string, dims: readonly number[], channels = this.channels(x)): string {
    return this.add('Reshape', [x, this.ints(...dims)], {}, channels);
  }

  transpose(x: string, ...perm: number[]): string {
    return this.add('Transpose', [x], { perm });
  }

  /** Global pooling and a dense layer. */
  classify(x: string, classes: number): string {
    const from = this.channels(x);
    const flat = this.add('Flatten', [this.add('GlobalAveragePool', [x])]);
    const weights = this.weights([classes, from], from);
    return this.add('Gemm', [flat, weights, this.uniform([classes], -0.2, 0.2)], { transB: 1 }, classes);
  }

  /** A dense layer of tokens. */
  dense(x: string, to: number, gain = 1): string {
    const from = this.channels(x);
    const product = this.add('MatMul', [x, this.weights([from, to], from, gain)], {}, to);
    return this.add('Add', [product, this.uniform([to], -0.2, 0.2)]);
  }

  layerNorm(x: string): string {
    const size = [this.channels(x)];
    const parameters = [this.uniform(size, 0.5, 1.5), this.uniform(size, -0.2, 0.2)];
    return this.add('LayerNormalization', [x, ...parameters], { axis: -1, epsilon: { float: 1e-5 } });
  }

  /** As exporters write it. */
  gelu(x: string): string {
    const erf = this.add('Erf', [this.add('Div', [x, this.scalar(Math.SQRT2)])]);
    const product = this.add('Mul', [x, this.add('Add', [erf, this.scalar(1)])]);
    return this.add('Mul', [product, this.scalar(0.5)]);
  }

  /** x times its sigmoid. */
  swish(x: string): string {
    return this.add('Mul', [x, this.add('Sigmoid', [x])]);
  }

  /**
   * Self-attention of several heads; what leads the tokens (windows) stays in front.
   *
   * @param lead Dimensions in front of tokens and channels.
   * @param mask Added to the scores.
   */
  attention(x: string, lead: readonly number[], tokens: number, heads: number, mask?: string): string {
    const size = this.channels(x);
    const perHead = size / heads;
    const n = lead.length;
    const front = lead.map((_, i) => i);
    const split = (value: string, ...rest: number[]) =>
      this.transpose(
        this.reshape(value, [...lead, tokens, heads, perHead]),
        ...front,
        ...rest.map((r) => n + r),
      );
    const [q, k, v] = [this.dense(x, size), this.dense(x, size), this.dense(x, size)];
    const product = this.add('MatMul', [split(q, 1, 0, 2), split(k, 1, 2, 0)]);
    const scaled = this.add('Div', [product, this.scalar(Math.sqrt(perHead))]);
    const scores = mask === undefined ? scaled : this.add('Add', [scaled, mask]);
    const weighted = this.add('MatMul', [this.add('Softmax', [scores], { axis: -1 }), split(v, 1, 0, 2)]);
    const merged = this.transpose(weighted, ...front, n + 1, n, n + 2);
    return this.dense(this.reshape(merged, [...lead, tokens, size], size), size);
  }
}
