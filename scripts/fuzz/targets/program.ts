import { executeInOrder } from '../../../src/execute/in-order.ts';
import { Machine } from '../../../src/execute/machine.ts';
import { planProgram } from '../../../src/execute/plan.ts';
import { naming } from '../../../src/input/naming.ts';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { type LoadedProgram, loadOnnxProgram } from '../../../src/load/onnx/index.ts';
import { checkPayloads } from '../../../src/load/onnx/payload.ts';
import { elements } from '../../../src/network/tensor.ts';
import { randomFeeds } from '../../../src/verify/random-feeds.ts';
import { fileTarget } from '../file-target.ts';
import { protobufTree } from '../protobuf-tree.ts';
import { onnx } from './onnx.ts';

/** ONNX files as `verify` takes them: planned, and executed where they are small. */
export const program = fileTarget({
  name: 'program',
  suffix: '.onnx',
  formats: [protobufTree],
  // Loaded, planned and executed.
  reads: 3,
  corpus: onnx.corpus,
  run: (bytes) => naming('fuzz.onnx', () => execute(bytes)),
});

function execute(bytes: Uint8Array): void {
  const loaded = loadOnnxProgram(bytesInMemory(bytes), 'fuzz.onnx', { allowUnknown: true });
  const files = { model: bytesInMemory(bytes), external: () => bytesInMemory(new Uint8Array(64)) };
  checkPayloads(loaded.program.constants.values(), files);
  const values = valuesOf(loaded);
  if (values > MAX_PLANNED) return;
  const plan = planProgram(loaded.program, { files, seed: 1, isRandom: false });
  if (values > MAX_EXECUTED) return;
  const machine = new Machine(plan, {
    feeds: [randomFeeds(loaded.program, 1, 0)],
    slots: 1,
    joins: new Set(),
  });
  executeInOrder(plan, machine);
}

/** A small file may claim to have tensors of any size; what is done with each of their values takes its time. */
const MAX_PLANNED = 2 ** 22;
const MAX_EXECUTED = 20_000;

/** Values of all tensors. */
function valuesOf({ network, program: { constants, steps } }: LoadedProgram): number {
  const ofLayers = network.layers.map(({ shape }) => shape.height * shape.width * shape.channels);
  const ofConstants = [...constants.values()].map(({ dims }) => elements(dims));
  const ofSteps = steps.flatMap(({ outputs }) => outputs.map(({ dims }) => elements(dims)));
  return [...ofLayers, ...ofConstants, ...ofSteps].reduce((sum, count) => sum + count, 0);
}
