/**
 * Stages I and II: cuts every layer into sets and finds the sources of each, that is, the stored layers
 * that its sets wait for, and for every row and column of sets the last one of them.
 *
 * Times are stored for base layers. A join of several of them (add, concat) is stored too where several
 * layers read it, so that edges stay linear in the depth of a network; otherwise non-base layers leave
 * nothing but their tables in the layers that read them.
 */

import { areEqual, get, getAddress, set } from '../kernel/memory';
import { findAlike } from './alike';
import { findFollowing } from './following';
import { Edge, Layer, Reads, Source } from './layout';
import { classifyLines } from './pattern';
import { edgeAt, layerAt, layerCount } from './problem';
import { prune } from './prune';
import { chooseRepeating } from './repeating';
import { isUniform, newSource, newSources, sourceAt } from './sources';
import { at, bySets, compose, isEmpty, isIncreasing, newTable, ownFullTable, ownTable } from './tables';

/** More sources than this are joined once, even for a single reader. */
const MAX_UNJOINED_SOURCES = 4;
/** No network is known with a layer of nearly as many; files that are made to be slow are. */
const MAX_SOURCES = 4096;

let refused = false;

/** True where a layer has too many sources. */
export function hasTooManySources(): bool {
  return refused;
}

/** Traps; the host sees by {@link hasTooManySources} that this is why. */
function refuse(): void {
  refused = true;
  unreachable();
}

/** Analyses all layers of the problem, in order. */
export function analyseLayers(): void {
  countReaders();
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    gatherSources(layer);
    if (get(layer, Layer.IS_BASE)) storeBase(index, layer);
    else if (isWorthStoring(layer)) storeJoin(index, layer);
    else offerSources(layer);
    if (!get(layer, Layer.IS_STORED)) continue;
    classifyLines(layer);
    findFollowing(layer);
  }
  chooseRepeating();
  findAlike();
}

function countReaders(): void {
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    set(layer, Layer.READERS, 0);
    const first = get(layer, Layer.FIRST_EDGE);
    for (let e = first; e < first + get(layer, Layer.EDGE_COUNT); e++) {
      const from = layerAt(get(edgeAt(e), Edge.FROM));
      set(from, Layer.READERS, get(from, Layer.READERS) + 1);
    }
  }
}

/** The sources of a layer by its positions: those of all that it reads, composed with how it reads them. */
function gatherSources(layer: usize): void {
  const firstEdge = edgeAt(get(layer, Layer.FIRST_EDGE));
  const edgeEnd = firstEdge + <usize>get(layer, Layer.EDGE_COUNT) * (Edge.WORDS << 2);
  let capacity = 0;
  for (let edge = firstEdge; edge < edgeEnd; edge += Edge.WORDS << 2) {
    capacity += get(layerAt(get(edge, Edge.FROM)), Layer.OFFER_COUNT);
  }
  if (capacity > MAX_SOURCES) refuse();
  const sources = newSources(capacity);
  let count = 0;
  for (let edge = firstEdge; edge < edgeEnd; edge += Edge.WORDS << 2) {
    const from = layerAt(get(edge, Edge.FROM));
    const offers = getAddress(from, Layer.OFFERS);
    for (let i = 0; i < get(from, Layer.OFFER_COUNT); i++) {
      if (readThrough(layer, edge, from, sourceAt(offers, i), sourceAt(sources, count))) count++;
    }
  }
  set(layer, Layer.SOURCES, <i32>sources);
  set(layer, Layer.SOURCE_COUNT, count);
}

/** Writes to `result` what `layer` waits for in `source`, which it reads through `edge`; false if nothing. */
function readThrough(layer: usize, edge: usize, from: usize, source: usize, result: usize): bool {
  const height = get(layer, Layer.HEIGHT);
  const width = get(layer, Layer.WIDTH);
  const fromHeight = get(from, Layer.HEIGHT);
  const fromWidth = get(from, Layer.WIDTH);
  const rowReads = edge + (Edge.ROWS << 2);
  const columnReads = edge + (Edge.COLUMNS << 2);
  const rows = getAddress(source, Source.ROWS);
  const columns = getAddress(source, Source.COLUMNS);
  const rowsRead = compose(rowReads, height, fromHeight, rows);
  // Both directions of square layers mostly are the same; of one table both have one length.
  const isSquare = rows === columns && height === width && areEqual(rowReads, columnReads, Reads.WORDS << 2);
  const columnsRead = isSquare ? rowsRead : compose(columnReads, width, fromWidth, columns);
  if (isEmpty(rowsRead, height) || isEmpty(columnsRead, width)) return false;
  const rowsFull = getAddress(source, Source.ROWS_FULL);
  const columnsFull = getAddress(source, Source.COLUMNS_FULL);
  newSource(
    result,
    get(source, Source.LAYER),
    rowsRead,
    rowsFull === rows ? rowsRead : compose(rowReads, height, fromHeight, rowsFull),
    columnsRead,
    columnsFull === columns ? columnsRead : compose(columnReads, width, fromWidth, columnsFull),
  );
  return true;
}

