import { expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { Mapper } from '../../src/map/mapper.ts';
import { type MappingOptions, mapNetwork } from '../../src/map/mapping.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { thrownBy } from '../thrown.ts';

const network = zooNetwork('tinyyolov3');
const alike: Architecture = { ...paper, name: 'alike' };
const { crossbarRows: _, crossbarColumns: __, pes: ___, ...others } = paper;
const listed: Architecture = {
  ...others,
  name: 'listed',
  crossbars: [
    { name: 'large', crossbarRows: 512, crossbarColumns: 512, pes: 40 },
    { name: 'small', crossbarRows: 128, crossbarColumns: 128, pes: 300 },
  ],
};

const everyOther: MappingOptions['duplication'] = (layers, extraPes) =>
  layers.map(({ pesPerCopy }, i) => (i === 0 && pesPerCopy <= extraPes ? 2 : 1));

test.each([alike, listed])('maps as mapNetwork does, one number of PEs after the other: $name', (chip) => {
  const architecture = normalArchitecture(chip);
  const mapper = new Mapper(network, architecture);
  const budgets: MappingOptions[] =
    chip === alike ? [{ extraPes: 30 }, {}, { extraPes: 2 }, { pes: 400 }, { extraPes: 31 }] : [{}, {}];
  const lists = [mapNetwork(network, chip).layers.map(() => 1)];
  for (const pes of budgets) {
    for (const duplication of [undefined, 'none', 'greedy', 'sum', everyOther, ...lists] as const) {
      const options = { ...pes, duplication };
      expect(mapper.map(mapper.fit(pes), duplication)).toEqual(mapNetwork(network, chip, options));
    }
  }
});

test('refuses what mapNetwork refuses, in its words', () => {
  const mapper = new Mapper(network, normalArchitecture(alike));
  const cases: MappingOptions[] = [
    { pes: 3 },
    { pes: 3, extraPes: 3 },
    { extraPes: -1 },
    { extraPes: 4, duplication: 'tried' },
    { extraPes: 4, duplication: [1] },
  ];
  for (const options of cases) {
    const ours = thrownBy(() => mapper.map(mapper.fit(options), options.duplication));
    expect(ours.message).toBe(thrownBy(() => mapNetwork(network, alike, options)).message);
  }
});
