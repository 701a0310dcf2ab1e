import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { loadModel } from '../../src/node/model.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { rectangle } from '../../src/schedule/sets.ts';
import { validateSchedule } from '../../src/schedule/validate.ts';
import { validateLayerByLayer } from '../../src/schedule/validate-layer-by-layer.ts';
import { type Granularity, parseGranularity } from '../../src/workload/granularity.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { cpuMs } from '../cpu-ms.ts';
import { MODELS, modelFile } from '../models.ts';
import { chain } from './chain.ts';

describe('every value of spec.md section 8', () => {
  test.each([
    ['tinyyolov4', 'row', 32, 113061, 5109, 22.13],
    ['tinyyolov4', 'pixel', 0, 113061, 43945, 2.573],
    ['tinyyolov4', 'pixel', 32, 113061, 4109, 27.515],
    ['tinyyolov4', '4x4', 16, 113061, 8324, 13.583],
    ['tinyyolov3', 'row', 32, 232882, 8060, 28.894],
    ['tinyyolov3', 'pixel', 32, 232882, 7345, 31.706],
    ['vgg16', 'row', 32, 137788, 8540, 16.134],
    ['resnet50', 'pixel', 32, 58310, 1865, 31.265],
    ['resnet152', 'row', 32, 85358, 5138, 16.613],
  ] as const)('%s at %s sets with %i more PEs', (model, sets, extraPes, baseline, cycles, speedup) => {
    expectValues(zooNetwork(model), sets, extraPes, { baseline, cycles, speedup });
  });

  test.skipIf(!existsSync(MODELS)).each([
    ['darknet/yolov4-tiny.cfg', 'row', 32, 117, 113061, 5109, 22.13],
    ['darknet/yolov3-tiny.cfg', 'pixel', 32, 142, 232882, 7345, 31.706],
    ['onnx/light_resnet50.onnx', 'pixel', 32, 422, 61398, 1886, 32.555],
    ['onnx/light_squeezenet.onnx', 'row', 32, 44, 37042, 1494, 24.794],
    ['onnx/resnet18.onnx', '4x4', 16, 201, 30234, 3833, 7.888],
  ] as const)(
    '%s at %s sets with %i more PEs',
    (file, sets, extraPes, minimumPes, baseline, cycles, speedup) => {
      const result = expectValues(loadModel(modelFile(file)), sets, extraPes, { baseline, cycles, speedup });
      expect(result.minimumPes).toBe(minimumPes);
    },
  );

  function expectValues(
    network: ReturnType<typeof loadModel>,
    sets: string,
    extraPes: number,
    expected: { baseline: number; cycles: number; speedup: number },
  ) {
    const result = schedule(network, paper, { granularity: parseGranularity(sets), extraPes });
    expect(result.baselineCycles).toBe(expected.baseline);
    expect(result.cycles).toBe(expected.cycles);
    expect(result.speedup).toBeCloseTo(expected.speedup, 3);
    return result;
  }
});

describe('metrics', () => {
  test('cells and area are those of all PEs of the chip', () => {
    const architecture = { ...paper, chip: { peAreaMm2: 0.5 } };
    const { cells, areaMm2 } = schedule(zooNetwork('tinyyolov4'), architecture, { extraPes: 32 });
    expect(cells).toBe(149 * 256 * 256);
    expect(areaMm2?.total).toBe(149 * 0.5);
  });

  const network = zooNetwork('tinyyolov4');

  test('follow section 6 and the example of the command line', () => {
    const result = schedule(network, paper, { granularity: 'row', extraPes: 32 });
    expect(result).toMatchObject({
      model: 'tinyyolov4',
      architecture: 'paper',
      granularity: 'row',
      scheduling: 'xinf',
      minimumPes: 117,
      totalPes: 149,
      usedPes: 149,
      latencyNs: 7152600,
      lowerBoundCycles: 3606,
    });
    expect(result.utilization).toBeCloseTo(0.2857, 4);
    expect(result.layers[0]).toEqual({
      name: 'conv2d',
      op: 'Conv2D',
      outputShape: [208, 208, 32],
      pes: 1,
      copies: 13,
      sets: 208,
      mvms: 43264,
      startCycle: 0,
      endCycle: 3328,
    });
    expect(result.sets).toBeUndefined();
  });

  test('PEs of the architecture are counted whether used or not', () => {
    const used = schedule(network, paper, { extraPes: 0 });
    const unused = schedule(network, paper, { extraPes: 117, duplication: 'none' });
    expect(unused.cycles).toBe(used.cycles);
    expect(unused.usedPes).toBe(117);
    expect(unused.utilization).toBeCloseTo(used.utilization / 2, 10);
  });

  test('layer by layer without duplication is the baseline', () => {
    const result = schedule(network, paper, { scheduling: 'lbl', duplication: 'none' });
    expect(result.cycles).toBe(113061);
    expect(result.speedup).toBe(1);
  });

  test('layer by layer takes the sum of ceil(t / d), at any granularity', () => {
    for (const granularity of ['pixel', 'row', { height: 5, width: 3 }] as Granularity[]) {
      const result = schedule(network, paper, { scheduling: 'lbl', extraPes: 32, granularity });
      const total = result.layers.reduce((sum, { mvms, copies }) => sum + Math.ceil(mvms / copies), 0);
      expect(result.cycles).toBe(total);
    }
  });

  test('no schedule is faster than its lower bound', () => {
    for (const extraPes of [0, 7, 32, 500]) {
      const { cycles, lowerBoundCycles } = schedule(network, paper, { extraPes });
      expect(cycles).toBeGreaterThanOrEqual(lowerBoundCycles);
    }
  });
});

