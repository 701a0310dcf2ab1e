import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { canonicalise } from '../../src/network/canonicalise.ts';
import type { Layer, Network } from '../../src/network/network.ts';
import { convolution, elementwise, type Window } from '../../src/network/operators/index.ts';
import { SAME } from '../../src/network/reads.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { positionsRead } from '../reference/reads.ts';

const around = (padding: number): Window => ({
  kernel: 3,
  stride: 1,
  dilation: 1,
  before: padding,
  after: padding,
});

function conv(
  b: NetworkBuilder,
  x: Tensor,
  o: { bias?: boolean; window?: Window; transposed?: boolean } = {},
) {
  const window = o.window ?? around(0);
  return convolution(b, 'conv', x, {
    windows: [window, window],
    spatialAxes: [1, 2],
    channelAxis: 3,
    outputChannels: 4,
    bias: o.bias ?? false,
    transposed: o.transposed ?? false,
  });
}

const batchNorm = (b: NetworkBuilder, x: Tensor) =>
  b.positionwise({ name: 'bn', op: 'BatchNormalization' }, x);

function build(make: (b: NetworkBuilder, x: Tensor) => unknown, size = 8): Network {
  const b = new NetworkBuilder('test');
  make(b, b.input('input', { dims: [1, size, size, 2], h: 1, w: 2 }));
  return b.build();
}

/** Each layer as `name <- names of what it reads`. */
const sketch = ({ layers }: Network) =>
  layers.map(({ name, inputs }) => [name, ...inputs.map(({ from }) => layers[from]!.name)].join(' <- '));

describe('batch norm', () => {
  test('is folded into the base layer before it and leaves a bias behind', () => {
    const network = build((b, x) => elementwise(b, 'relu', 'Relu', [batchNorm(b, conv(b, x))]));
    expect(sketch(network)).toEqual(['input', 'conv <- input', 'conv/bias <- conv', 'relu <- conv/bias']);
  });

  test('shares the bias that the base layer has', () => {
    const network = build((b, x) => batchNorm(b, conv(b, x, { bias: true })));
    expect(sketch(network)).toEqual(['input', 'conv <- input', 'conv/bias <- conv']);
  });

  test('stays where something else reads the base layer too', () => {
    const network = build((b, x) => {
      const y = conv(b, x);
      elementwise(b, 'add', 'Add', [batchNorm(b, y), y]);
    });
    expect(sketch(network)).toEqual(['input', 'conv <- input', 'bn <- conv', 'add <- bn <- conv']);
  });

  test('stays where no base layer is before it', () => {
    const network = build((b, x) => batchNorm(b, elementwise(b, 'relu', 'Relu', [conv(b, batchNorm(b, x))])));
    expect(sketch(network)).toEqual(['input', 'bn <- input', 'conv <- bn', 'relu <- conv', 'bn_1 <- relu']);
  });
});

describe('bias', () => {
  test('becomes a layer of its own, which everything behind reads', () => {
    const network = build((b, x) => conv(b, conv(b, x, { bias: true })));
    expect(sketch(network)).toEqual(['input', 'conv <- input', 'conv/bias <- conv', 'conv_1 <- conv/bias']);
    expect(network.layers[2]).toMatchObject({ op: 'BiasAdd', shape: { height: 6, width: 6, channels: 4 } });
    expect(network.layers.every((layer) => layer.bias === undefined)).toBe(true);
  });

  test('and padding keep names unique, whatever the file calls its layers', () => {
    const network = build((b, x) => {
      const y = elementwise(b, 'conv/bias', 'Relu', [elementwise(b, 'conv/pad', 'Relu', [x])]);
      conv(b, y, { bias: true, window: around(1) });
    });
    expect(network.layers.map(({ name }) => name)).toEqual([
      'input',
      'conv/pad',
      'conv/bias',
      'conv/pad_1',
      'conv',
      'conv/bias_1',
    ]);
  });
});