/** Stage I of a base layer: its sets, its sources by sets, and itself as what it offers. */
function storeBase(index: i32, layer: usize): void {
  const height = get(layer, Layer.HEIGHT);
  const width = get(layer, Layer.WIDTH);
  const setHeight = get(layer, Layer.SET_HEIGHT);
  const setWidth = get(layer, Layer.SET_WIDTH);
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const rows = getAddress(source, Source.ROWS);
    const columns = getAddress(source, Source.COLUMNS);
    const rowsFull = getAddress(source, Source.ROWS_FULL);
    const columnsFull = getAddress(source, Source.COLUMNS_FULL);
    const rowSets = bySets(rows, height, setHeight);
    const columnSets = bySets(columns, width, setWidth);
    set(source, Source.ROWS, <i32>rowSets);
    set(source, Source.ROWS_FULL, <i32>(rowsFull === rows ? rowSets : bySets(rowsFull, height, setHeight)));
    set(source, Source.COLUMNS, <i32>columnSets);
    set(
      source,
      Source.COLUMNS_FULL,
      <i32>(columnsFull === columns ? columnSets : bySets(columnsFull, width, setWidth)),
    );
  }
  const uniform = height % setHeight === 0 && width % setWidth === 0;
  set(layer, Layer.IS_UNIFORM, uniform ? 1 : 0);
  set(layer, Layer.SET_ROWS, (height + setHeight - 1) / setHeight);
  set(layer, Layer.SET_COLUMNS, (width + setWidth - 1) / setWidth);
  prune(layer);
  const rows = ownTable(height, setHeight);
  const columns = height === width && setHeight === setWidth ? rows : ownTable(width, setWidth);
  const rowsFull = height % setHeight === 0 ? rows : ownFullTable(height, setHeight);
  const columnsFull = width % setWidth === 0 ? columns : ownFullTable(width, setWidth);
  offerItself(index, layer, rows, rowsFull, columns, columnsFull);
}

/** A join is stored where that saves work and its times never decrease along rows and along columns. */
function isWorthStoring(layer: usize): bool {
  set(layer, Layer.SET_ROWS, get(layer, Layer.HEIGHT));
  set(layer, Layer.SET_COLUMNS, get(layer, Layer.WIDTH));
  if (get(layer, Layer.SOURCE_COUNT) > 1) prune(layer);
  const count = get(layer, Layer.SOURCE_COUNT);
  if (count < 2 || (get(layer, Layer.READERS) < 2 && count <= MAX_UNJOINED_SOURCES)) return false;
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < count; i++) {
    const source = sourceAt(sources, i);
    if (!isUniform(source)) return false;
    if (!isIncreasing(getAddress(source, Source.ROWS), get(layer, Layer.HEIGHT))) return false;
    if (!isIncreasing(getAddress(source, Source.COLUMNS), get(layer, Layer.WIDTH))) return false;
  }
  return true;
}

/** Positions of a join that wait for the same are kept as one. */
function storeJoin(index: i32, layer: usize): void {
  const rows = classes(layer, Source.ROWS, get(layer, Layer.HEIGHT));
  const columns = classes(layer, Source.COLUMNS, get(layer, Layer.WIDTH));
  const rowClasses = at(rows, get(layer, Layer.HEIGHT) - 1) + 1;
  const columnClasses = at(columns, get(layer, Layer.WIDTH) - 1) + 1;
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const byRows = byClasses(getAddress(source, Source.ROWS), rows, get(layer, Layer.HEIGHT), rowClasses);
    const byColumns = byClasses(
      getAddress(source, Source.COLUMNS),
      columns,
      get(layer, Layer.WIDTH),
      columnClasses,
    );
    newSource(source, get(source, Source.LAYER), byRows, byRows, byColumns, byColumns);
  }
  set(layer, Layer.SET_ROWS, rowClasses);
  set(layer, Layer.SET_COLUMNS, columnClasses);
  set(layer, Layer.IS_UNIFORM, 1);
  offerItself(index, layer, rows, rows, columns, columns);
}

/** The table position -> class: neighbours for which all sources have the same entry are of one class. */
function classes(layer: usize, word: i32, size: i32): usize {
  const sources = getAddress(layer, Layer.SOURCES);
  const count = get(layer, Layer.SOURCE_COUNT);
  const table = newTable(size);
  let current = 0;
  store<i32>(table, 0);
  for (let p = 1; p < size; p++) {
    for (let i = 0; i < count; i++) {
      const entries = getAddress(sourceAt(sources, i), word);
      if (at(entries, p) !== at(entries, p - 1)) {
        current++;
        break;
      }
    }
    store<i32>(table + ((<usize>p) << 2), current);
  }
  return table;
}

/** A table by positions as one by classes of positions. */
function byClasses(table: usize, classOf: usize, size: i32, count: i32): usize {
  if (count === size) return table;
  const result = newTable(count);
  for (let p = 0; p < size; p++) store<i32>(result + ((<usize>at(classOf, p)) << 2), at(table, p));
  return result;
}

function offerItself(
  index: i32,
  layer: usize,
  rows: usize,
  rowsFull: usize,
  columns: usize,
  columnsFull: usize,
): void {
  const offer = newSources(1);
  newSource(offer, index, rows, rowsFull, columns, columnsFull);
  set(layer, Layer.IS_STORED, 1);
  set(layer, Layer.OFFERS, <i32>offer);
  set(layer, Layer.OFFER_COUNT, 1);
}

function offerSources(layer: usize): void {
  set(layer, Layer.IS_STORED, 0);
  set(layer, Layer.OFFERS, <i32>getAddress(layer, Layer.SOURCES));
  set(layer, Layer.OFFER_COUNT, get(layer, Layer.SOURCE_COUNT));
}
