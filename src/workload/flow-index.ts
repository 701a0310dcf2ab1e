import { areAllTheSame, areSameLists, type SetLists } from './set-lists.ts';

/** What an index is made of: nodes by their size, and edges with what is read along them. */
export interface Connected {
  readonly nodes: readonly {
    readonly kind: 'base' | 'join' | 'input';
    readonly setRows: number;
    readonly setColumns: number;
  }[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly rows: SetLists;
    readonly columns: SetLists;
  }[];
}

/** An edge seen from the node that is read. */
export interface Readers {
  /** Per row of sets of the node that is read: the rows of sets that read it, ascending. */
  readonly rows: SetLists;
  /** The same for columns. */
  readonly columns: SetLists;
  /** True where all sets that read along the edge read the same. */
  readonly isConstant: boolean;
}

/** Who reads whom in a graph of sets; each part is found when it is first asked for. */
export class FlowIndex {
  readonly #graph: Connected;
  #incoming: readonly (readonly number[])[] | undefined;
  #outgoing: readonly (readonly number[])[] | undefined;
  #readers: readonly Readers[] | undefined;
  #baseBefore: Int32Array | undefined;
  readonly #invertedLists = new Map<SetLists, Map<number, SetLists>>();

  constructor(graph: Connected) {
    this.#graph = graph;
  }

  /** True where a graph has these nodes and edges, so that all that is said here holds for it. */
  isOf({ nodes, edges }: Connected): boolean {
    const own = this.#graph;
    if (own.nodes.length !== nodes.length || own.edges.length !== edges.length) return false;
    const isSameNode = (node: Connected['nodes'][number], i: number) => {
      const { kind, setRows, setColumns } = own.nodes[i]!;
      return node.kind === kind && node.setRows === setRows && node.setColumns === setColumns;
    };
    // Lists are shared, never copied: other arrays are another graph's.
    const isSameEdge = (edge: Connected['edges'][number], i: number) => {
      const { from, to, rows, columns } = own.edges[i]!;
      return edge.from === from && edge.to === to && edge.rows === rows && edge.columns === columns;
    };
    return nodes.every(isSameNode) && edges.every(isSameEdge);
  }

  /** Per node: numbers of the edges along which it reads, in their order. */
  get incoming(): readonly (readonly number[])[] {
    this.#incoming ??= this.#edgesBy('to');
    return this.#incoming;
  }

  /** Per node: numbers of the edges along which it is read, in their order. */
  get outgoing(): readonly (readonly number[])[] {
    this.#outgoing ??= this.#edgesBy('from');
    return this.#outgoing;
  }

  /** Per edge. */
  get readers(): readonly Readers[] {
    this.#readers ??= this.#graph.edges.map(({ from, rows, columns }): Readers => {
      const { setRows, setColumns } = this.#graph.nodes[from]!;
      const isConstant = areAllTheSame(rows) && areAllTheSame(columns);
      return {
        rows: this.#inverted(rows, setRows),
        columns: this.#inverted(columns, setColumns),
        isConstant,
      };
    });
    return this.#readers;
  }

  /** Edges share lists, and what is found of them: those of slices of a layer, and of groups of inferences. */
  #inverted(lists: SetLists, size: number): SetLists {
    const bySize = this.#invertedLists.get(lists) ?? new Map<number, SetLists>();
    this.#invertedLists.set(lists, bySize);
    const found = bySize.get(size) ?? inverted(lists, size);
    bySize.set(size, found);
    return found;
  }

  /** Per base node: the base node before it; -1 where there is none, and for other nodes. */
  get baseBefore(): Int32Array {
    if (this.#baseBefore === undefined) {
      let last = -1;
      this.#baseBefore = Int32Array.from(this.#graph.nodes, ({ kind }, node) => {
        if (kind !== 'base') return -1;
        const before = last;
        last = node;
        return before;
      });
    }
    return this.#baseBefore;
  }

  #edgesBy(end: 'from' | 'to'): number[][] {
    const edges = this.#graph.nodes.map((): number[] => []);
    this.#graph.edges.forEach((edge, number) => {
      edges[edge[end]]!.push(number);
    });
    return edges;
  }
}

/** Per position that is read the readers whose lists have it; `lists` itself where everybody reads his own. */
function inverted(lists: SetLists, size: number): SetLists {
  if (areAllTheSame(lists)) {
    const all = Int32Array.from(lists, (_, reader) => reader);
    const none = new Int32Array();
    const isRead = new Set(lists[0]);
    return Array.from({ length: size }, (_, position) => (isRead.has(position) ? all : none));
  }
  const ends = new Int32Array(size + 1);
  for (const list of lists) for (const position of list) ends[position + 1]! += 1;
  for (let position = 0; position < size; position++) ends[position + 1]! += ends[position]!;
  const readers = new Int32Array(ends[size]!);
  const next = ends.slice(0, size);
  lists.forEach((list, reader) => {
    for (const position of list) readers[next[position]!++] = reader;
  });
  const own = Array.from({ length: size }, (_, position) =>
    readers.subarray(ends[position], ends[position + 1]),
  );
  return areSameLists(own, lists) ? lists : own;
}
