import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { loadModelFile as loadModel } from '../../src/node/model.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Part = string | readonly number[] | Uint8Array;

function bytes(...parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
}

/** An archive with stored files, as Python's zipfile writes one. */
function zip(files: Readonly<Record<string, Part>>): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = bytes(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const local = bytes('PK\x03\x04', common, name, data);
    locals.push(local);
    entries.push(bytes('PK\x01\x02', [20, 0], common, place, name));
    offset += local.length;
  }
  const directory = bytes(...entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return bytes(...locals, directory, 'PK\x05\x06', end);
}

/** The message for a file of this content, whatever its name, without the path. */
function failure(content: Part): string {
  const path = join(folder, 'model.bin');
  writeFileSync(path, bytes(content));
  return failureAt(path);
}

function failureAt(path: string): string {
  try {
    loadModel(path);
  } catch (error) {
    if (error instanceof ClsaCimError) return error.message.slice(path.length + 2);
    throw error;
  }
  throw new Error('no error');
}

const large = Buffer.alloc(10_000, 'x');
/** What `torch.save` makes: the weights may be in front of everything else in an archive around it. */
const pickled = zip({ 'archive/data.pkl': '\x80\x02}q\x00.', 'archive/version': '3\n' });

describe('a ZIP archive is known by the files in it', () => {
  const TORCH_EXPORT =
    /^this is a program of torch\.export \(\.pt2\); export the model to ONNX with torch\.onnx\.export\(\)$/;

  test.each<[string, Readonly<Record<string, Part>>, RegExp]>([
    [
      '.pt2 since torch 2.8',
      {
        'm/archive_format': 'pt2',
        'm/byteorder': 'little',
        'm/models/model.json': '{}',
        'm/data/weights/model_weights_config.json': '{}',
        'm/data/sample_inputs/model.pt': pickled,
      },
      TORCH_EXPORT,
    ],
    [
      '.pt2 before',
      { 'serialized_state_dict.pt': pickled, 'serialized_exported_program.json': '{}', version: '8.7' },
      TORCH_EXPORT,
    ],
    [
      '.pt2 with large weights in front',
      { 'm/data/weights/weight_0': large, 'm/archive_format': 'pt2' },
      TORCH_EXPORT,
    ],
    [
      '.pt',
      { 'm/data.pkl': '\x80\x02', 'm/byteorder': 'little' },
      /^this is a PyTorch archive .*torch\.onnx\.export\(\)$/,
    ],
    [
      'TorchScript with a config among its extra files',
      { 'm/data.pkl': '\x80\x02', 'm/extra/config.json': '{}', 'm/code/m.py': '' },
      /^this is a PyTorch archive/,
    ],
    [
      '.keras',
      { 'metadata.json': '{}', 'config.json': '{}', 'model.weights.h5': '' },
      /^this is a \.keras archive; .*model\.to_json\(\)$/,
    ],
    [
      '.keras with its weights in front',
      { 'model.weights.h5': large, 'config.json': '{}' },
      /^this is a \.keras archive/,
    ],
    ['.npz', { 'weights.npy': '\x93NUMPY' }, /^these are NumPy arrays/],
    ['a packed .onnx', { 'a/model.onnx': '\x08\x08' }, /unpack it and give the \.onnx file/],
    ['anything else', { 'readme.txt': 'hello' }, /^this is a ZIP archive; unpack it/],
    ['an empty one', {}, /^this is a ZIP archive/],
  ])('%s', (_, files, message) => {
    expect(failure(zip(files))).toMatch(message);
  });

  test('also where it is cut short', () => {
    const whole = zip({ 'm/archive_format': 'pt2', 'm/data/weights/weight_0': large });
    expect(failure(whole.subarray(0, 5000))).toMatch(TORCH_EXPORT);
  });
});

