import { prepare, readArchitecture, Scheduler, simulate, zooNetwork } from '../../src/index.ts';
import { type Drawing, drawingOfSimulation, drawingOfTimeline } from '../../src/picture/drawing.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import { SweepPictureMaker } from '../../src/picture/sweep.ts';

const paper = readArchitecture('paper');
const mesh = readArchitecture('docs/examples/mesh.yaml');

/** A schedule with its drawing. */
export function scheduled(model: string, { extraPes = 32, granularity = 'row' as const } = {}) {
  const scheduler = new Scheduler(prepare(zooNetwork(model), paper, { granularity }));
  const mapping = scheduler.map({ extraPes });
  const schedule = scheduler.schedule(mapping, { keepSets: true });
  return { schedule, drawing: drawingOfTimeline(timelineOfSchedule(scheduler.workload, schedule)) };
}

/** Weights in turns. */
export function scheduledInTurns(): Drawing {
  const scheduler = new Scheduler(
    prepare(zooNetwork('tinyyolov4'), { ...paper, peWriteNs: 56_000 }, { granularity: 'row' }),
  );
  const mapping = scheduler.map({ pes: 60, rounds: 'auto' });
  const schedule = scheduler.schedule(mapping, { keepSets: true });
  return drawingOfTimeline(timelineOfSchedule(scheduler.workload, schedule));
}

/** A simulation with its drawing. */
export function simulated() {
  const keep = { keepPlacement: true, keepUse: true };
  const simulation = simulate(zooNetwork('tinyyolov4'), mesh, { granularity: 'row', ...keep });
  return { simulation, drawing: drawingOfSimulation(simulation) };
}

/** A sweep of two models over PEs: latency falls, utilization rises. */
export function swept(models: readonly string[] = ['one', 'two'], sizes = 6): Drawing {
  const maker = new SweepPictureMaker({
    names: ['model', 'extraPes', 'granularity', 'latencyNs', 'totalPes', 'speedup', 'pareto', 'error'],
    parameters: ['model', 'architecture', 'extraPes', 'granularity'],
    metrics: [
      { name: 'latencyNs', isHighBetter: false },
      { name: 'totalPes', isHighBetter: false },
      { name: 'speedup', isHighBetter: true },
    ],
    pareto: ['latencyNs', 'totalPes'],
  });
  models.forEach((model, number) => {
    for (let size = 0; size < sizes; size++) {
      for (const granularity of ['row', 'pixel']) {
        const latencyNs = ((number + 2) * 4e6) / (size + 1) + (granularity === 'row' ? 1e5 : 0);
        maker.add([
          ...[model, size * 16, granularity, latencyNs, 100 + size * 16, 1e7 / latencyNs],
          ...[granularity === 'pixel', null],
        ]);
      }
    }
    maker.add([model, 7, 'row', null, null, null, null, 'it does not fit']);
  });
  return { sweep: maker.picture() };
}

/** A search of some steps. */
export const searched: Drawing = {
  search: {
    ...{ metric: 'cycles', evaluations: 1000 },
    best: [
      { evaluations: 1, value: 5000 },
      { evaluations: 40, value: 4600 },
      { evaluations: 700, value: 4000 },
    ],
    bound: [
      { evaluations: 30, value: 3000 },
      { evaluations: 500, value: 3900 },
    ],
  },
};

/** The same pictures with other names of layers and models. */
export function renamed(drawing: Drawing, nameOf: (name: string) => string): Drawing {
  const own = <Named extends { readonly name: string }>(items: readonly Named[]) =>
    items.map((item) => ({ ...item, name: nameOf(item.name) }));
  const { timeline, utilization, copies, stalls, energy, traffic, mesh: tiles, use, sweep } = drawing;
  return {
    ...drawing,
    ...(timeline && { timeline: { ...timeline, lanes: own(timeline.lanes) } }),
    ...(utilization && { utilization: { ...utilization, layers: own(utilization.layers) } }),
    ...(copies && { copies: { ...copies, layers: own(copies.layers) } }),
    ...(stalls && { stalls: { ...stalls, layers: stalls.layers.map(nameOf) } }),
    ...(energy && { energy: { ...energy, rows: energy.rows.map(nameOf) } }),
    ...(traffic && { traffic: { ...traffic, layers: traffic.layers.map(nameOf) } }),
    ...(tiles && { mesh: tiles }),
    ...(use && {
      use: {
        ...use,
        groups: use.groups.map((group) => ({ ...group, members: own(group.members) })),
      },
    }),
    ...(sweep && {
      sweep: {
        ...sweep,
        series: sweep.series.map(nameOf),
        parameters: sweep.parameters.map(({ name, values }) => ({
          name: nameOf(name),
          values: values.map((value) => (typeof value === 'string' ? nameOf(value) : value)),
        })),
      },
    }),
  };
}
