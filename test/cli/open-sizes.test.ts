import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { model, node, weights } from '../load/onnx/onnx-writer.ts';
import { failure, MAIN, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const keras = (shape: (number | null)[], layer: object) =>
  JSON.stringify({
    class_name: 'Sequential',
    config: [{ class_name: 'Conv2D', config: { name: 'l', batch_input_shape: [null, ...shape], ...layer } }],
  });
const conv = { filters: 2, kernel_size: 3 };
const onnx = (...dims: (number | string | null)[]) =>
  model({
    inputs: { x: ['N', ...dims] },
    initializers: { w: weights(2, 3, 1, 1) },
    nodes: [node('Conv', 'x w', 'y')],
    outputs: ['y'],
  });

/** The message about open sizes gives an example that names them all, and works in a shell as it stands. */
test.concurrent.each([
  ['keras.json', keras([null, null, 3], conv), 2],
  ['one.json', keras([null, 8, 3], conv), 1],
  ['blank.json', keras([null, null, 3], { ...conv, name: "it's a $HOME `l`" }), 2],
  ['named.onnx', onnx(3, 'height', 'width'), 2],
  ['unnamed.onnx', onnx(3, null, null), 2],
  ['strange.onnx', onnx(3, 'a b', '"$(touch pwned)" \'`\\!'), 2],
  ['floor.onnx', onnx(3, 'floor(h/2) + 1', 'a=b'), 2],
])('%s', async (name, content, count) => {
  const path = file(name, content);
  const message = await failure(1, 'inspect', path);
  const example = message.slice(message.lastIndexOf(' with --dim ') + ' with '.length);
  expect(message).toContain(count === 1 ? 'give it with' : 'give them with');
  expect(example.split('--dim ')).toHaveLength(count + 1);
  const command = `"${process.execPath}" "${MAIN}" inspect "${path}" ${example}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: folder });
  expect(stdout).toMatch(/128 x 128|224 x (224|8) /);
});
