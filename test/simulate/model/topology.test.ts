import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import { normalArchitecture } from '../../../src/architecture/normal-architecture.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { linkTable, mesh, type Topology, topologyOf } from '../../../src/simulate/model/topology.ts';

/** The tiles on the way, which must be one. */
function tilesOn({ links, route }: Topology, from: number, to: number): number[] {
  const tiles = [from];
  for (const number of route(from, to)) {
    expect(links[number]![0]).toBe(tiles.at(-1));
    tiles.push(links[number]![1]);
  }
  expect(tiles.at(-1)).toBe(to);
  return tiles;
}

describe('a mesh', () => {
  const threeByFour = mesh(3, 4);

  test('has links both ways between neighbours', () => {
    expect(threeByFour.tiles).toBe(12);
    expect(threeByFour.links).toHaveLength(2 * (3 * 3 + 2 * 4));
    expect(mesh(2, 2).links).toEqual([
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 3],
      [2, 0],
      [2, 3],
      [3, 1],
      [3, 2],
    ]);
  });

  test('routes along the row first', () => {
    expect(tilesOn(threeByFour, 0, 10)).toEqual([0, 1, 2, 6, 10]);
    expect(tilesOn(threeByFour, 11, 0)).toEqual([11, 10, 9, 8, 4, 0]);
    expect(threeByFour.route(5, 5)).toEqual([]);
  });

  test('has routes as long as the distance', () => {
    const tile = fc.nat(11);
    fc.assert(
      fc.property(tile, tile, (from, to) => {
        const rows = Math.abs(Math.floor(from / 4) - Math.floor(to / 4));
        expect(tilesOn(threeByFour, from, to)).toHaveLength(rows + Math.abs((from % 4) - (to % 4)) + 1);
      }),
    );
  });
});

describe('a table of links', () => {
  test('takes shortest paths, and the lower tile where they part', () => {
    // A ring of four, both ways, and a way back from 3 to 0.
    const ring = linkTable([[0, 2], [2, 3], [0, 1], [1, 3], [3, 0], [1, 0], [3, 1], [2, 0]], 0); // biome-ignore format: a ring
    expect(tilesOn(ring, 0, 3)).toEqual([0, 1, 3]);
    expect(tilesOn(ring, 1, 2)).toEqual([1, 0, 2]);
    expect(tilesOn(ring, 3, 0)).toEqual([3, 0]);
  });

  test('has as many tiles as it names, or as the PEs need', () => {
    const topology = (architecture: Architecture, pes: number) =>
      topologyOf(normalArchitecture(architecture), pes);
    const links: [number, number][] = [[0, 4]];
    const ofTens = { ...paper, chip: { links, pesPerTile: 10 } };
    expect(topology(ofTens, 10).tiles).toBe(5);
    expect(topology(ofTens, 61).tiles).toBe(7);
    expect(topology(paper, 1000)).toMatchObject({ tiles: 1, links: [] });
    const { crossbarRows: _, crossbarColumns: __, pes: ___, ...bits } = paper;
    const side = { crossbarRows: 64, crossbarColumns: 64 };
    const crossbars = [
      { name: 'a', ...side, pes: 12, pesPerTile: 2 },
      { name: 'b', ...side, pes: 71, pesPerTile: 10 },
    ];
    expect(topology({ ...bits, crossbars, chip: { links } }, 83).tiles).toBe(8);
  });

  test('says where there is no way', () => {
    expect(() => linkTable([[0, 1]], 2).route(1, 0)).toThrow(
      /^chip\.links: no way from tile 1 to tile 0; add links, one for each direction$/,
    );
  });

  test('is a mesh if it has the links of one; routes from a tile make a tree', () => {
    const tile = fc.nat(7);
    const links = fc.array(fc.tuple(tile, tile), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(links, tile, (table, from) => {
        const topology = linkTable(table, 8);
        /** Per tile, the link by which routes come to it. */
        const into = new Map<number, number>();
        for (let to = 0; to < 8; to++) {
          let numbers: readonly number[] = [];
          try {
            numbers = topology.route(from, to);
          } catch {
            continue;
          }
          for (const number of numbers) {
            const next = topology.links[number]![1];
            expect(into.get(next) ?? number).toBe(number);
            into.set(next, number);
          }
        }
      }),
    );
  });
});
