/** The problem that is loaded: where its records are. */

import { get } from '../kernel/memory';
import { Edge, Format, Header, Layer } from './layout';

let records: usize = 0;
let edgeRecords: usize = 0;
let listWords: usize = 0;
let count = 0;
let header: usize = 0;

/** Takes the words at `words` as the problem; false where they are none. */
export function openProblem(words: usize): bool {
  if (get(words, Header.MAGIC) !== Format.MAGIC || get(words, Header.VERSION) !== Format.VERSION)
    return false;
  header = words;
  count = get(words, Header.LAYERS);
  records = words + (Header.WORDS << 2);
  edgeRecords = records + <usize>count * (Layer.WORDS << 2);
  listWords = edgeRecords + <usize>get(words, Header.EDGES) * (Edge.WORDS << 2);
  return true;
}

/** Number of layers. */
export function layerCount(): i32 {
  return count;
}

/** Cycles from when a copy is done with a set to its result. */
export function resultDelay(): i32 {
  return get(header, Header.RESULT_DELAY);
}

/** A {@link Templates}. */
export function templatesWanted(): i32 {
  return get(header, Header.TEMPLATES);
}

/** Record of layer `index`. */
export function layerAt(index: i32): usize {
  return records + <usize>index * (Layer.WORDS << 2);
}

/** Record of edge `index`. */
export function edgeAt(index: i32): usize {
  return edgeRecords + <usize>index * (Edge.WORDS << 2);
}

/** Address of the word at `offset` of the lists. */
export function listAt(offset: i32): usize {
  return listWords + ((<usize>offset) << 2);
}
