import { availableParallelism, loadavg } from 'node:os';
import { expect, test } from 'vitest';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { architecturePresets, findPreset } from '../../src/architecture/presets.ts';
import { simulateWorkload } from '../../src/index.ts';
import { baseLayers, mvms } from '../../src/network/network.ts';
import { prepare } from '../../src/workload/workload.ts';
import { zoo, zooNetwork } from '../../src/zoo/index.ts';
import { cpuMs } from '../cpu-ms.ts';

/** What slices of a layer that is larger than a chip are called behind its name. */
const SLICE = /\[\d+\/\d+\]$/;

/** Sets and inferences of a run. */
interface Run {
  readonly granularity: 'row' | 'pixel';
  readonly batch: number;
  /** A run takes no longer on an idle machine. */
  readonly mostSeconds: number;
  /** Which of all; all by default. */
  isPlayed?(preset: string, network: string): boolean;
}

/** True for a preset with links and buffers. */
export const hasMovement = (preset: string) => ['isaac', 'puma'].includes(preset);

/** Simulates every network of the zoo on every preset: none is refused. */
export function testZooOnPresets({ granularity, batch, mostSeconds, isPlayed = () => true }: Run): void {
  const pairs = architecturePresets.flatMap((preset) =>
    zoo.map(({ name }) => [preset.name, name] as const).filter((pair) => isPlayed(...pair)),
  );

  test.each(pairs)(
    `on %s %s comes to its end, ${granularity} sets, batch ${batch}`,
    (preset, network) => {
      const architecture = findPreset(preset)!;
      const begin = cpuMs();
      const { cycles, idealCycles, layers, firstLatencyNs, latencyNs, tried } = simulateWorkload(
        prepare(zooNetwork(network), architecture, { granularity }),
        { batch },
      );
      const seconds = (cpuMs() - begin) / 1000;
      expect(cycles).toBeGreaterThanOrEqual(idealCycles);
      if (!hasMovement(preset)) expect(cycles).toBe(idealCycles);
      expect(firstLatencyNs).toBeLessThanOrEqual(latencyNs);
      // Copies that are tried are never slower than none; where no PE is left there is nothing to try.
      const none = tried?.lists.find(({ copies }) => copies === 'none');
      if (tried !== undefined)
        expect(none?.cycles ?? none?.end).toSatisfy((end) => end === 'deadlock' || cycles <= Number(end));
      const { mvmIntervalCycles } = normalArchitecture(architecture);
      const bases = new Map(baseLayers(zooNetwork(network)).map((layer) => [layer.name, mvms(layer)]));
      const played = layers.map(({ name, computeCycles }) => ({
        base: name.replace(SLICE, ''),
        computeCycles,
      }));
      const ofBases = played.filter(({ base }) => bases.has(base));
      expect(new Set(ofBases.map(({ base }) => base)).size).toBe(bases.size);
      for (const { base, computeCycles } of ofBases) {
        expect(computeCycles, base).toBe(bases.get(base)! * batch * mvmIntervalCycles);
      }
      // As much longer as there are processes for a core.
      expect(seconds).toBeLessThan(mostSeconds * Math.max(1, loadavg()[0]! / availableParallelism()));
    },
    300_000,
  );
}

/** Two hundred times the weights of the chip. */
export const isHuge = (preset: string, network: string) => hasMovement(preset) && network === 'llama_7b';
