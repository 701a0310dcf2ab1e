import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MODELS, modelFile } from '../../models.ts';
import { loadOnnx } from './load-onnx.ts';
import { loadProgramFile, stepOf } from './load-program.ts';
import { checkProgram } from './program-check.ts';

const files = ['light_squeezenet', 'light_resnet50', 'light_vgg19', 'resnet18', 'swiglu_512_4096_14336'];

describe.skipIf(!existsSync(MODELS))('real files', () => {
  test.each(files)('the program of %s is what the file says', (name) => {
    const path = modelFile(`onnx/${name}.onnx`);
    const loaded = loadProgramFile(path);
    checkProgram(loaded, readFileSync(path));
    expect(loaded.network).toEqual(loadOnnx(path));
    expect(loaded.program.leftOut).toEqual([]);
    expect(loaded.program.outputs.length).toBeGreaterThan(0);
  });

  test('light_squeezenet begins with a convolution', () => {
    const { program } = loadProgramFile(modelFile('onnx/light_squeezenet.onnx'));
    const conv = stepOf(program, 'n0');
    expect(program.inputs).toMatchObject([{ name: 'data_0', dims: [1, 3, 224, 224], h: 2, w: 3 }]);
    expect(conv).toMatchObject({ key: 'Conv', opset: 9, where: 'node n0 (Conv), node 40 of 105' });
    expect(conv.attributes.get('strides')?.ints).toEqual([2, 2]);
    expect(conv.layers).toEqual([
      { name: 'n0', op: 'Conv2D', isBase: true, arrangement: { dims: [1, 64, 111, 111], h: 2, w: 3 } },
    ]);
    const [input, weights, bias] = conv.inputs;
    expect(input).toBe(program.inputs[0]!.id);
    // Its weights are a fill, its bias is in the file.
    expect(program.constants.get(weights!)).toMatchObject({
      dims: [64, 3, 3, 3],
      dataType: 1,
      fill: Math.fround(0.02),
    });
    expect(program.constants.get(bias!)).toMatchObject({ name: 'conv1_b_0', dims: [64] });
    expect(stepOf(program, 'n1').inputs).toEqual([conv.outputs[0]!.id]);
    expect(program.outputs).toEqual([{ name: 'softmaxout_1', id: program.steps.at(-1)!.outputs[0]!.id }]);
  });
});
