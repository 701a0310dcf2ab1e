import { describe, expect, test } from 'vitest';
import { type Connected, FlowIndex } from '../../src/workload/flow-index.ts';
import type { SetLists } from '../../src/workload/set-lists.ts';
import { listsOf, shown } from './lists.ts';

const node = (kind: Connected['nodes'][number]['kind'], setRows = 3, setColumns = 1) => ({
  ...{ kind, setRows, setColumns },
});

const OWN = listsOf([0], [1], [2]);
const ONE = listsOf([0]);
const HALO = listsOf([0, 1], [0, 1, 2], [1, 2]);

/** An input, two base layers, a join of both, and a base layer: the rows of three sets each. */
const GRAPH: Connected = {
  nodes: [node('input'), node('base'), node('base'), node('join'), node('base')],
  edges: [
    { from: 0, to: 1, rows: OWN, columns: ONE },
    { from: 1, to: 2, rows: HALO, columns: ONE },
    { from: 1, to: 3, rows: OWN, columns: ONE },
    { from: 2, to: 3, rows: OWN, columns: ONE },
    { from: 3, to: 4, rows: HALO, columns: ONE },
  ],
};

test('every node knows the edges along which it reads and is read', () => {
  const index = new FlowIndex(GRAPH);
  expect(index.incoming).toEqual([[], [0], [1], [2, 3], [4]]);
  expect(index.outgoing).toEqual([[0], [1, 2], [3], [4], []]);
  expect(index.incoming).toBe(index.incoming);
  expect(index.outgoing).toBe(index.outgoing);
});

test('every base node knows the one before it', () => {
  const index = new FlowIndex(GRAPH);
  expect([...index.baseBefore]).toEqual([-1, -1, 1, -1, 2]);
  expect(index.baseBefore).toBe(index.baseBefore);
});

/** Who reads each of three rows of sets, and whether all read the same. */
function readersOf(rows: SetLists, size = 3) {
  const nodes = [node('base', size, 1), node('base', rows.length, 1)];
  const index = new FlowIndex({ nodes, edges: [{ from: 0, to: 1, rows, columns: ONE }] });
  return index.readers[0]!;
}

describe('every set knows who reads it', () => {
  test.each<[string, SetLists, number[][], boolean]>([
    ['its own row', OWN, [[0], [1], [2]], false],
    [
      'those around, too',
      HALO,
      [
        [0, 1],
        [0, 1, 2],
        [1, 2],
      ],
      false,
    ],
    ['the rows before', listsOf([], [0], [0, 1]), [[1, 2], [2], []], false],
    ['rows in reverse', listsOf([2], [1], [0]), [[2], [1], [0]], false],
    ['more rows than there are', listsOf([0], [0], [1], [1], [2]), [[0, 1], [2, 3], [4]], false],
    ['only the last one, and only one does', listsOf([], [2]), [[], [], [1]], false],
    [
      'all of them',
      listsOf([0, 1, 2], [0, 1, 2]),
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      true,
    ],
    ['the same two', listsOf([0, 2], [0, 2]), [[0, 1], [], [0, 1]], true],
    ['the same one, by one reader', listsOf([1]), [[], [0], []], true],
  ])('where rows of sets read %s', (_, rows, readers, isConstant) => {
    const { rows: found, columns, isConstant: found2 } = readersOf(rows);
    expect(shown(found)).toEqual(readers);
    expect(shown(columns)).toEqual([[0]]);
    expect(found2).toBe(isConstant);
  });

  test('in both directions', () => {
    const columns = listsOf([0, 1], [1]);
    const all = listsOf([0, 1, 2], [0, 1, 2]);
    const readers = (rows: SetLists, other: SetLists) => {
      const nodes = [node('base', 3, 2), node('base', rows.length, other.length)];
      return new FlowIndex({ nodes, edges: [{ from: 0, to: 1, rows, columns: other }] }).readers[0]!;
    };
    expect(shown(readers(HALO, columns).rows)).toEqual([
      [0, 1],
      [0, 1, 2],
      [1, 2],
    ]);
    expect(shown(readers(HALO, columns).columns)).toEqual([[0], [0, 1]]);
    expect(readers(all, columns).isConstant).toBe(false);
    expect(readers(HALO, listsOf([0], [0])).isConstant).toBe(false);
    expect(readers(all, listsOf([0], [0])).isConstant).toBe(true);
  });

  test('in lists that are shared: where all read their own, by readers of the same, and by edges', () => {
    expect(readersOf(OWN).rows).toBe(OWN);
    expect(readersOf(HALO).rows).toBe(HALO);
    expect(new Set(readersOf(listsOf([0, 2], [0, 2])).rows).size).toBe(2);
    const skewed = listsOf([], [0], [0, 1]);
    const edge = { from: 0, to: 1, rows: skewed, columns: ONE };
    const [one, other, smaller] = new FlowIndex({
      nodes: [node('base'), node('base'), node('base', 2)],
      edges: [edge, { ...edge, to: 2 }, { ...edge, from: 2 }],
    }).readers;
    expect(other!.rows).toBe(one!.rows);
    expect(shown(smaller!.rows)).toEqual([[1, 2], [2]]);
  });
});

describe('an index is of a graph', () => {
  const index = new FlowIndex(GRAPH);
  const { nodes, edges } = GRAPH;
  const changed = <T>(list: readonly T[], at: number, change: Partial<T>) =>
    list.map((item, i) => (i === at ? { ...item, ...change } : item));

  test('of the same nodes and edges, however they are written down', () => {
    expect(index.isOf(GRAPH)).toBe(true);
    expect(
      index.isOf({ nodes: nodes.map((own) => ({ ...own })), edges: edges.map((own) => ({ ...own })) }),
    ).toBe(true);
  });

  test.each<[string, Connected]>([
    ['fewer nodes', { nodes: nodes.slice(0, 4), edges }],
    ['more nodes', { nodes: [...nodes, node('base')], edges }],
    ['fewer edges', { nodes, edges: edges.slice(0, 4) }],
    ['more edges', { nodes, edges: [...edges, edges[0]!] }],
    ['another kind', { nodes: changed(nodes, 3, { kind: 'base' }), edges }],
    ['more rows of sets', { nodes: changed(nodes, 3, { setRows: 4 }), edges }],
    ['more columns of sets', { nodes: changed(nodes, 3, { setColumns: 2 }), edges }],
    ['another node that is read', { nodes, edges: changed(edges, 3, { from: 1 }) }],
    ['another node that reads', { nodes, edges: changed(edges, 3, { to: 4 }) }],
    ['other rows', { nodes, edges: changed(edges, 3, { rows: HALO }) }],
    ['other columns', { nodes, edges: changed(edges, 3, { columns: listsOf([0]) }) }],
  ])('and of none with %s', (_, other) => {
    expect(index.isOf(other)).toBe(false);
  });
});