describe('the sets of a schedule', () => {
  const network = zooNetwork('tinyyolov4');
  const granularities: Granularity[] = ['pixel', 'row', { height: 4, width: 4 }, { height: 7, width: 300 }];

  test.each(granularities)('cover every OFM once at %o', (granularity) => {
    const { sets = [], layers } = schedule(network, paper, { granularity, extraPes: 16, keepSets: true });
    sets.forEach((layer, i) => {
      let pixels = 0;
      for (let k = 0; k < layer.count; k++) {
        const { height, width } = rectangle(layer, k);
        pixels += height * width;
      }
      expect(layer.count).toBe(layers[i]!.sets);
      expect(pixels).toBe(layers[i]!.mvms);
    });
  });

  test.each(granularities)('pass the validation by brute force at %o', (granularity) => {
    const across = schedule(network, paper, { granularity, extraPes: 16, keepSets: true });
    validateSchedule(network, across.sets ?? [], across.cycles);
    const byLayer = schedule(network, paper, {
      granularity,
      extraPes: 16,
      keepSets: true,
      scheduling: 'lbl',
    });
    validateLayerByLayer(byLayer.sets ?? [], byLayer.cycles);
    expect(() => validateLayerByLayer(byLayer.sets ?? [], byLayer.cycles + 1)).toThrow(/claims/);
    expect(() => validateLayerByLayer(across.sets ?? [], byLayer.cycles)).toThrow(/layer conv2d/);
  });
});

/** A chain of 1x1 convolutions on a map of this size. */
describe('cycle counts', () => {
  test('beyond 32 bits are exact', () => {
    const side = 2 ** 15;
    const copies = [1, 2, 1, 1];
    // Every layer follows the one before by a row; with a copy more it can only wait.
    const result = schedule(chain(4, side, side), paper, {
      granularity: 'row',
      extraPes: 1,
      duplication: copies,
      keepSets: true,
    });
    expect(result.baselineCycles).toBe(4 * 2 ** 30);
    expect(result.cycles).toBe(2 ** 30 + 3 * side);
    expect(result.sets?.[3]?.finish(side - 1)).toBe(2 ** 30 + 3 * side);
  });

  test('beyond 32 bits are exact where they do not fit', () => {
    // One set a layer: the layers run one after the other.
    const side = 2 ** 15;
    const granularity = { height: side, width: side };
    const result = schedule(chain(5, side, side), paper, { granularity });
    expect(result.cycles).toBe(5 * 2 ** 30);
    expect(result.layers[4]).toMatchObject({ startCycle: 4 * 2 ** 30, endCycle: 5 * 2 ** 30, sets: 1 });
  });

  test('more sets than memory holds are one clear error, and the next schedule works', () => {
    expect(() => schedule(chain(2, 2 ** 15, 2 ** 15), paper)).toThrow(
      /more sets or larger maps than memory holds.*row/,
    );
    expect(schedule(chain(2, 10, 10), paper).cycles).toBe(101);
  });

  test('far more sets than memory holds are refused before any is computed', () => {
    const start = cpuMs();
    const network = zooNetwork('resnet50', { dims: { height: 40_000, width: 40_000 } });
    expect(() => schedule(network, paper)).toThrow(/more sets or larger maps than memory holds/);
    expect(cpuMs() - start).toBeLessThan(2_000);
  });
});
