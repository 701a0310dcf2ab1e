import { describe, expect, test } from 'vitest';
import {
  buildGraph,
  ClsaCimError,
  explain,
  findPreset,
  loadModel,
  mapNetwork,
  optimisedPlacement,
  optimize,
  prepare,
  readArchitecture,
  Scheduler,
  schedule,
  simulate,
  simulateAndExplain,
  simulateGraph,
  simulateWorkload,
  zooNetwork,
} from '../../src/index.ts';
import { sweep } from '../../src/sweep/index.ts';

const network = zooNetwork('tinyyolov4');
const paper = findPreset('paper')!;
const mapping = mapNetwork(network, paper);
const workload = prepare(network, paper, { granularity: 'row' });
const scheduler = new Scheduler(workload);
const graph = buildGraph(network, mapping, paper, { granularity: 'row' });

/** Every public function that takes options, called with these. */
const functions: Readonly<Record<string, (options: never) => unknown>> = {
  loadModel: (options) => loadModel('tinyyolov4', options),
  zooNetwork: (options) => zooNetwork('tinyyolov4', options),
  mapNetwork: (options) => mapNetwork(network, paper, options),
  schedule: (options) => schedule(network, paper, options),
  simulate: (options) => simulate(network, paper, options),
  explain: (options) => explain(network, paper, options),
  prepare: (options) => prepare(network, paper, options),
  'Scheduler.schedule': (options) => scheduler.schedule(mapping, options),
  simulateWorkload: (options) => simulateWorkload(workload, options),
  simulateAndExplain: (options) => simulateAndExplain(network, paper, options),
  simulateGraph: (options) => simulateGraph(graph, options),
  buildGraph: (options) => buildGraph(network, mapping, paper, options),
  optimisedPlacement: (options) => optimisedPlacement(network, mapping, paper, options),
  optimize: (options) => optimize(network, paper, options),
  sweep: (options) => sweep({ models: ['tinyyolov4'] }, options).next(),
};

/** The error of a function that is given these options. */
async function errorOf(name: string, options: unknown): Promise<ClsaCimError> {
  try {
    await functions[name]!(options as never);
  } catch (error) {
    expect(error).toBeInstanceOf(ClsaCimError);
    if (error instanceof ClsaCimError) return error;
  }
  throw new Error('nothing was thrown');
}

describe.each(Object.keys(functions))('options of %s', (name) => {
  test('that are unknown are refused', async () => {
    const error = await errorOf(name, { wrongOption: 1, another: 2 });
    expect(error.kind).toBe('usage');
    expect(error.message).toMatch(
      new RegExp(`^${name}: wrongOption: unknown option.* \\(and 1 more mistake\\)$`),
    );
    expect(error.mistakes).toHaveLength(2);
  });

  test.each([[5], ['x'], [null], [[1]]])('that are %j are none', async (options) => {
    expect((await errorOf(name, options)).message).toMatch(`${name}: must be a mapping of options`);
  });
});

