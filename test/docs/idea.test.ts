import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArchitecture } from '../../src/node/architecture.ts';
import { loadModel } from '../../src/node/model.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import { root } from './documents.ts';

const picture = readFileSync(join(root, 'docs/idea.svg'), 'utf8');
const network = loadModel(join(root, 'docs/examples/three-layers.cfg'));

/** Where cycle 0 is in the picture, and how long a cycle is. */
const LEFT = 150;
const PIXELS_PER_CYCLE = 2;

const panels: [string, ScheduleOptions][] = [
  ['layer-by-layer', { scheduling: 'lbl' }],
  ['across-layers', {}],
  ['copies', { extraPes: 3 }],
];

test.each(panels)(
  'docs/idea.svg, panel %s, is the schedule of docs/examples/three-layers.cfg',
  (id, options) => {
    const result = schedule(network, readArchitecture('paper'), {
      ...options,
      granularity: 'row',
      keepSets: true,
    });
    const panel = picture.split('<g id=').find((part) => part.startsWith(`"${id}"`)) ?? '';
    const drawn = ['one', 'two', 'three'].map((layer) => {
      const [boxes = ''] = new RegExp(`<g class="sets ${layer}">[^]*?</g>`).exec(panel) ?? [];
      return [...boxes.matchAll(/x="(\d+)" y="\d+" width="(\d+)"/g)].map(([, x, width]) => [
        (Number(x) - LEFT) / PIXELS_PER_CYCLE,
        (Number(x) + Number(width) - LEFT) / PIXELS_PER_CYCLE,
      ]);
    });
    const computed = result.sets!.map((sets) =>
      Array.from({ length: sets.count }, (_, k) => [sets.start(k), sets.finish(k)]),
    );
    expect(drawn).toEqual(computed);
    expect(panel).toContain(`>${result.cycles} cycles`);
    expect(picture.split('</desc>')[0]).toContain(String(result.cycles));
  },
);
