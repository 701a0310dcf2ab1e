import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { loadDarknet } from '../../src/load/darknet/index.ts';
import type { LoadOptions } from '../../src/load/options.ts';
import { baseLayers, type Layer, mvms, type Network } from '../../src/network/network.ts';

const MODELS = new URL('../../../shared/models/darknet/', import.meta.url);
const NET = '[net]\nwidth=32\nheight=16\nchannels=8\n';

function load(sections: string, options?: LoadOptions): Network {
  return loadDarknet(NET + sections, 'test', options);
}

function last(network: Network): Layer {
  return network.layers.at(-1)!;
}

function find(network: Network, name: string): Layer {
  return network.layers.find((layer) => layer.name === name)!;
}

/** Names of the outputs. */
function outputsOf({ layers, outputs }: Network): string[] {
  return outputs.map((index) => layers[index]!.name);
}

describe.skipIf(!existsSync(MODELS))('the real files (skipped without ../shared/models)', () => {
  const real = (file: string, options?: LoadOptions) =>
    loadDarknet(readFileSync(new URL(file, MODELS), 'utf8'), file, options);
  const totalMvms = (network: Network) => baseLayers(network).reduce((sum, layer) => sum + mvms(layer), 0);

  test.each([
    // Base layers and Σ H·W: spec.md sections 7 and 8; the last two counted by hand from the files.
    ['yolov4-tiny.cfg', 21, 113061],
    ['yolov3-tiny.cfg', 13, 232882],
    // 256 x 256: 7x7/2 at 128²; stages of 3, 4, 6, 3 blocks at 64², 32², 16², 8², whose first 1x1 convolution
    // of stages 2 to 4 still sees the larger map; a 1x1 shortcut per stage is missing in this file.
    [
      'resnet50.cfg',
      50,
      128 ** 2 +
        64 ** 2 * 9 +
        64 ** 2 +
        32 ** 2 * 11 +
        32 ** 2 +
        16 ** 2 * 17 +
        16 ** 2 +
        8 ** 2 * 8 +
        8 ** 2,
    ],
    ['yolov3.cfg', 75, undefined],
  ])('%s has %i base layers', (file, layers, total) => {
    const network = real(file);
    expect(baseLayers(network)).toHaveLength(layers);
    if (total !== undefined) expect(totalMvms(network)).toBe(total);
    expect(network.warnings).toEqual([]);
  });

  test('names and shapes of yolov4-tiny are those of the command line of the design', () => {
    const [first, second] = baseLayers(real('yolov4-tiny.cfg'));
    expect(first).toMatchObject({
      name: 'conv2d',
      op: 'Conv2D',
      shape: { height: 208, width: 208, channels: 32 },
    });
    expect(second).toMatchObject({ name: 'conv2d_1', weights: { rows: 288, columns: 64, groups: 1 } });
  });

  test('width and height can be overridden', () => {
    const network = real('yolov4-tiny.cfg', { dims: { width: 832, height: 416 } });
    expect(totalMvms(network)).toBe(2 * 113061);
  });
});