describe('an option', () => {
  test.each([
    ['schedule', { extrapes: 32 }, 'schedule: extrapes: unknown option; did you mean "extraPes"?'],
    ['schedule', { duplicaton: 'sum' }, 'did you mean "duplication"?'],
    ['schedule', { scheduling: 'foo' }, 'schedule: scheduling: must be xinf or lbl, found "foo"'],
    ['schedule', { keepSets: 'yes' }, 'schedule: keepSets: must be true or false, found "yes"'],
    ['schedule', { granularity: 4 }, 'granularity: must be pixel, row, or a block such as'],
    ['schedule', { granularity: { height: 4 } }, 'granularity: must be pixel, row, or a block such as'],
    ['schedule', { granularity: 'rows' }, 'granularity "rows" is none of pixel, row and HxW'],
    ['schedule', { granularity: { height: 0, width: 4 } }, 'granularity "0x4" is none of'],
    ['schedule', { extraPes: '32' }, 'extraPes: must be a whole number from 0'],
    ['schedule', { pes: null }, 'pes: must be a whole number from 1'],
    ['schedule', { duplication: 'gredy' }, 'no duplication policy is called "gredy"; did you mean "greedy"?'],
    ['schedule', { batch: 0 }, 'schedule: batch: must be a whole number'],
    ['schedule', { batch: 2, group: 4 }, 'group: 4 inferences are more than the batch of 2'],
    ['schedule', { placement: 'snake' }, 'schedule: placement: unknown option'],
    ['simulate', { bach: 4 }, 'simulate: bach: unknown option; did you mean "batch"?'],
    ['simulate', { batch: 1.5 }, 'batch: must be a whole number'],
    ['simulate', { scheduling: 'LBL' }, 'simulate: scheduling: must be xinf or lbl, found "LBL"'],
    ['simulate', { placement: 'snak' }, 'no placement is called "snak"; did you mean "snake"?'],
    ['simulate', { placement: 5 }, 'must give the tiles as a list, found 5'],
    ['Scheduler.schedule', { keepSet: true }, 'keepSet: unknown option; did you mean "keepSets"?'],
    ['simulateGraph', { keepSets: 1 }, 'simulateGraph: keepSets: must be true or false, found 1'],
    [
      'simulate',
      { keepUse: { bins: 1 } },
      'simulate: keepUse.bins: must be a whole number from 2 to 65536, found 1',
    ],
    ['simulate', { keepUse: { bin: 8 } }, 'simulate: keepUse: must be true, false, or { bins } with'],
    ['simulateGraph', { keepUse: 8 }, 'simulateGraph: keepUse: must be true, false, or { bins } with'],
    ['optimisedPlacement', { seed: '2' }, 'optimisedPlacement: seed: must be a whole number, found "2"'],
    ['optimize', { objectve: 'energy' }, 'optimize: objectve: unknown option; did you mean "objective"?'],
    ['optimize', { objective: 'time' }, 'no objective is called "time"'],
    ['optimize', { policy: 'anneal' }, 'optimize: policy: must be a function, found "anneal"'],
    ['optimize', { maxSeconds: '5' }, 'maxSeconds: must be a number'],
    ['optimize', { duplication: 'greedy' }, 'optimize: duplication: unknown option'],
    ['loadModel', { dim: { height: 416 } }, 'loadModel: dim: unknown option; did you mean "dims"?'],
    [
      'loadModel',
      { dims: { height: '416' } },
      'loadModel: dims: must be a mapping from names to numbers, found "416" for height',
    ],
    ['loadModel', { dims: 5 }, 'loadModel: dims: must be a mapping from names to numbers, found 5'],
    ['loadModel', { allowUnknown: 1 }, 'loadModel: allowUnknown: must be true or false, found 1'],
    ['sweep', { worker: 4 }, 'sweep: worker: unknown option; did you mean "workers"?'],
  ])('%s %j', async (name, options, message) => {
    expect((await errorOf(name, options)).message).toContain(message);
  });

  test('of another step may go through all steps', () => {
    const all = {
      granularity: 'row',
      scheduling: 'xinf',
      batch: 2,
      placement: 'snake',
      spill: false,
    } as const;
    expect(mapNetwork(network, paper, { ...all, extraPes: 0 })).toEqual(mapping);
    expect(prepare(network, paper, all).granularity).toBe('row');
    expect(buildGraph(network, mapping, paper, { ...all, extraPes: 0 } as typeof all).batch).toBe(2);
  });

  test('that is undefined is as good as none', () => {
    const nothing = { pes: undefined, extraPes: undefined, duplication: undefined };
    expect(mapNetwork(network, paper, nothing)).toEqual(mapping);
  });
});

describe('an argument', () => {
  test.each<readonly [string, () => unknown, string]>([
    ['loadModel', () => loadModel(undefined as never), 'model: must be the name of a network or the path of'],
    ['loadModel', () => loadModel(new Uint8Array(3) as never), 'of a model file, found a Uint8Array'],
    [
      'readArchitecture',
      () => readArchitecture({} as never),
      'architecture: must be the name of a preset or',
    ],
    [
      'schedule',
      () => schedule(network, undefined as never),
      'architecture: must be a mapping of fields (key: value), found nothing',
    ],
    ['schedule', () => schedule('tinyyolov4' as never, paper), 'network: must be what loadModel returns'],
    [
      'simulate',
      () => simulate(network, 'paper' as never),
      'architecture: must be a mapping of fields (key: value), found "paper"',
    ],
    ['mapNetwork', () => mapNetwork([] as never, paper), 'must be what loadModel returns, found a list'],
    [
      'explain',
      () => explain(null as never, paper),
      'network: must be what loadModel returns, found nothing',
    ],
    [
      'schedule',
      () => schedule(network, { ...paper, crossbarRows: 0 }),
      'architecture: crossbarRows: must be',
    ],
    [
      'simulate',
      () => simulate(network, { ...paper, mvmLatencyNs: 0 }),
      'architecture: mvmLatencyNs: must be',
    ],
    [
      'mapNetwork',
      () => mapNetwork(network, { ...paper, pes: '300' as never }),
      'architecture: pes: must be',
    ],
  ])('of %s that is something else is refused', (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(ClsaCimError);
  });
});
