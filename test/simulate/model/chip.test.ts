import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chip, chipFields } from '../../../src/architecture/chip.ts';
import { architectureToYaml, parseArchitecture } from '../../../src/architecture/file.ts';
import { clockNs, mvmCycles, normalArchitecture } from '../../../src/architecture/normal-architecture.ts';
import { gpeuOperationsPerCycleOf } from '../../../src/architecture/normal-chip.ts';
import { architecturePresets, findPreset, paper } from '../../../src/architecture/presets.ts';
import { chipOf } from '../../../src/simulate/model/chip.ts';
import { topologyOf } from '../../../src/simulate/model/topology.ts';
import { messageOf as thrownMessage } from '../../thrown.ts';

const parse = (chip: unknown) => parseArchitecture(JSON.stringify({ ...paper, chip }), 'chip.yaml');

const messageOf = (chip: unknown) => thrownMessage(() => parse(chip));

const MESH = { meshRows: 2, meshColumns: 3, pesPerTile: 4 };

describe('a chip', () => {
  test('is read with its architecture, and may say nothing', () => {
    expect(parse(MESH).chip).toEqual(MESH);
    expect(parse({}).chip).toEqual({});
    const links = [
      [0, 1],
      [1, 0],
    ];
    expect(parse({ links, pesPerTile: 8 }).chip?.links).toEqual(links);
  });

  test.each([
    [{ linkBitsPerCycle: 0 }, 'chip.yaml: chip.linkBitsPerCycle: must be a whole number from 1 to'],
    [{ linkBitPerCycle: 8 }, 'chip.linkBitPerCycle: unknown field; did you mean "linkBitsPerCycle"?'],
    [{ hopCycles: -1 }, 'chip.hopCycles: must be a whole number of cycles from 0 to 1048576, found -1'],
    [{ clockNs: 0 }, 'chip.clockNs: must be a number above 0'],
    [{ hopEnergyPjPerBit: -1 }, 'chip.hopEnergyPjPerBit: must be a number from 0 to 1000000000000, found -1'],
    [
      { gpeuOperationsPerCycle: 'fast' },
      'chip.gpeuOperationsPerCycle: must be a number of operations above 0',
    ],
    [{ gpeuOperationsPerCycle: { Add: -1 } }, 'chip.gpeuOperationsPerCycle'],
    [
      { inputBufferPorts: 2 },
      'chip.inputBufferPortBitsPerCycle: is missing, and inputBufferPorts need it; add it',
    ],
    [{ inputBufferPortBitsPerCycle: 0 }, 'chip.inputBufferPortBitsPerCycle: must be a whole number from 1'],
    [{ meshRows: 2, pesPerTile: 1 }, 'chip.meshColumns: is missing; add it'],
    [{ meshColumns: 2, pesPerTile: 1 }, 'chip.meshRows: is missing; add it'],
    [{ meshRows: 2, meshColumns: 2 }, 'chip.pesPerTile: is missing, and a mesh or links need it'],
    [{ links: [[0, 1]] }, 'chip.pesPerTile: is missing, and a mesh or links need it'],
    [{ ...MESH, links: [[0, 1]] }, 'chip.links: there is a mesh as well'],
    [{ ...MESH, offChipTile: 6 }, 'chip.offChipTile: is no tile of the mesh'],
    [{ ...MESH, meshRows: 60000 }, 'chip.meshRows: the mesh has more than 65536 tiles'],
    [{ links: [], pesPerTile: 1 }, 'chip.links: must be a list of links'],
    [{ links: [[0, 1, 2]], pesPerTile: 1 }, 'chip.links.0'],
    [{ mvmEnergyPj: 1, adcEnergyPj: 1 }, 'chip.mvmEnergyPj: its parts are given as well'],
    [null, 'chip: must be a mapping of fields (key: value), found nothing'],
    [[1], 'chip: must be a mapping of fields'],
  ])('that is wrong is named by its path: %j', (chip, message) => {
    expect(messageOf(chip)).toContain(message);
  });

  test('comes back from YAML', () => {
    const figure = fc.double({ min: 0.001, max: 1e9, noNaN: true });
    const count = fc.integer({ min: 1, max: 2 ** 20 });
    const chip: fc.Arbitrary<Chip> = fc.record(
      {
        ...{ clockNs: figure, linkBitsPerCycle: count, hopCycles: fc.nat(100), inputBufferBytes: count },
        ...{ outputBufferBytes: count, offChipBitsPerCycle: count, mvmEnergyPj: figure, leakageMw: figure },
        gpeuOperationsPerCycle: fc.oneof(
          figure,
          fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{1,9}$/), figure),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(chip, (drawn) => {
        const architecture = { ...paper, chip: drawn };
        expect(parseArchitecture(architectureToYaml(architecture), 'a.yaml')).toEqual(architecture);
      }),
    );
    const architecture = { ...paper, chip: { links: [[0, 1] satisfies [number, number]], pesPerTile: 3 } };
    expect(parseArchitecture(architectureToYaml(architecture), 'a.yaml')).toEqual(architecture);
  });

  test('is printed with the docs of its fields, as a comment where there is none', () => {
    const without = architectureToYaml(paper);
    for (const key of Object.keys(chipFields)) expect(without).toContain(`\n#   # ${key}:\n`);
    const isaac = architectureToYaml(findPreset('isaac')!);
    expect(isaac).toContain('\nchip:\n  # ns per clock cycle; left out, that of a schedule.\n  clockNs: 1\n');
    expect(isaac).toContain('\n  # hopCycles:\n');
    expect(isaac).not.toContain('undefined');
  });
});

