import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { baseLayers } from '../../src/network/network.ts';
import { loadModelFile as loadModel } from '../../src/node/model.ts';

const MODELS = fileURLToPath(new URL('../../../shared/models/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Uint8Array, name = 'model.bin'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function bytes(...parts: (string | number[])[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => Buffer.from(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
}

/** The message for a file of this content; it must be one line. */
function failure(path: string): string {
  try {
    loadModel(path);
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    expect(error.message).not.toMatch(/[\r\n]/);
    expect(error.kind).toBe('input');
    return error.message;
  }
  throw new Error('no error');
}

describe.skipIf(!existsSync(MODELS))('real files (skipped without ../shared/models)', () => {
  test.each([
    ['darknet/yolov4-tiny.cfg', 'yolov4-tiny', 21],
    ['keras/mobilenet_v1.json', 'mobilenet_v1', 28],
    ['onnx/resnet18.onnx', 'resnet18', 21],
  ])('%s', (path, name, layers) => {
    const network = loadModel(join(MODELS, path));
    expect(network.name).toBe(name);
    expect(baseLayers(network)).toHaveLength(layers);
  });
});

describe('the content tells the format, not the name', () => {
  const CFG = '[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nfilters=4\n';
  const JSON_MODEL = JSON.stringify({
    class_name: 'Sequential',
    config: [{ class_name: 'Dense', config: { name: 'dense', batch_input_shape: [null, 4], units: 2 } }],
  });

  test.each([
    ['a.json', CFG],
    ['b.cfg', JSON_MODEL],
    ['c.onnx', `\uFEFF  \r\n${JSON_MODEL}`],
    ['d.txt', `# ${'comment '.repeat(2000)}\n${CFG}`],
    ['e.txt', `; gr\u00f6\u00dfe\n\n[ net ]\n${CFG.slice(6)}`],
    ['f.g.cfg', JSON.stringify(JSON_MODEL)],
  ])('%s', (name, content) => {
    const network = loadModel(file(content, name));
    expect(baseLayers(network)).toHaveLength(1);
    expect(network.name).toBe(name.slice(0, name.lastIndexOf('.')));
  });
});

describe('one clear line for everything else', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 'the file is empty'],
    ['HDF5', bytes('\x89HDF\r\n\x1a\n', [0, 0, 0]), 'model.to_json()'],
    [
      '.keras',
      bytes('PK\x03\x04', [20, 0, 0, 0], 'metadata.json', [0, 1, 2]),
      'a .keras archive; export the architecture as JSON',
    ],
    ['PyTorch', bytes('PK\x03\x04', [20, 0, 0, 0], 'archive/data.pkl', [0, 1]), 'torch.onnx.export()'],
    ['some other ZIP', bytes('PK\x03\x04', [20, 0, 0, 0], 'readme', [0, 1]), 'ZIP archive'],
    ['pickle', bytes([0x80, 2], 'ctorch'), 'pickle'],
    ['TFLite', bytes([0x1c, 0, 0, 0], 'TFL3', [0, 0]), 'TFLite'],
    ['GGUF', bytes('GGUF', [3, 0, 0, 0]), 'GGUF'],
    ['gzip', bytes([0x1f, 0x8b, 8]), 'gzip'],
    ['UTF-16', bytes([0xff, 0xfe], '{\0'), 'UTF-16'],
    ['zeros', new Uint8Array(5000), 'nothing but zeros'],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'git lfs pull'],
    ['HTML', '<!DOCTYPE html>\n<html>', 'XML or HTML'],
    ['prototxt', 'name: "VGG"\nlayer {\n', 'Caffe'],
    ['prose', 'Dear reader,\n', 'this text is no model'],
    ['JSON that is no network', '{"a": [1, 2]}', 'this JSON is no network'],
    ['a JSON list', '[1, 2]', 'this text is no model'],
    ['truncated JSON', '{"class_name": "Sequential",\n "config": {"la', 'no valid JSON'],
    [
      'a name with a line end',
      '[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nfilters=1\u000b2\n',
      'line 6',
    ],
  ])('%s', (_, content, message) => {
    const path = file(content);
    expect(failure(path)).toContain(message);
    expect(failure(path)).toContain(path);
  });

  test.each([
    [join(folder, 'missing.onnx'), 'there is no such file'],
    [folder, 'this is a directory'],
    [`${folder}/x\0y`, 'no name of a file'],
    [`${folder}/${'x'.repeat(5000)}`, 'the name is too long'],
    [`${folder}/a\nb`, 'there is no such file'],
    ['', 'there is no such file'],
  ])('bad path %#', (path, message) => {
    expect(failure(path)).toContain(message);
  });

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (content) => {
        failure(file(content));
      }),
      { numRuns: 300 },
    );
  });
});
