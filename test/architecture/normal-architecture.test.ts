import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { architectureSchema } from '../../src/architecture/architecture-schema.ts';
import type { Chip } from '../../src/architecture/chip.ts';
import { parseArchitecture } from '../../src/architecture/file.ts';
import { NormalArchitecture, normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { architecturePresets, paper } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';
import { mapNetwork, schedule, simulate, zooNetwork } from '../../src/index.ts';
import { validate } from '../../src/input/validate.ts';

const chipOf = (chip: Chip) => normalArchitecture({ ...paper, chip }).chip;

describe('presets', () => {
  test.each(architecturePresets.map((preset) => [preset.name, preset] as const))(
    '%s is what the schema makes of it',
    (_, preset) => {
      expect(validate(architectureSchema, preset, preset.name)).toEqual(preset);
    },
  );
});

describe('the normal form', () => {
  test('of a file, a preset and an object from code is the same', () => {
    const { given, ...ofPreset } = normalArchitecture(paper);
    expect(given).toEqual(paper);
    const ofFile = normalArchitecture(parseArchitecture(JSON.stringify(paper), 'paper.json'));
    expect({ ...ofFile }).toEqual({ ...ofPreset, given });
    expect(normalArchitecture({ ...paper })).toEqual(ofFile);
  });

  test('has every default', () => {
    const { chip, crossbars, ...others } = normalArchitecture(paper);
    expect(chip).toEqual({
      ...{ tiles: { kind: 'one' }, hopCycles: 0, inputBufferPorts: 1, offChipTile: 0, partialSumBits: 32 },
      offChipLatencyNs: 0,
    });
    expect(crossbars.kind).toBe('alike');
    expect(others).toMatchObject({ mvmLatencyNs: 1400, clockNs: 1400, mvmCycles: 1, columnsPerWeight: 1 });
    expect(chipOf({})).toEqual(chip);
  });

  test('says every figure in one place', () => {
    const figures = { linkBitsPerCycle: 32, hopEnergyPjPerBit: 2, inputBufferPorts: 3 };
    const ports = { inputBufferPortBitsPerCycle: 8 };
    const mesh = { meshRows: 2, meshColumns: 3, pesPerTile: 4 };
    const chip = { ...figures, ...ports, ...mesh, clockNs: 100, adcEnergyPj: 5, peAreaMm2: 6 };
    const normal = normalArchitecture({ ...paper, chip });
    expect(normal.chip).toEqual({
      ...{ ...figures, ...ports, hopCycles: 0, offChipTile: 0, partialSumBits: 32 },
      offChipLatencyNs: 0,
      tiles: { kind: 'mesh', rows: 2, columns: 3 },
    });
    expect(normal).toMatchObject({ clockNs: 100, mvmCycles: 14 });
    expect(normal.crossbars.classes).toEqual([
      {
        ...{ name: 'crossbar', crossbarRows: 256, crossbarColumns: 256, pesPerTile: 4 },
        ...{ adcEnergyPj: 5, peAreaMm2: 6 },
      },
    ]);
    const links: [number, number][] = [[0, 1]];
    expect(chipOf({ links, pesPerTile: 2 }).tiles).toEqual({ kind: 'linked', links });
  });

  test('is of one size or of several, which types tell as well', () => {
    const { crossbarRows, crossbarColumns, pes: _, ...bits } = paper;
    const crossbars = [{ name: 'all', crossbarRows, crossbarColumns, pes: 4 }];
    const listed: Architecture = { ...bits, crossbars };
    expect(normalArchitecture(listed).crossbars).toEqual({ kind: 'listed', classes: crossbars });
    // @ts-expect-error: the PEs are those of the list.
    const both: Architecture = { ...listed, pes: 4 };
    expect(() => normalArchitecture(both)).toThrow('crossbars: pes is given as well');
    // @ts-expect-error: no crossbars at all.
    const none: Architecture = bits;
    expect(() => normalArchitecture(none)).toThrow('crossbarRows: is missing');
  });

  test('is not looked at again', () => {
    const normal = normalArchitecture(paper);
    expect(normal).toBeInstanceOf(NormalArchitecture);
    expect(normalArchitecture(normal)).toBe(normal);
  });

  test('of what is no architecture names all mistakes', () => {
    const wrong = () => normalArchitecture({ ...paper, crossbarRows: 0, chip: { hopCycles: -1 } });
    expect(wrong).toThrow(ClsaCimError);
    expect(wrong).toThrow(/^architecture: crossbarRows: must be .*found 0 \(and 1 more mistake\)$/);
  });
});

test('an architecture that is changed between two calls is looked at both times', () => {
  const network = zooNetwork('tinyyolov4');
  const changing = { ...paper, pes: 500 };
  const calls = [mapNetwork, schedule, simulate] as const;
  for (const call of calls) expect(call(network, changing).totalPes).toBe(500);
  changing.pes = 0;
  for (const call of calls) expect(() => call(network, changing)).toThrow('pes: must be');
});
