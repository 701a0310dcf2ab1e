import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadModel, mvms } from '../../src/index.ts';
import type { Inspection } from '../../src/report/inspection.ts';
import { model, node, weights } from '../load/onnx/onnx-writer.ts';
import { clsaCim, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const mlp = join(folder, 'mlp.onnx');
writeFileSync(
  mlp,
  model({
    inputs: { image: [32, 784] },
    initializers: { w: weights(784, 10) },
    nodes: [node('Gemm', 'image w', 'y', {}, 'dense')],
  }),
);

describe.concurrent('--batch-axis', () => {
  test.each(['schedule', 'simulate', 'inspect', 'optimize'])('is an option of %s', async (command) => {
    const [batch, sequence] = await Promise.all([
      clsaCim(command, mlp, '--batch-axis', '--json'),
      clsaCim(command, mlp, '--json'),
    ]);
    expect([batch.status, sequence.status]).toEqual([0, 0]);
    expect(batch.stderr).not.toContain('axis 0');
    expect(sequence.stderr).toContain('axis 0');
  });

  test('counts one inference of the batch', async () => {
    const { layers } = await json<Inspection>('inspect', mlp, '--batch-axis');
    expect(layers.at(-1)).toMatchObject({ name: 'dense', mvms: 1, outputShape: [1, 1, 10] });
  });

  test('without it, a line says what is assumed', async () => {
    const { status, stdout, stderr } = await clsaCim('schedule', mlp, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ cycles: 32 });
    expect(stderr).toMatch(
      /^clsa-cim: warning: axis 0 of image \[32, 784\] is taken as a sequence.*--batch-axis.*\n$/,
    );
  });

  test('is a parameter of sweeps', async () => {
    const spec = join(folder, 'sweep.yaml');
    writeFileSync(spec, `models: [${mlp}]\nproduct: {batchAxis: [false, true]}\n`);
    const { status, stderr } = await clsaCim('sweep', spec, '--out', join(folder, 'out'));
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('axis 0 of image'),
    });
    const [head = '', ...rows] = readFileSync(join(folder, 'out/results.csv'), 'utf8').trimEnd().split('\n');
    const column = head.split(',').indexOf('cycles');
    expect(rows.map((row) => row.split(',')[column])).toEqual(['32', '1']);
  });

  test('is an option of the library', async () => {
    expect(mvms(loadModel(mlp, { batchAxis: true }).layers[1]!)).toBe(1);
    expect(await output('schedule', '--help')).toContain('--batch-axis');
  });
});
