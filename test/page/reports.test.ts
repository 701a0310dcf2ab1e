import { expect, test } from 'vitest';
import {
  findPreset,
  optimize,
  prepare,
  readArchitecture,
  reportOfOptimization,
  reportOfSchedule,
  reportOfSimulation,
  Scheduler,
  simulateWorkload,
  zooNetwork,
} from '../../src/index.ts';
import { packedData } from '../../src/page/html.ts';
import type { Report } from '../../src/page/report-data.ts';
import { unpack } from '../../src/picture/pack.ts';
import { emptyDocument } from '../../src/plot/document.ts';

const paper = findPreset('paper')!;
const network = zooNetwork('tinyyolov4');

/** What a page shows. */
async function shown(html: string): Promise<Report> {
  const document = emptyDocument();
  const [, data = ''] = /id="data">([^<]*)</.exec(html) ?? [];
  document.body.innerHTML = `<p id="data">${data}</p>`;
  return (await unpack(packedData(document))) as Report;
}

test('a report of a schedule has its figures, what is published, the chip and the network', async () => {
  const workload = prepare(network, paper, { granularity: 'row' });
  const scheduler = new Scheduler(workload);
  const schedule = scheduler.schedule(scheduler.map({ extraPes: 32 }), { keepSets: true });
  const html = await reportOfSchedule(workload, schedule, { architecture: paper });
  expect(html).toMatch(/^<!doctype html>/);
  const { title, numbers, drawing, graph, origin } = await shown(html);
  expect(title).toContain('tinyyolov4');
  expect(JSON.stringify(numbers)).toContain('5,109');
  expect(JSON.stringify(numbers)).toContain('published');
  expect(drawing.timeline?.lanes.length).toBe(21);
  expect(graph?.nodes.filter(({ copies = 0 }) => copies === 13).map(({ name }) => name)).toEqual(['conv2d']);
  expect(JSON.parse(origin.chip!)).toEqual(paper);
  expect((await shown(await reportOfSchedule(workload, schedule))).origin.chip).toBeUndefined();
  const bare = scheduler.schedule(scheduler.map({ extraPes: 32 }));
  await expect(reportOfSchedule(workload, bare)).rejects.toThrow(/made without keepSets/);
  await expect(reportOfSchedule(workload, schedule, { chip: paper } as object)).rejects.toThrow(
    /chip: unknown option/,
  );
});

test('a report of a simulation has what it has kept', async () => {
  const workload = prepare(network, readArchitecture('docs/examples/mesh.yaml'), { granularity: 'row' });
  const keep = { keepSets: true, keepPlacement: true };
  const little = await shown(await reportOfSimulation(workload, simulateWorkload(workload, keep)));
  expect(Object.keys(little.drawing).toSorted()).toEqual(
    ['copies', 'energy', 'mesh', 'stalls', 'timeline', 'utilization'].toSorted(),
  );
  const all = simulateWorkload(workload, { ...keep, keepCriticalPath: true, keepUse: true });
  const { drawing, meshOverTime } = await shown(await reportOfSimulation(workload, all));
  expect(drawing.timeline?.critical).toBeDefined();
  expect(drawing.use?.groups.length).toBe(4);
  expect(meshOverTime).toBeDefined();
  await expect(reportOfSimulation(workload, simulateWorkload(workload))).rejects.toThrow(
    /without keepSets and keepPlacement/,
  );
});

test('a report of a search has its best and its bound, and the schedule of the best copies', async () => {
  const budget = { extraPes: 8 };
  const found = await optimize(network, paper, { ...budget, granularity: 'row' });
  const { drawing, graph } = await shown(await reportOfOptimization(network, paper, found, budget));
  expect(drawing.search?.metric).toBe('cycles');
  expect(drawing.timeline?.cycles).toBe(found.best.groupCycles ?? found.best.cycles);
  expect(drawing.copies?.layers.map(({ name, copies }) => [name, copies])).toEqual(
    Object.entries(found.best.copies),
  );
  expect(graph).toBeDefined();
});
