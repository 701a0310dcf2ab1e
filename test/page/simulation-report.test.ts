import { describe, expect, test } from 'vitest';
import { publishedOf } from '../../src/experiments/published.ts';
import { prepare, readArchitecture, simulate, zooNetwork } from '../../src/index.ts';
import { simulationReport } from '../../src/page/simulation-report.ts';
import { timelineOfSimulation } from '../../src/picture/simulation-timeline.ts';
import type { Table } from '../../src/report/table.ts';
import { layerByLayerCycles } from '../../src/simulate/layer-by-layer.ts';
import { scarce } from '../scarce-chips.ts';

const network = zooNetwork('tinyyolov4');
const mesh = readArchitecture('docs/examples/mesh.yaml');
const how = { extraPes: 32, granularity: 'row' } as const;

/** The numbers of the report of a simulation on a chip. */
function reported(chip: string) {
  const architecture = readArchitecture(chip);
  const simulation = simulate(network, architecture, { ...how, keepSets: true, keepPlacement: true });
  const baselineCycles = layerByLayerCycles(network, architecture, 1);
  const report = simulationReport({
    ...{ network, simulation, baselineCycles },
    timeline: timelineOfSimulation(prepare(network, architecture, how), simulation),
    published: publishedOf(network, architecture),
    origin: { version: '0' },
  });
  const { heads, rows } = report.numbers[0] as Table;
  const row = (head: string) => rows.find(([name]) => name === head)!.slice(1);
  return { simulation, baselineCycles, heads, row };
}

describe('the numbers of a report of a simulation', () => {
  test('stand beside free movement and layer by layer without copies', () => {
    const { simulation, baselineCycles, heads, row } = reported('docs/examples/mesh.yaml');
    const cycles = [simulation.cycles, simulation.idealCycles, baselineCycles];
    expect(heads).toEqual(['', 'here', 'movement free', 'layer by layer, no copies']);
    expect(row('clock cycles')).toEqual(cycles.map((number) => number.toLocaleString('en')));
    expect(row('speedup')).toEqual(cycles.map((number) => `${(baselineCycles / number).toFixed(2)}x`));
  });

  test('stand beside those of the paper where there are any', () => {
    const { heads, row } = reported('paper');
    expect(heads.at(-1)).toBe('published');
    expect(row('speedup').slice(2)).toEqual(['1.00x', '21.90x']);
  });

  test.each(['ample', 'inTurns', 'both'] as const)(
    'and its pictures tell what spills and is written: %s',
    (chip) => {
      const { workload, simulation } = scarce[chip];
      const { remarks, subtitle, drawing, graph } = simulationReport({
        ...{ network: workload.network, simulation, baselineCycles: 1 },
        timeline: timelineOfSimulation(workload, simulation),
        origin: { version: '0' },
      });
      const [turns, spills] = [chip !== 'ample', chip === 'both'];
      expect(subtitle.includes('weights in turns')).toBe(turns);
      expect(remarks.some((remark) => remark.includes(`${simulation.writtenPes} PEs are written`))).toBe(
        turns,
      );
      expect(remarks.some((remark) => /fetched back, \d.* in the shared buffer/.test(remark))).toBe(spills);
      expect(drawing.traffic !== undefined).toBe(turns);
      // A copy is one, however many groups it is written for.
      for (const { name, copies } of simulation.layers)
        expect(graph!.nodes.find((node) => node.name === name)).toMatchObject({ copies });
    },
  );

  test.each([1, 3])('layer by layer is what a simulation without limits takes, %i inferences', (batch) => {
    const pipelined = { ...mesh, mvmLatencyNs: 1400, mvmIntervalNs: 1000, chip: { clockNs: 100 } };
    const lbl = { scheduling: 'lbl', duplication: 'none' } as const;
    const { cycles } = simulate(network, pipelined, lbl);
    expect(layerByLayerCycles(network, pipelined, batch)).toBe(batch * cycles);
  });
});
