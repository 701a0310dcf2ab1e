import { type Measured, type MeasureOptions, measureAccuracy } from '../../src/accuracy/index.ts';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { feedsInMemory } from '../../src/execute/feed-source.ts';
import { planProgram } from '../../src/execute/plan.ts';
import { bytesInMemory } from '../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../src/load/onnx/index.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { randomFeeds } from '../../src/verify/random-feeds.ts';
import { type ModelSpec, model } from '../load/onnx/onnx-writer.ts';

/** A chip with 32 rows and columns, weights of 8 bits in cells of 2, inputs of 8 bits read bit by bit. */
export const small: Architecture = {
  ...paper,
  ...{ crossbarRows: 32, crossbarColumns: 32, weightBits: 8, cellBits: 2, activationBits: 8, dacBits: 1 },
  differentialPairs: false,
};

/** What the arithmetic of a chip does to a model, over some random inputs. */
export function measured(
  spec: ModelSpec,
  architecture: Architecture,
  options: MeasureOptions = {},
  count = 2,
): Measured {
  const bytes = bytesInMemory(model(spec));
  const { network, program } = loadOnnxProgram(bytes, 'test.onnx');
  const files = {
    model: bytes,
    external: (): never => {
      throw new Error('there are no other files');
    },
  };
  const plan = () => planProgram(program, { files, seed: 1, isRandom: false });
  const inputs = feedsInMemory(Array.from({ length: count }, (_, i) => randomFeeds(program, 3, i)));
  const mapping = mapNetwork(network, architecture, { duplication: 'none' });
  const plans = { float: plan(), crossbars: plan() };
  return measureAccuracy({ network, architecture, mapping, plans, inputs }, options);
}