describe('sections', () => {
  test('convolutional: padding, stride per direction, groups, dilation, batch norm folded, activation', () => {
    const network = load(
      '[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\nstride_x=2\nstride_y=1\npad=1\ngroups=2\nactivation=mish\n' +
        '[conv]\nfilters=6\nsize=3\ndilation=2\npadding=1\nactivation=linear\n',
    );
    const [first, second] = baseLayers(network);
    expect(first).toMatchObject({
      shape: { height: 16, width: 16, channels: 4 },
      weights: { rows: 36, columns: 2, groups: 2 },
    });
    expect(network.layers.map((layer) => layer.op)).toEqual([
      'Input',
      'Pad',
      'Conv2D',
      'BiasAdd',
      'Mish',
      'Pad',
      'Conv2D',
      'BiasAdd',
    ]);
    expect(second!.shape).toEqual({ height: 16, width: 16, channels: 6 });
  });

  test('deconvolutional: (size - 1) · stride + kernel - 2 · padding', () => {
    const network = load('[deconvolutional]\nfilters=4\nsize=4\nstride=2\npadding=1\nactivation=relu\n');
    expect(baseLayers(network)[0]).toMatchObject({
      op: 'Conv2DTranspose',
      shape: { height: 32, width: 64, channels: 4 },
    });
  });

  test.each([
    ['size=2\nstride=2', 8, 16, 0],
    ['size=2\nstride=1', 16, 32, 0],
    ['size=3\nstride=2', 8, 16, 1],
    ['size=13\nstride=1', 16, 32, 6],
    ['size=2\nstride=2\npadding=0', 8, 16, 0],
    ['size=3\nstride=2\npadding=0', 7, 15, 0],
  ])('maxpool %j pads as Darknet does', (keys, height, width, padding) => {
    const layer = last(load(`[maxpool]\n${keys}\n`));
    expect(layer).toMatchObject({ op: 'MaxPool', shape: { height, width, channels: 8 } });
    expect(layer.inputs[0]!.rows).toMatchObject({ kind: 'window', padding });
  });

  test('maxpool over channels, local_avgpool, antialiasing', () => {
    expect(last(load('[maxpool]\nmaxpool_depth=1\nout_channels=2\n')).shape).toEqual({
      height: 16,
      width: 32,
      channels: 2,
    });
    expect(last(load('[local_avgpool]\nsize=3\nstride=2\n'))).toMatchObject({
      op: 'AveragePool',
      shape: { height: 8, width: 16, channels: 8 },
    });
    const blurred = load('[convolutional]\nsize=3\npad=1\nstride=2\nantialiasing=1\nactivation=linear\n');
    expect(baseLayers(blurred)[0]!.shape).toEqual({ height: 16, width: 32, channels: 1 });
    expect(last(blurred)).toMatchObject({ op: 'Blur', shape: { height: 8, width: 16, channels: 1 } });
  });

  test('route: negative and absolute indices, several layers, groups of each', () => {
    const conv = (filters: number) => `[convolutional]\nfilters=${filters}\nactivation=linear\n`;
    expect(last(load(`${conv(4)}${conv(6)}[route]\nlayers=-1, 0\n`)).shape.channels).toBe(10);
    const grouped = load(`${conv(4)}${conv(6)}[route]\nlayers=-1,0\ngroups=2\ngroup_id=1\n`);
    expect(last(grouped)).toMatchObject({ op: 'Concat', shape: { channels: 5 } });
  });

  test('shortcut: the shape of the section before; larger maps are sampled, smaller ones spread', () => {
    const half = '[convolutional]\nfilters=4\nstride=2\nactivation=linear\n';
    const down = load(
      `[convolutional]\nfilters=6\nactivation=linear\n${half}[shortcut]\nfrom=-2\nactivation=leaky\n`,
    );
    expect(last(down)).toMatchObject({ op: 'LeakyRelu', shape: { height: 8, width: 16, channels: 4 } });
    expect(find(down, 'sample').inputs[0]!.rows).toMatchObject({ kind: 'window', kernel: 1, stride: 2 });
    const up = load(`${half}[route]\nlayers=-1\n[upsample]\nstride=2\n[shortcut]\nfrom=-3\n`);
    expect(last(up)).toMatchObject({ op: 'Add', shape: { height: 16, width: 32, channels: 4 } });
    expect(find(up, 'sample').inputs[0]!.rows).toMatchObject({ kind: 'transposed', kernel: 1, stride: 2 });
    const several = load(`[dropout]\n[dropout]\n[maxpool]\nsize=1\nstride=1\n[shortcut]\nfrom=-2,-3\n`);
    expect(last(several).inputs).toHaveLength(3);
  });

  test('squeeze and excitation', () => {
    const network = load(
      '[dropout]\n[avgpool]\n[convolutional]\nfilters=8\nactivation=logistic\n[scale_channels]\nfrom=-3\n',
    );
    expect(last(network)).toMatchObject({ op: 'Mul', shape: { height: 16, width: 32, channels: 8 } });
  });

  test('implicit knowledge is a constant and leaves no operand', () => {
    const network = load('[implicit_add]\nfilters=8\n[route]\nlayers=-1\n[upsample]\nstride=1\n');
    expect(network.layers).toHaveLength(1);
    const shifted = load(
      '[maxpool]\nsize=1\nstride=1\n[implicit]\nfilters=8\n[route]\nlayers=-2\n[shift_channels]\nfrom=-2\n',
    );
    expect(last(shifted)).toMatchObject({ op: 'Add', inputs: [{ from: 1 }] });
  });

  test('reorg, crop, avgpool, connected, softmax, heads', () => {
    expect(last(load('[reorg]\nstride=2\n')).shape).toEqual({ height: 8, width: 16, channels: 32 });
    expect(last(load('[reorg3d]\nstride=2\nreverse=1\n')).shape).toEqual({
      height: 32,
      width: 64,
      channels: 2,
    });
    expect(last(load('[crop]\ncrop_height=8\ncrop_width=8\n')).shape).toEqual({
      height: 8,
      width: 8,
      channels: 8,
    });
    const classifier = load('[connected]\noutput=10\nactivation=linear\n[softmax]\n[cost]\n');
    expect(baseLayers(classifier)[0]).toMatchObject({ name: 'dense', weights: { rows: 4096, columns: 10 } });
    expect(last(classifier)).toMatchObject({ op: 'Softmax', shape: { height: 1, width: 1, channels: 10 } });
    expect(last(load('[yolo]\nmask=0,1\nanchors=1,2, 3,4\nclasses=80\n')).op).toBe('Yolo');
  });

  test('inputs= instead of an image', () => {
    const network = loadDarknet('[net]\ninputs=256\n[connected]\noutput=10\nactivation=relu\n', 'mlp');
    expect(baseLayers(network)[0]!.weights).toEqual({ rows: 256, columns: 10, groups: 1 });
  });

  test('comments, CRLF and a missing end of line', () => {
    const text =
      '# a comment\r\n; another\r\n [net] # here too\r\nwidth = 32 # pixels\r\nheight=32\r\nchannels=3\r\n\r\n[maxpool]';
    expect(last(loadDarknet(text, 'x')).shape.channels).toBe(3);
  });
});

