/** The problem that is loaded: where its records are. */
import {
  EDGE_WORDS,
  HEADER_EDGES,
  HEADER_LAYERS,
  HEADER_MAGIC,
  HEADER_VERSION,
  HEADER_WORDS,
  LAYER_WORDS,
  MAGIC,
  VERSION,
} from './layout';
import { get } from './memory';

let records: usize = 0;
let edgeRecords: usize = 0;
let listWords: usize = 0;
let count = 0;

/** Takes the words at `words` as the problem; false where they are none. */
export function openProblem(words: usize): bool {
  if (get(words, HEADER_MAGIC) !== MAGIC || get(words, HEADER_VERSION) !== VERSION) return false;
  count = get(words, HEADER_LAYERS);
  records = words + (HEADER_WORDS << 2);
  edgeRecords = records + <usize>count * (LAYER_WORDS << 2);
  listWords = edgeRecords + <usize>get(words, HEADER_EDGES) * (EDGE_WORDS << 2);
  return true;
}

/** Number of layers. */
export function layerCount(): i32 {
  return count;
}

/** Record of layer `index`. */
export function layerAt(index: i32): usize {
  return records + <usize>index * (LAYER_WORDS << 2);
}

/** Record of edge `index`. */
export function edgeAt(index: i32): usize {
  return edgeRecords + <usize>index * (EDGE_WORDS << 2);
}

/** Address of the word at `offset` of the lists. */
export function listAt(offset: i32): usize {
  return listWords + ((<usize>offset) << 2);
}
