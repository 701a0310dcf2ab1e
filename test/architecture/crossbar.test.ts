import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { architectureToYaml, parseArchitecture } from '../../src/architecture/file.ts';
import { crossbarClasses } from '../../src/architecture/normal-architecture.ts';
import { architecturePresets, paper } from '../../src/architecture/presets.ts';
import { messageOf as thrownMessage } from '../thrown.ts';

const { crossbarRows: _, crossbarColumns: __, pes: ___, ...bits } = paper;
const large = { name: 'large', crossbarRows: 256, crossbarColumns: 256, pes: 96, pesPerTile: 6 };
const small = { name: 'small', crossbarRows: 64, crossbarColumns: 32, pes: 512, pesPerTile: 32 };
const two: Architecture = { ...bits, name: 'two', crossbars: [large, small] };
const mesh = { meshRows: 4, meshColumns: 4 };

const parse = (architecture: unknown) => parseArchitecture(JSON.stringify(architecture), 'chip.yaml');

const messageOf = (architecture: unknown) => thrownMessage(() => parse(architecture));

describe('crossbars of several sizes', () => {
  test('are read, and come back from YAML with the docs of their fields', () => {
    const architecture = { ...two, chip: { ...mesh, hopCycles: 1 } };
    expect(parse(architecture)).toEqual(architecture);
    const yaml = architectureToYaml(architecture);
    expect(parseArchitecture(yaml, 'a.yaml')).toEqual(architecture);
    expect(yaml).toContain('\n#   pes: PEs of the chip that have such a crossbar.\n');
    expect(architectureToYaml(paper)).toContain('\n# crossbars:\n');
  });

  test('need no PEs per tile on one tile', () => {
    const { pesPerTile: _, ...open } = small;
    expect(parse({ ...two, crossbars: [large, open] }).crossbars).toEqual([large, open]);
  });

  test.each<[string, unknown, string]>([
    ['crossbarRows too', { ...two, crossbarRows: 4 }, 'crossbars: crossbarRows is given as well'],
    ['crossbarColumns too', { ...two, crossbarColumns: 4 }, 'crossbars: crossbarColumns is given as well'],
    ['pes too', { ...two, pes: 4 }, 'crossbars: pes is given as well; it is for crossbars of one size'],
    [
      'chip.pesPerTile too',
      { ...two, chip: { pesPerTile: 4 } },
      'crossbars: chip.pesPerTile is given as well',
    ],
    ['two of a name', { ...two, crossbars: [large, large] }, 'crossbars: the name "large" is given twice'],
    ['none', { ...two, crossbars: [] }, 'crossbars: must be a list of crossbars'],
    ['no list', { ...two, crossbars: large }, 'crossbars: must be a list of crossbars'],
    ['too many', { ...two, crossbars: Array(17).fill(large) }, 'crossbars: has more than 16 sizes'],
    ['no PEs', { ...two, crossbars: [{ ...large, pes: undefined }] }, 'crossbars.0.pes: is missing; add it'],
    ['half a PE', { ...two, crossbars: [large, { ...small, pes: 0.5 }] }, 'crossbars.1.pes: must be a whole'],
    ['a wrong field', { ...two, crossbars: [{ ...large, crosbarRows: 3 }] }, 'did you mean "crossbarRows"?'],
    [
      'a whole and its parts',
      { ...two, crossbars: [{ ...large, mvmEnergyPj: 1, adcEnergyPj: 1 }] },
      'crossbars.0.mvmEnergyPj: its parts are given as well',
    ],
    [
      'a mesh without PEs per tile',
      { ...two, crossbars: [large, { ...small, pesPerTile: undefined }], chip: mesh },
      'crossbars.1.pesPerTile: is missing, and a mesh or links need it',
    ],
    [
      'links without PEs per tile',
      { ...two, crossbars: [{ ...large, pesPerTile: undefined }], chip: { links: [[0, 1]] } },
      'crossbars.0.pesPerTile: is missing, and a mesh or links need it',
    ],
  ])('with %s are refused', (_, architecture, message) => {
    expect(messageOf(architecture)).toContain(`chip.yaml: ${message.startsWith('did') ? '' : message}`);
    expect(messageOf(architecture)).toContain(message);
  });
});

describe('crossbarClasses', () => {
  test('gives one class where all crossbars are alike', () => {
    expect(crossbarClasses(paper)).toEqual([{ name: 'crossbar', crossbarRows: 256, crossbarColumns: 256 }]);
    const chip = { pesPerTile: 8, mvmEnergyPj: 5, peAreaMm2: 2, leakageMw: 7 };
    expect(crossbarClasses({ ...paper, pes: 64, chip })).toEqual([
      {
        ...{ name: 'crossbar', crossbarRows: 256, crossbarColumns: 256, pes: 64, pesPerTile: 8 },
        ...{ mvmEnergyPj: 5, peAreaMm2: 2 },
      },
    ]);
    for (const preset of architecturePresets) expect(crossbarClasses(preset)).toHaveLength(1);
  });

  test('gives every class its own figures, and the chip’s for the others', () => {
    const figures = (chip: object, own: object) => {
      const [first, second] = crossbarClasses(
        parse({ ...two, crossbars: [{ ...large, ...own }, small], chip }),
      );
      expect(second).toEqual({ ...small, ...chip });
      const { name, crossbarRows, crossbarColumns, pes, pesPerTile, ...rest } = first!;
      expect({ name, crossbarRows, crossbarColumns, pes, pesPerTile }).toEqual(large);
      return rest;
    };
    expect(figures({}, {})).toEqual({});
    expect(figures({ mvmEnergyPj: 5, peAreaMm2: 2 }, {})).toEqual({ mvmEnergyPj: 5, peAreaMm2: 2 });
    expect(figures({ mvmEnergyPj: 5 }, { mvmEnergyPj: 0, peAreaMm2: 1 })).toEqual({
      mvmEnergyPj: 0,
      peAreaMm2: 1,
    });
    expect(figures({ adcEnergyPj: 5, dacEnergyPj: 3 }, { adcEnergyPj: 1 })).toEqual({
      adcEnergyPj: 1,
      dacEnergyPj: 3,
    });
    // A whole and parts are never mixed.
    expect(figures({ adcEnergyPj: 5, dacEnergyPj: 3 }, { mvmEnergyPj: 1 })).toEqual({ mvmEnergyPj: 1 });
    expect(figures({ mvmEnergyPj: 5, peAreaMm2: 2 }, { dacEnergyPj: 1 })).toEqual({
      dacEnergyPj: 1,
      peAreaMm2: 2,
    });
  });
});