describe('errors name the line', () => {
  test.each([
    ['', 'no layers follow'],
    ['[convolutional]\nfilters=abc\n', 'line 6, [convolutional]: filters=abc must be an integer'],
    ['[convolutional]\nfilters=0\n', 'line 6, [convolutional]: filters=0'],
    ['[convolutional]\nstride=0\n', 'stride must be at least 1, found 0'],
    ['[convolutional]\nfilters=99999999999\n', 'line 6'],
    ['[convolutional]\nsize=64\n', 'line 5, [convolutional]: layer conv2d'],
    ['[convolutional]\ngroups=3\n', 'line 5, [convolutional]: layer conv2d'],
    ['[convolutional]\nactivation=cube\n', 'activation=cube is unknown; allowUnknown'],
    ['[maxpool]\nhello\n', 'line 6: "hello" is not'],
    ['[route]\nlayers=0\n', 'line 5, [route]: layer index 0'],
    ['[route]\nlayers=-2\n', 'line 5, [route]: layer index -2'],
    ['[route]\n', 'layers= is missing'],
    ['[dropout]\n[route]\nlayers=-1\ngroups=3\n', 'cannot be split into 3 groups'],
    ['[dropout]\n[route]\nlayers=-1\ngroups=2\ngroup_id=2\n', 'group_id=2'],
    ['[dropout]\n[maxpool]\nsize=4\nstride=3\npadding=0\n[shortcut]\nfrom=-2\n', 'cannot be added'],
    ['[lstm]\noutput=3\n', 'line 5, [lstm]: recurrent'],
    ['[local]\n', 'line 5, [local]: locally'],
    ['[warp]\n', 'line 5, [warp]: unknown or misplaced section; allowUnknown'],
    ['[net]\n', 'line 5, [net]: unknown or misplaced'],
    ['[warp]\nfilters=8\n', 'line 5, [warp]: unknown section, which cannot work position by position'],
    ['[__proto__]\n', 'line 5'],
    ['[constructor]\n', 'line 5, [constructor]'],
  ])('%j', (sections, message) => {
    expect(() => load(sections)).toThrowError(ClsaCimError);
    expect(() => load(sections)).toThrowError(message);
  });

  test.each([
    ['', 'no sections'],
    ['width=3\n', 'line 1: "width=3" is not a section'],
    ['[convolutional]\n', 'the first section must be [net]'],
    ['[net]\nwidth=32\nheight=32\n[maxpool]\n', 'line 1, [net]: channels= is missing'],
  ])('%j', (text, message) => {
    expect(() => loadDarknet(text, 'x')).toThrowError(message);
  });

  test('dims other than width and height, or absurd ones', () => {
    expect(() => load('[maxpool]\n', { dims: { depth: 3 } })).toThrowError('only width and height');
    expect(() => load('[maxpool]\n', { dims: { width: -3 } })).toThrowError('must be a positive integer');
  });

  test('unknown sections and activations pass with allowUnknown and a warning each', () => {
    const network = load('[warp]\n[convolutional]\nactivation=cube\n', { allowUnknown: true });
    expect(network.warnings).toHaveLength(2);
    expect(network.layers.map((layer) => layer.op)).toEqual(['Input', 'warp', 'Conv2D', 'BiasAdd', 'cube']);
  });

  test.each(['filters=8', 'output=10', 'size=3', 'stride=2', 'hidden=4', 'batch_normalize=1'])(
    'an unknown section with %s is none that works position by position, whatever the user says',
    (line) => {
      const sections = `[warp]\n${line}\n`;
      for (const allowUnknown of [true, false]) {
        expect(() => load(sections, { allowUnknown })).toThrow(
          /cannot work position by position, since \w+=/,
        );
        expect(() => load(sections, { allowUnknown })).not.toThrow(/allowUnknown/);
      }
    },
  );

  test('nothing but ClsaCimError on hostile input', () => {
    const kinds = [
      'net',
      'conv',
      'maxpool',
      'route',
      'shortcut',
      'upsample',
      'reorg',
      'connected',
      'implicit',
      'scale_channels',
      'crop',
      'avgpool',
      'softmax',
      'local_avgpool',
      'deconvolutional',
      'yolo',
      'toString',
    ];
    const keys = [
      'filters',
      'size',
      'stride',
      'pad',
      'padding',
      'groups',
      'dilation',
      'layers',
      'from',
      'output',
      'group_id',
      'reverse',
      'width',
      'antialiasing',
      'activation',
      'crop_width',
      'maxpool_depth',
      'stride_x',
    ];
    const value = fc.oneof(
      fc.integer({ min: -3, max: 5 }).map(String),
      fc.constantFrom('2147483647', '1e9', '', 'leaky', '-1,-2', '0,', 'NaN', '4096'),
    );
    const section = fc
      .tuple(fc.constantFrom(...kinds), fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 4 }))
      .map(([kind, entries]) => `[${kind}]\n${entries.map(([key, v]) => `${key}=${v}\n`).join('')}`);
    const text = fc.oneof(
      { weight: 4, arbitrary: fc.array(section, { maxLength: 8 }).map((all) => NET + all.join('')) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    );
    fc.assert(
      fc.property(text, fc.boolean(), (cfg, allowUnknown) => {
        try {
          loadDarknet(cfg, 'fuzz', { allowUnknown });
        } catch (error) {
          if (!(error instanceof ClsaCimError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('outputs', () => {
  const CONV = '[convolutional]\nfilters=4\nsize=1\nactivation=linear\n';

  test('are the detection heads, even those that something reads, and the last section', () => {
    const network = load(`${CONV}[yolo]\n[route]\nlayers=-2\n${CONV}[region]\n${CONV}[upsample]\n`);
    expect(outputsOf(network)).toEqual(['yolo', 'region', 'upsample']);
  });

  test('are the last layer of what the last section was decoupled into', () => {
    const network = load(
      '[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1\nactivation=linear\n[cost]\n',
    );
    expect(outputsOf(network)).toEqual(['conv2d/bias']);
  });

  test('are not what nobody reads', () => {
    const network = load(`${CONV}${CONV}[route]\nlayers=-2\n[softmax]\n`);
    expect(outputsOf(network)).toEqual(['softmax']);
  });

  test.skipIf(!existsSync(MODELS))('of the real yolov4-tiny are its two heads', () => {
    const text = readFileSync(new URL('yolov4-tiny.cfg', MODELS), 'utf8');
    expect(outputsOf(loadDarknet(text, 'yolov4-tiny'))).toEqual(['yolo', 'yolo_1']);
  });
});

test('local response normalisation reads size channels for every value', () => {
  expect(last(load('[lrn]\nsize=3\n')).operations).toBe(16 * 32 * 8 * 3);
  expect(last(load('[normalization]\n')).operations).toBe(16 * 32 * 8 * 5);
});
