import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { architecturePresets, findPreset } from '../../src/architecture/presets.ts';
import { type ClsaCimError, simulateWorkload } from '../../src/index.ts';
import { baseLayers, mvms } from '../../src/network/network.ts';
import { prepare } from '../../src/workload/workload.ts';
import { zoo, zooNetwork } from '../../src/zoo/index.ts';

/**
 * Networks whose weights would have to take turns on a preset, which simulations do not play yet: they are refused. What is
 * simulated leaves this list; in the end it is empty.
 */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  isaac: ['resnet101', 'resnet152', 'yolov3', 'vit_b16', 'bert_base', 'llama_7b'],
  puma: ['resnet101', 'resnet152', 'yolov3', 'vit_b16', 'bert_base', 'llama_7b'],
  'cim-aq': zoo.map(({ name }) => name).filter((name) => name !== 'tinyyolov4'),
  'sram-dcim': zoo.map(({ name }) => name),
  neurram: zoo.map(({ name }) => name),
};

/** Sets and inferences of a run. */
interface Run {
  readonly granularity: 'row' | 'pixel';
  readonly batch: number;
  /** A run takes no longer on an idle machine. */
  readonly mostSeconds: number;
  /** Which of all; all by default. */
  isPlayed?(preset: string, network: string): boolean;
}

/** Simulates every network of the zoo on every preset. */
export function testZooOnPresets({ granularity, batch, mostSeconds, isPlayed = () => true }: Run): void {
  const run = (preset: string, network: string) =>
    simulateWorkload(prepare(zooNetwork(network), findPreset(preset)!, { granularity }), { batch });
  const pairs = architecturePresets.flatMap((preset) =>
    zoo.map(({ name }) => [preset.name, name] as const).filter((pair) => isPlayed(...pair)),
  );
  const isRefused = ([preset, network]: (typeof pairs)[number]) =>
    REFUSED[preset]?.includes(network) ?? false;
  const refused = pairs.filter(isRefused);

  describe(`${granularity} sets, batch ${batch}`, () => {
    test.each(pairs.filter((pair) => !isRefused(pair)))(
      'on %s %s comes to its end',
      (preset, network) => {
        const begin = performance.now();
        const { cycles, idealCycles, layers, firstLatencyNs, latencyNs } = run(preset, network);
        const seconds = (performance.now() - begin) / 1000;
        expect(cycles).toBeGreaterThanOrEqual(idealCycles);
        expect(firstLatencyNs).toBeLessThanOrEqual(latencyNs);
        const { mvmIntervalCycles } = normalArchitecture(findPreset(preset)!);
        const computeCycles = new Map(layers.map((layer) => [layer.name, layer.computeCycles]));
        for (const layer of baseLayers(zooNetwork(network))) {
          expect(computeCycles.get(layer.name), layer.name).toBe(mvms(layer) * batch * mvmIntervalCycles);
        }
        // As much longer as there are processes for a core.
        expect(seconds).toBeLessThan(mostSeconds * Math.max(1, loadavg()[0]! / availableParallelism()));
      },
      300_000,
    );

    test('nothing but weights that have to take turns is refused', () => {
      for (const [preset, network] of refused) {
        expect(() => run(preset, network), `${network} on ${preset}`).toThrow(
          expect.objectContaining<Partial<ClsaCimError>>({ code: 'DOES_NOT_FIT' }),
        );
      }
    });
  });
}
