import {
  baseLayers,
  buildGraph,
  explain,
  findPreset,
  loadModelBytes,
  mapNetwork,
  optimize,
  parseArchitecture,
  parseDuplication,
  parsePlacement,
  schedule,
  simulate,
  simulateGraph,
  useEngine,
  validateSchedule,
  zooNetwork,
} from '../../src/core.ts';

export * as core from '../../src/core.ts';

/** What the tour needs from outside: the engine, a chip with tiles as YAML, and model files, each with its name. */
export interface TourInput {
  /** The content of `engine.wasm`, or a module. */
  readonly engine: object;
  readonly mesh: string;
  readonly models: Readonly<Record<string, Uint8Array>>;
}

/** Does with the core what the library is for, wherever it runs, and gives the figures as JSON. */
export async function tour({ engine, mesh, models }: TourInput): Promise<string> {
  useEngine(engine);
  const paper = findPreset('paper')!;
  const chip = parseArchitecture(mesh, 'mesh.yaml');
  const zoo = zooNetwork('tinyyolov4');
  const { sets = [], ...result } = schedule(zoo, paper, { extraPes: 32, granularity: 'row', keepSets: true });
  validateSchedule(zoo, sets, result.cycles);
  const files = Object.entries(models).map(([name, bytes]) => {
    const network = loadModelBytes(bytes, name);
    const placement = parsePlacement('[3, 2, 1, 0]', 'placement.yaml');
    const duplication = parseDuplication(
      JSON.stringify({ [baseLayers(network)[0]!.name]: 2 }),
      'copies.json',
      baseLayers(network),
    );
    const simulation = { pes: 40, granularity: 'row', duplication, placement } as const;
    const graph = buildGraph(network, mapNetwork(network, chip, { pes: 40, duplication }), chip, simulation);
    return {
      network,
      schedule: schedule(network, paper),
      simulation: simulate(network, chip, simulation),
      explanation: explain(network, chip, simulation),
      played: simulateGraph(graph).cycles,
    };
  });
  const { best, bound, evaluations } = await optimize(zoo, paper, {
    extraPes: 8,
    granularity: 'row',
    maxEvaluations: 500,
  });
  return JSON.stringify({
    schedule: result,
    lastSets: sets.map(({ name, count, copy, finish }) => [name, copy(count - 1), finish(count - 1)]),
    simulation: simulate(zoo, chip, { extraPes: 32, granularity: 'row' }),
    files,
    best: { best, bound, evaluations },
  });
}
