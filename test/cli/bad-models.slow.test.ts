import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type GraphSpec, model, type NodeSpec, node, weights } from '../load/onnx/onnx-writer.ts';
import { MODELS, modelFile } from '../models.ts';
import { failure, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();

/** A network of one convolution, and what a test changes of it. */
function onnx(changes: Partial<GraphSpec> & { nodes?: readonly NodeSpec[] } = {}): Uint8Array {
  const conv = node('Conv', 'x w', 'y', {}, 'conv');
  return model({
    inputs: { x: [1, 3, 8, 8] },
    nodes: [conv],
    initializers: { w: weights(4, 3, 3, 3) },
    outputs: ['y'],
    ...changes,
  });
}

function cfg(net: string, ...sections: string[]): string {
  return [`[net]\n${net}`, ...sections].join('\n\n');
}
const NET = 'width=8\nheight=8\nchannels=3';
const CONV = '[convolutional]\nfilters=4\nsize=3\nstride=1\npad=1\nactivation=linear';

/** A layer of a Keras model that reads `from`. */
function kerasLayer(name: string, from: string, config: object = {}, className = 'Conv2D') {
  return {
    class_name: className,
    name,
    config: { name, filters: 4, kernel_size: [3, 3], strides: [1, 1], padding: 'same', ...config },
    inbound_nodes: [[[from, 0, 0, {}]]],
  };
}

/** A Keras model of these layers, with an input called `in`. */
function keras(...layers: ReturnType<typeof kerasLayer>[]): string {
  const input = {
    class_name: 'InputLayer',
    name: 'in',
    config: { name: 'in', batch_input_shape: [null, 8, 8, 3] },
    inbound_nodes: [],
  };
  const config = {
    name: 'net',
    layers: [input, ...layers],
    input_layers: [['in', 0, 0]],
    output_layers: [[layers.at(-1)?.name, 0, 0]],
  };
  return JSON.stringify({ class_name: 'Functional', config });
}

/** Bytes without any order, the same in every run. */
function random(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

const real = existsSync(MODELS) ? readFileSync(modelFile('onnx/resnet18.onnx')) : random(10_000);
const wide = 'width=60000\nheight=60000\nchannels=3';

/** Name of the file, its content, and what the message says beside the name of the file. */
const files: [string, string | Uint8Array, RegExp][] = [
  ['empty.onnx', '', /the file is empty/],
  ['blank.cfg', ' \n \n', /./],
  ['random.onnx', random(3000), /ONNX|model/],
  ['random.txt', Buffer.from(random(3000)).toString('base64'), /no model; give an ONNX file/],
  ['truncated.onnx', real.subarray(0, real.length >> 1), /ONNX|truncated|ends|cut/i],
  ['tail.onnx', real.subarray(real.length >> 1), /./],
  ['zeros.onnx', new Uint8Array(4096), /zeros/],
  ['truncated.json', keras(kerasLayer('a', 'in')).slice(0, 120), /JSON/],
  ['truncated.cfg', cfg(NET, `${CONV.slice(0, 8)}`), /./],

  ['cycle.onnx', onnx({ nodes: [node('Conv', 'z w', 'y'), node('Relu', 'y', 'z')] }), /cycle|loop/],
  ['cycle.json', keras(kerasLayer('a', 'b'), kerasLayer('b', 'a')), /cycle/],
  ['nowhere.onnx', onnx({ nodes: [node('Conv', 'nowhere w', 'y')] }), /nowhere/],

  ['channels.onnx', onnx({ inputs: { x: [1, 5, 8, 8] } }), /conv.*(channels|3).*5|conv.*5.*3/i],
  ['rank.onnx', onnx({ inputs: { x: [1, 3] } }), /conv/],
  ['zero.onnx', onnx({ inputs: { x: [1, 3, 0, 8] } }), /--dim x:2=/],
  ['negative.onnx', onnx({ inputs: { x: [1, 3, -8, 8] } }), /-8|--dim/],
  ['small.onnx', onnx({ inputs: { x: [1, 3, 2, 2] } }), /conv/],
  ['pixels.onnx', onnx({ inputs: { x: [1, 3, 65536, 32768] } }), /2\^31/],
  ['channels2.onnx', onnx({ inputs: { x: [1, 2 ** 40, 2 ** 20, 8] } }), /./],
  ['open.onnx', onnx({ inputs: { x: [1, 3, 'rows', 8] } }), /--dim rows=/],
  ['unknown.onnx', onnx({ nodes: [node('my.domain:Fancy', 'x', 'y')] }), /Fancy.*--allow-unknown|Fancy/],
  ['relu.onnx', onnx({ nodes: [node('Relu', 'x', 'y')] }), /no base layer/],
  [
    'control.onnx',
    onnx({ nodes: [node('Conv', 'x w', 'y', { strides: [0, 0] }, 'a\n\u001b[31mb')] }),
    /stride/i,
  ],

  ['only-net.cfg', cfg(NET), /./],
  ['zero.cfg', cfg('width=0\nheight=8\nchannels=3', CONV), /width/],
  ['nan.cfg', cfg('width=NaN\nheight=8\nchannels=3', CONV), /width.*NaN|NaN.*width/],
  ['fraction.cfg', cfg('width=1.5\nheight=8\nchannels=3', CONV), /width/],
  ['pixels.cfg', cfg(wide, CONV), /2\^31/],
  ['filters.cfg', cfg(NET, CONV.replace('filters=4', 'filters=-4')), /filters/],
  ['stride.cfg', cfg(NET, CONV.replace('stride=1', 'stride=0')), /stride/],
  ['route.cfg', cfg(NET, CONV, '[route]\nlayers=-7'), /route.*-7|-7/],
  ['section.cfg', cfg(NET, '[fancy]\na=1'), /fancy/],

  ['object.json', '{}', /./],
  ['list.json', '[1, 2]', /./],
  ['text.json', '"hello"', /./],
  ['package.json', '{"name":"x","version":"1.0.0","dependencies":{}}', /Keras|model/],
  ['deep.json', '{"a":'.repeat(100_000), /./],
  ['no-layers.json', '{"class_name":"Sequential","config":[]}', /layer/],
  ['unknown.json', keras(kerasLayer('a', 'in', {}, 'Fancy')), /Fancy/],
  ['filters.json', keras(kerasLayer('a', 'in', { filters: -1 })), /filters.*-1/],
  ['nan.json', keras(kerasLayer('a', 'in', { filters: 'NaN' })), /filters.*NaN/],
  ['huge.json', keras(kerasLayer('a', 'in')).replace('null,8,8', 'null,65536,65536'), /2\^31/],
];

describe.concurrent('files that are no network', () => {
  test.each(files)('%s', async (name, content, reason) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const message = await failure(1, 'schedule', path, '--json');
    expect(message.startsWith(`${path}: `) || message.startsWith('network ')).toBe(true);
    expect(message.replace(path, '')).toMatch(reason);
  });

  test('a directory, a device, and what does not exist', async () => {
    const directory = join(folder, 'directory.onnx');
    mkdirSync(directory);
    expect(await failure(1, 'schedule', directory)).toMatch(/directory\.onnx: this is a directory; give a/);
    expect(await failure(1, 'schedule', '/dev/null')).toMatch(/no regular file/);
    expect(await failure(1, 'inspect', join(folder, 'none.onnx'))).toMatch(
      /neither a .*; give a path to a model/,
    );
    expect(await failure(1, 'schedule', join(folder, 'only-net.cfg', 'x'))).toMatch(
      /neither a model file nor/,
    );
    expect(await failure(1, 'schedule', 'resnet51')).toMatch(/did you mean resnet50\? Give/);
    expect(await failure(1, 'schedule', '')).toMatch(/neither a model file nor/);
    expect(await failure(1, 'schedule', 'a\nb\u001b[31m')).toMatch(/neither a model file nor/);
  });
});

/** Content of a file for --arch or --duplication, and what the message says beside its name. */
const CHIP = [
  ...['name: x', 'crossbarRows: 64', 'crossbarColumns: 64', 'weightBits: 8', 'cellBits: 8'],
  ...['differentialPairs: false', 'activationBits: 8', 'dacBits: 8', 'mvmLatencyNs: 100'],
].join('\n');
const companions: [string, string, string | Uint8Array, RegExp][] = [
  ['--arch', 'empty.yaml', '', /the file is empty/],
  ['--arch', 'random.yaml', random(3000), /not a text file/],
  ['--arch', 'model.yaml', cfg(NET, CONV), /./],
  ['--arch', 'list.yaml', '[1, 2]', /must be a mapping of fields/],
  ['--arch', 'nan.yaml', CHIP.replace('crossbarRows: 64', 'crossbarRows: .nan'), /crossbarRows: .*NaN/],
  ['--arch', 'zero.yaml', CHIP.replace('crossbarRows: 64', 'crossbarRows: 0'), /crossbarRows: .*found 0/],
  ['--arch', 'huge.yaml', CHIP.replace('crossbarRows: 64', 'crossbarRows: 1e300'), /crossbarRows: .*1e\+300/],
  ['--arch', 'minus.yaml', CHIP.replace('Ns: 100', 'Ns: -1'), /mvmLatencyNs: .*found -1/],
  ['--arch', 'typo.yaml', `${CHIP}\ncellBit: 2`, /cellBit: unknown field; did you mean "cellBits"/],
  ['--arch', 'twice.yaml', `${CHIP}\nname: y`, /line 10, column 1: "name" is given twice/],
  ['--arch', 'missing.yaml', CHIP.replace('weightBits: 8', ''), /weightBits: is missing/],
  ['--arch', 'few.yaml', `${CHIP}\npes: 1`, /needs \d+ PEs and there are 1/],
  ['--arch', 'bomb.yaml', `a: &a [x]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]`, /./],
  ['--duplication', 'short.json', '[1, 2]', /copies of 2 layers and the network has 21 base layers/],
  ['--duplication', 'zero.yaml', 'conv2d: 0', /conv2d: must be a whole number/],
  ['--duplication', 'half.yaml', 'conv2d: 1.5', /conv2d: must be a whole number/],
  ['--duplication', 'who.yaml', 'conv2e: 2', /no base layer is called "conv2e"; did you mean "conv2d"/],
  ['--duplication', 'text.yaml', 'hello', /must be a list of copies/],
  ['--duplication', 'empty.json', '', /the file is empty/],
];

describe.concurrent('files for --arch and --duplication', () => {
  test.each(companions)('%s %s', async (option, name, content, reason) => {
    const path = join(folder, `${option}-${name}`);
    writeFileSync(path, content);
    const message = await failure(1, 'schedule', 'tinyyolov4', option, path);
    expect(message.startsWith(`${path}: `) || message.startsWith('network ')).toBe(true);
    expect(message.replace(path, '')).toMatch(reason);
  });

  test('copies that do not fit the PEs', async () => {
    const path = join(folder, 'many.yaml');
    writeFileSync(path, 'conv2d: 100');
    const message = await failure(2, 'schedule', 'tinyyolov4', '--duplication', path, '--extra-pes', '32');
    expect(message).toMatch(/takes 99 PEs beyond the minimum and 32 are left.*give at least 99 extra PEs/);
  });

  test('names of neither a preset nor a file, and directories', async () => {
    expect(await failure(1, 'schedule', 'tinyyolov4', '--arch', 'papr')).toMatch(/did you mean "paper"/);
    expect(await failure(1, 'schedule', 'tinyyolov4', '--arch', folder)).toMatch(/not a file; give a YAML/);
    expect(await failure(1, 'schedule', 'tinyyolov4', '--arch', '')).toMatch(/known are paper, isaac/);
    expect(await failure(1, 'schedule', 'tinyyolov4', '--duplication', 'gredy')).toMatch(
      /did you mean "greedy"/,
    );
    expect(await failure(1, 'schedule', 'tinyyolov4', '--duplication', folder)).toMatch(/not a file/);
    expect(await failure(1, 'architectures', 'papr')).toMatch(/did you mean "paper"/);
  });
});
