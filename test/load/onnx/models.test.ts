import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { baseLayers, mvms } from '../../../src/network/network.ts';
import { loadOnnx } from './load-onnx.ts';

const folder = fileURLToPath(new URL('../../../../shared/models/', import.meta.url));
if (!existsSync(folder)) console.warn('the model files are not there; their tests are skipped');

/** File, base layers by op, Σ t. */
const models: [string, Record<string, number>, number][] = [
  ['light_resnet50.onnx', { Conv2D: 53, Dense: 1 }, 61398],
  ['light_squeezenet.onnx', { Conv2D: 26 }, 37042],
  ['resnet18.onnx', { Conv2D: 20, Dense: 1 }, 30234],
  ['light_vgg19.onnx', { Conv2D: 16, Dense: 3 }, 141907],
  ['swiglu_512_4096_14336.onnx', { Dense: 3 }, 1536],
];

describe.skipIf(!existsSync(folder))('real files', () => {
  test.each(models)('%s has its base layers and MVMs', (file, ops, total) => {
    const network = loadOnnx(`${folder}onnx/${file}`, {});
    const base = baseLayers(network);
    const counts: Record<string, number> = {};
    for (const { op } of base) counts[op] = (counts[op] ?? 0) + 1;
    expect(counts).toEqual(ops);
    expect(base.reduce((sum, layer) => sum + mvms(layer), 0)).toBe(total);
    expect(network.name).toBe(file.replace('.onnx', ''));
    // Its input [512, 4096] might as well be a batch (spec.md section 2).
    const warnings = file.startsWith('swiglu')
      ? [expect.stringMatching(/^axis 0 of input \[512, 4096\]/)]
      : [];
    expect(network.warnings).toEqual(warnings);
  });

  test('batch norm leaves no layer behind', () => {
    const network = loadOnnx(`${folder}onnx/light_resnet50.onnx`, {});
    expect(network.layers.filter(({ op }) => op === 'BatchNormalization')).toEqual([]);
  });
});