describe('padding', () => {
  test('becomes a layer in front of the base layer', () => {
    const network = build((b, x) => conv(b, x, { window: around(1) }));
    expect(sketch(network)).toEqual(['input', 'conv/pad <- input', 'conv <- conv/pad']);
    expect(network.layers[1]).toMatchObject({ op: 'Pad', shape: { height: 10, width: 10, channels: 2 } });
    expect(network.layers[2]!.inputs[0]).toMatchObject({ rows: { padding: 0 }, columns: { padding: 0 } });
  });

  test('of a transposed convolution cuts its output, so nothing is padded', () => {
    const network = build((b, x) => conv(b, x, { window: around(1), transposed: true }));
    expect(sketch(network)).toEqual(['input', 'conv <- input']);
  });

  test('changes nothing of what is read', () => {
    const sizes = fc.record({
      size: fc.integer({ min: 1, max: 12 }),
      kernel: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 4 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      before: fc.integer({ min: -2, max: 4 }),
      after: fc.integer({ min: -2, max: 4 }),
    });
    fc.assert(
      fc.property(sizes, ({ size, ...window }) => {
        const output = Math.floor(
          (size + window.before + window.after - window.dilation * (window.kernel - 1) - 1) / window.stride +
            1,
        );
        fc.pre(output >= 1);
        const { layers } = build((b, x) => conv(b, x, { window }), size);
        const rowsRead = (index: number, y: number): number[] => {
          const layer = layers[index]!;
          if (layer.op === 'Input') return [y];
          const { from, rows } = layer.inputs[0]!;
          const read = positionsRead(rows, y, layers[from]!.shape.height);
          return read.flatMap((row) => rowsRead(from, row));
        };
        expect(layers.at(-1)!.shape.height).toBe(output);
        for (let y = 0; y < output; y++) {
          const expected = Array.from(
            { length: window.kernel },
            (_, i) => y * window.stride - window.before + i * window.dilation,
          ).filter((row) => row >= 0 && row < size);
          expect(rowsRead(layers.length - 1, y)).toEqual(expected);
          // The base layer itself never reaches over the edge of the map it reads.
          const { from, rows } = layers.at(-1)!.inputs[0]!;
          expect(positionsRead(rows, y, layers[from]!.shape.height)).toHaveLength(window.kernel);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('beyond all memory is refused', () => {
    const window = { ...around(0), kernel: 2 ** 21 + 1, before: 2 ** 20, after: 2 ** 20 };
    expect(() => build((b, x) => conv(b, x, { window }))).toThrow(ClsaCimError);
    expect(() => build((b, x) => conv(b, x, { window }))).toThrow(/layer conv .*kernel and padding/);
  });
});

describe('canonicalise', () => {
  test('leaves a canonical network as it is', () => {
    const network = build((b, x) => batchNorm(b, conv(b, x, { window: around(1), bias: true })));
    expect(canonicalise(network)).toEqual(network);
  });

  test('takes layers that read several operands', () => {
    const shape = { height: 2, width: 2, channels: 1 };
    const edge = (from: number) => ({ from, rows: SAME, columns: SAME });
    const layers: Layer[] = [
      { name: 'a', op: 'Input', shape, inputs: [] },
      { name: 'b', op: 'Input', shape, inputs: [] },
      { name: 'add', op: 'Add', shape, inputs: [edge(0), edge(1), edge(0)] },
    ];
    expect(canonicalise({ name: 'n', layers, outputs: [2], warnings: [] })).toMatchObject({
      layers,
      outputs: [2],
    });
  });
});

describe('outputs', () => {
  const outputsOf = ({ layers, outputs }: Network) => outputs.map((index) => layers[index]!.name);

  test('are the last layers of what they were decoupled into', () => {
    const network = build((b, x) => {
      const biased = conv(b, x, { bias: true, window: around(1) });
      const folded = batchNorm(b, conv(b, biased, { window: around(1) }));
      b.output(folded);
      b.output(biased);
      elementwise(b, 'relu', 'Relu', [folded]);
    });
    expect(outputsOf(network)).toEqual(['conv/bias', 'conv_1/bias']);
    expect(network.outputs).toEqual([3, 6]);
  });

  test('ascend where a batch norm is folded into a layer far before it', () => {
    const network = build((b, x) => {
      const early = conv(b, x, { bias: true });
      const late = conv(b, x);
      b.output(late);
      b.output(batchNorm(b, early));
    });
    expect(outputsOf(network)).toEqual(['conv/bias', 'conv_1']);
  });

  test('keep a batch norm from being folded into them', () => {
    const network = build((b, x) => {
      const y = conv(b, x);
      b.output(y);
      b.output(batchNorm(b, y));
    });
    expect(outputsOf(network)).toEqual(['conv', 'bn']);
  });
});