test('the presets: paper is free, the others fit their PEs', () => {
  expect(paper.chip).toBeUndefined();
  for (const { chip, pes } of architecturePresets) {
    if (chip?.pesPerTile === undefined || pes === undefined) continue;
    expect(chip.meshRows! * chip.meshColumns! * chip.pesPerTile).toBeGreaterThanOrEqual(pes);
  }
});

describe('cycles of an MVM', () => {
  test.each([
    [undefined, 1400, 1, 1400],
    [1, 1400, 1400, 1],
    [1000, 1400, 2, 1000],
    [1e6, 1400, 1, 1e6],
    [0.1, 1.1, 11, 0.1],
    [0.1, 0.7, 7, 0.1],
    [0.3, 0.9, 3, 0.3],
  ])('of a clock of %d ns and MVMs of %d ns: %d', (clock, mvmLatencyNs, cycles, ns) => {
    const architecture = {
      ...paper,
      mvmLatencyNs,
      ...(clock === undefined ? {} : { chip: { clockNs: clock } }),
    };
    expect(mvmCycles(architecture)).toBe(cycles);
    expect(clockNs(architecture)).toBe(ns);
  });
});

test('operations of the GPEU are one figure, or one for every op', () => {
  expect(gpeuOperationsPerCycleOf({}, 'Add')).toBeUndefined();
  expect(gpeuOperationsPerCycleOf({ gpeuOperationsPerCycle: 4 }, 'Add')).toBe(4);
  const byOp = { gpeuOperationsPerCycle: { Add: 2, default: 8 } };
  expect(gpeuOperationsPerCycleOf(byOp, 'Add')).toBe(2);
  expect(gpeuOperationsPerCycleOf(byOp, 'Relu')).toBe(8);
  expect(gpeuOperationsPerCycleOf({ gpeuOperationsPerCycle: { Add: 2 } }, 'constructor')).toBeUndefined();
});

test('a simulation sees bytes as bits and nothing as unlimited', () => {
  const simulated = (chip: Chip | undefined, pes: number) => {
    const architecture = normalArchitecture({ ...paper, ...(chip === undefined ? {} : { chip }) });
    return chipOf(architecture.chip, topologyOf(architecture, pes), architecture.clockNs);
  };
  const free = simulated(undefined, 5);
  expect(free).toMatchObject({ tiles: 1, links: [], hopCycles: 0, offChipTile: 0 });
  expect(free).not.toHaveProperty('inputBufferBits');
  const chip = { links: [[0, 1] satisfies [number, number]], pesPerTile: 1, inputBufferBytes: 100 };
  expect(simulated(chip, 2)).toMatchObject({ tiles: 2, inputBufferBits: 800 });
  const ports = simulated({ inputBufferPorts: 3, inputBufferPortBitsPerCycle: 64 }, 5);
  expect(ports).toMatchObject({ inputBufferPorts: 3, inputBufferPortBitsPerCycle: 64 });
  expect(free).not.toHaveProperty('inputBufferPortBitsPerCycle');
  const off = { ...chip, offChipTile: 2 };
  expect(() => simulated(off, 2)).toThrow(/^chip\.offChipTile: there is no tile 2; tiles are 0 to 1$/);
});