describe('a binary file is known by its first bytes', () => {
  test.each<[string, Part, RegExp]>([
    [
      '.safetensors',
      bytes([60, 0, 0, 0, 0, 0, 0, 0], '{"a":{"dtype":"F32","shape":[2]'),
      /safetensors.*torch\.onnx/,
    ],
    ['.tflite', bytes([28, 0, 0, 0], 'TFL3', [0, 0]), /TFLite.*tf2onnx\.convert --tflite/],
    ['.ort', bytes([32, 0, 0, 0], 'ORTM', [0, 0]), /ORT format; give the ONNX file/],
    ['.pte', bytes([32, 0, 0, 0], 'ET12', [0, 0]), /ExecuTorch.*torch\.onnx/],
    ['.engine', bytes('ftrt', [1, 0, 0, 0]), /TensorRT engine.*ONNX/],
    ['.rknn', bytes('RKNN', [0, 0, 0, 0]), /RKNN/],
    ['.so', bytes('\x7fELF', [2, 1, 1, 0]), /program or library/],
    ['.pth of long ago', bytes([0x80, 2, 0x8a, 10], 'l\xfc\x9cF'), /pickle.*torch\.onnx/],
    ['.zst', bytes([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), /zstd; unpack/],
    ['.xz', bytes('\xfd7zXZ', [0, 0]), /xz; unpack/],
    [
      '.tar',
      bytes('model/', new Uint8Array(251), 'ustar', [0, 48, 48], new Uint8Array(300)),
      /tar archive; unpack/,
    ],
  ])('%s', (_, content, message) => {
    expect(failure(content)).toMatch(message);
  });
});

describe('a protobuf that is no ONNX model is known by its outermost fields', () => {
  /** A field with bytes in it. */
  const field = (number: number, content: Part) => {
    const tag = 8 * number + 2;
    const data = bytes(content);
    return bytes(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7], [data.length], data);
  };
  const nodeDef = bytes(field(1, 'input'), field(2, 'Placeholder'));

  test.each<[string, Part, RegExp]>([
    [
      'a frozen graph of TensorFlow',
      bytes(field(1, nodeDef), field(1, nodeDef), field(4, [8, 27])),
      /TensorFlow graph.*tf2onnx/,
    ],
    [
      'saved_model.pb',
      bytes([8, 1], field(2, field(2, nodeDef))),
      /^this is a TensorFlow SavedModel; .*tf2onnx/,
    ],
    ['.mlmodel', bytes([8, 4], field(2, field(1, '')), field(500, [8, 1])), /Core ML model/],
    ['.caffemodel', bytes(field(1, 'VGG'), field(100, field(1, 'conv1'))), /Caffe model/],
    [
      'input_0.pb of an ONNX test',
      bytes([8, 1, 8, 3, 0x10, 1], field(9, [0, 0, 0, 0])),
      /tensor of ONNX, no model/,
    ],
    ['ONNX without a graph', bytes([8, 8], field(2, 'pytorch'), field(8, [])), /the graph has no nodes/],
    ['no protobuf at all', bytes([0xff, 0x07, 0x06]), /no valid ONNX file/],
  ])('%s', (_, content, message) => {
    expect(failure(content)).toMatch(message);
  });
});

describe('text of other tools is known by what it says', () => {
  test.each<[string, string, RegExp]>([
    ['MXNet', '{"nodes": [{"op": "null", "name": "data"}], "arg_nodes": [0]}', /MXNet or TVM.*ONNX/],
    [
      'torch.export',
      '{"graph_module": {"graph": {}}, "schema_version": {"major": 8}}',
      /torch\.export.*torch\.onnx/,
    ],
    [
      'Hugging Face',
      '{"_name_or_path": "x", "model_type": "llama"}',
      /Hugging Face, without layers.*optimum-cli/,
    ],
    ['an index of safetensors', '{"metadata": {}, "weight_map": {"a": "b"}}', /index of weights/],
    ['OpenVINO', '<?xml version="1.0"?>\n<net name="m" version="11">', /OpenVINO/],
    ['ncnn', '7767517\n75 83\nInput data 0 1 data 0=227\n', /ncnn/],
    ['any JSON', '{"name": "package"}', /a Keras model has class_name/],
  ])('%s', (_, content, message) => {
    expect(failure(content)).toMatch(message);
  });
});

test.each([
  ['saved_model.pb', /^this is a TensorFlow SavedModel; .*tf2onnx/],
  ['Manifest.json', /^this is a Core ML package/],
  ['model.onnx', /^this is a directory; give a model file in it$/],
])('a directory with %s in it', (name, message) => {
  const directory = join(folder, `of-${name}`);
  mkdirSync(directory);
  writeFileSync(join(directory, name), 'x');
  expect(failureAt(directory)).toMatch(message);
});
