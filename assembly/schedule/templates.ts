/**
 * Layers whose lines repeat: a line is kept as a template, the finishes of the first line of its kind, and how many
 * cycles later it is.
 *
 * The recurrence knows only sums and maxima. So where the lines that a line waits for are those that an earlier one waited
 * for, and so are the sets that ran on its copies before, all of them the same number of cycles later, then its finishes
 * are, too, and nothing is computed. A source that was slack, whose times were less than what the earlier line started
 * at everywhere, may be later by as much as it was slack, or earlier: it still decides nothing.
 *
 * A block of times is the records of all lines, room for one line, and template after template. Each is the finishes of as
 * many sets as run before it on its copies, so that finish(k - d) is in front of every set, and those of its line. Behind it, and
 * behind every line that turned out to be like one before, is what tells whether others repeat that line.
 */

import { clear, get, getAddress, set } from '../kernel/memory';
import { copyEnd, isLater, shapeOf } from './later';
import { Layer, LayerWide, Line, Source } from './layout';
import { gatherLine, lineAt } from './line';
import { resultDelay } from './problem';
import { scan } from './scan';
import { leastSlack } from './slack';
import { openSourceTimes, sourceLater, sourceTemplate } from './source-times';
import { sourceAt } from './sources';
import { at } from './tables';
import { gatherInOrder, hasDecreasingTable, isReadInPlace, scheduleLineInPlace } from './uniform';

/** In front of a template. */
enum Template {
  /** The computed line that follows a line of this template and was the last to do so; 0 for none. */
  FOLLOWER = 0,
  /** The template that was made before; 0 for none. */
  BEFORE = 1,
  /** A template of another block, and how many cycles later this one is (see {@link isLaterBlock}). */
  TWIN = 2,
  TWIN_LATER = 3,
  /** Its `shapeOf`, or 0 for all of a layer. */
  SHAPE = 4,
  /** Whole vectors. */
  WORDS = 8,
}

/** A line that was computed; the {@link Waited} of all sources lie behind it. */
enum Computed {
  /** The one before it that follows the same template. */
  NEXT = 0,
  LINE = 1,
  /** Of a join: a source that decides some of its times. */
  DECIDING = 2,
  /** What the line is kept as, and how many cycles later than its {@link baseOf}. */
  TEMPLATE = 3,
  LATER = 4,
  WORDS = 5,
}

/** What a computed line waited for in one source. */
enum Waited {
  /** Template of the source's line, 0 for none, and how many cycles later than the {@link baseOf} of the line that waits. */
  TEMPLATE = 0,
  LATER = 1,
  /** By how much it may be later without deciding anything; {@link UNKNOWN} until somebody asks. */
  SLACK = 2,
  WORDS = 3,
}

/** No time is as much earlier. */
const UNKNOWN: i32 = i32.MIN_VALUE;
const DECIDES: i32 = i32.MIN_VALUE + 1;
/** Where repeating has not begun after so many, it has to be found out line by line that it has not. */
const MOST_TEMPLATES = 64;
const MOST_FOLLOWERS = 64;
/** Of so few copies there are few templates, which are compared at once. */
const FEW_COPIES = 16;

/** A block may be so many times as large as times one behind the other, and so many bytes; but never nearly all of the memory. */
const MOST_BYTES_PER_BYTE: u64 = 4;
const FEW_BYTES: u64 = 1 << 22;
const MOST_BYTES: u64 = 31 << 27;

// Of the layer that is being scheduled.
let current: usize = 0;
let records: usize = 0;
let sources: usize = 0;
let sourceCount = 0;
let lineSets = 0;
let isBase: bool = false;
let isInPlace: bool = false;
let isDecreasing: bool = false;
let copies = 0;
let pixels = 0;
let latency = 0;
/** Bytes of finishes in front of a line, and how many lines before it they are of. */
let lagBytes: usize = 0;
let lagLines = 0;
/** Where the next template goes, and the last one. */
let top: usize = 0;
let newest: usize = 0;
/** The last computed line of a join, which follows none. */
let joined: usize = 0;

/** Bytes of a block of times of a layer with so many copies, none of whose lines repeats. */
export function blockBytes(layer: usize): u64 {
  return bytesBesidesLag(layer) + <u64>get(layer, Layer.LINES) * lagBytesOf(layer);
}

/**
 * The most copies with which a block is in proportion to the times of a layer: behind every template are as many finishes as there
 * are copies, and thousands of them for each line would fill the memory.
 */
export function mostCopiesInBlock(layer: usize): i32 {
  const lines = <u64>get(layer, Layer.LINES);
  const times = (lines * get(layer, Layer.LINE_SETS)) << 2;
  const most = min(MOST_BYTES_PER_BYTE * times + FEW_BYTES, MOST_BYTES);
  const others = bytesBesidesLag(layer);
  return most > others ? <i32>((((most - others) / lines) & ~15) >> 2) : 0;
}

/** Bytes of a block of times of a layer with as many copies as have templates. */
export function mostBlockBytes(layer: usize): u64 {
  const lag = get(layer, Layer.IS_BASE) ? <u64>vectors(get(layer, Layer.TEMPLATE_COPIES)) : 0;
  return bytesBesidesLag(layer) + <u64>get(layer, Layer.LINES) * lag;
}

/** Of a block, the bytes that do not depend on the copies. */
function bytesBesidesLag(layer: usize): u64 {
  const lines = <u64>get(layer, Layer.LINES);
  const line = vectors(get(layer, Layer.LINE_SETS));
  const computed = computedBytes(get(layer, Layer.SOURCE_COUNT));
  return (
    <u64>vectors(get(layer, Layer.LINES) * Line.WORDS) +
    line +
    lines * (vectors(Template.WORDS) + line + computed)
  );
}

/** Bytes of so many words, in whole vectors. */
function vectors(words: i32): usize {
  return (((<usize>words) << 2) + 15) & ~15;
}

function computedBytes(count: i32): usize {
  return vectors(Computed.WORDS + count * Waited.WORDS);
}

function lagBytesOf(layer: usize): usize {
  return get(layer, Layer.IS_BASE) ? vectors(get(layer, Layer.COPIES)) : 0;
}

/** Writes the times of a layer to its block; those of all that it waits for are there. */
export function scheduleTemplates(layer: usize): void {
  open(layer);
  const lines = get(layer, Layer.LINES);
  const isSimple =
    isBase &&
    lagLines === 1 &&
    (sourceCount === 0 || (sourceCount === 1 && get(sources, Source.LINE_BYTES) === 0));
  for (let line = 0; line < lines; line++) {
    if (isSimple && line > 0) {
      line = repeatLines(line, lines);
      if (line === lines) break;
      computeLine(line);
    } else if (!repeatLine(line)) computeLine(line);
  }
  if (isBase) {
    store<i64>(layer + (LayerWide.START << 2), <i64>load<i32>(templateOf(0)) - latency);
    store<i64>(layer + (LayerWide.END << 2), <i64>lastFinish(lines - 1));
  }
}

/** The end of what is used of the block of the layer that was scheduled last. */
export function templatesEnd(): usize {
  return top;
}

function open(layer: usize): void {
  current = layer;
  records = getAddress(layer, Layer.TIMES);
  sources = getAddress(layer, Layer.SOURCES);
  sourceCount = get(layer, Layer.SOURCE_COUNT);
  lineSets = get(layer, Layer.LINE_SETS);
  isBase = get(layer, Layer.IS_BASE) !== 0;
  copies = get(layer, Layer.COPIES);
  pixels = get(layer, Layer.SET_HEIGHT) * get(layer, Layer.SET_WIDTH);
  latency = isBase ? pixels + resultDelay() : 0;
  isInPlace = isBase && isReadInPlace(layer);
  isDecreasing = hasDecreasingTable(layer);
  lagBytes = lagBytesOf(layer);
  lagLines = isBase ? (copies + lineSets - 1) / lineSets : 0;
  top = buffer() + vectors(lineSets);
  newest = 0;
  joined = 0;
  openSourceTimes(sources, sourceCount);
}

/** Room for what a line waits for. */
function buffer(): usize {
  return records + vectors(get(current, Layer.LINES) * Line.WORDS);
}

function templateOf(line: i32): usize {
  return getAddress(lineAt(records, line), Line.TEMPLATE);
}

function laterOf(line: i32): i32 {
  return get(lineAt(records, line), Line.LATER);
}

function lastFinish(line: i32): i32 {
  return load<i32>(templateOf(line) + ((<usize>lineSets - 1) << 2)) + laterOf(line);
}

function headOf(template: usize): usize {
  return template - lagBytes - (Template.WORDS << 2);
}

/** Takes a line from an earlier one that it repeats; false where none is found. */
function repeatLine(line: i32): bool {
  if (line < lagLines) return false;
  let computed = isBase ? getAddress(headOf(templateOf(line - 1)), Template.FOLLOWER) : joined;
  for (let tries = 0; computed !== 0 && tries < MOST_FOLLOWERS; tries++) {
    const base = baseOf(computed, line);
    if (isRepeated(computed, line, base)) {
      const record = lineAt(records, line);
      set(record, Line.TEMPLATE, get(computed, Computed.TEMPLATE));
      set(record, Line.LATER, base + get(computed, Computed.LATER));
      return true;
    }
    computed = getAddress(computed, Computed.NEXT);
  }
  return false;
}

/**
 * Takes lines from `line` on from earlier ones that they repeat, where a layer waits for one source with templates or for none, and
 * each line for the end of the one before. Returns the first that does not, or needs a closer look.
 */
function repeatLines(line: i32, lines: i32): i32 {
  const headBytes = lagBytes + (Template.WORDS << 2);
  const isBound = sourceCount > 0;
  const table = isBound ? getAddress(sources, Source.LINES) : 0;
  const times = isBound ? getAddress(sources, Source.TIMES) : 0;
  const layerLater = isBound ? get(sources, Source.LATER) : 0;
  let record = lineAt(records, line - 1);
  let template = getAddress(record, Line.TEMPLATE);
  let later = get(record, Line.LATER);
  for (; line < lines; line++) {
    let computed = getAddress(template - headBytes, Template.FOLLOWER);
    if (isBound) {
      const sourceLine = at(table, line);
      if (sourceLine < 0) break;
      const from = lineAt(times, sourceLine);
      computed = findFollower(
        computed,
        getAddress(from, Line.TEMPLATE),
        layerLater + get(from, Line.LATER) - later,
      );
    }
    if (computed === 0) break;
    template = getAddress(computed, Computed.TEMPLATE);
    later += get(computed, Computed.LATER);
    record += Line.WORDS << 2;
    set(record, Line.TEMPLATE, <i32>template);
    set(record, Line.LATER, later);
  }
  return line;
}

/** Of computed lines of one source the first that waited for the same, so much later than the line before; 0 where none is known to. */
function findFollower(computed: usize, template: usize, later: i32): usize {
  for (let tries = 0; computed !== 0 && tries < MOST_FOLLOWERS; tries++) {
    const waited = computed + (Computed.WORDS << 2);
    if (getAddress(waited, Waited.TEMPLATE) === template) {
      const by = later - get(waited, Waited.LATER);
      if (by === 0 || isSlack(computed, 0, by)) return computed;
    }
    computed = getAddress(computed, Computed.NEXT);
  }
  return 0;
}

/** The cycle from which what a line waits for is counted: by how much the line before it, or the source that decides, is later. */
function baseOf(computed: usize, line: i32): i32 {
  if (isBase) return laterOf(line - 1);
  const source = sourceAt(sources, get(computed, Computed.DECIDING));
  const sourceLine = at(getAddress(source, Source.LINES), line);
  return sourceLine < 0 ? 0 : sourceLater(source, sourceLine);
}

/** True where all that `line` waits for is what a computed line waited for, counted from `base`, or decides nothing. */
function isRepeated(computed: usize, line: i32, base: i32): bool {
  let source = sources;
  let waited = computed + (Computed.WORDS << 2);
  for (let i = 0; i < sourceCount; i++) {
    const sourceLine = at(getAddress(source, Source.LINES), line);
    const template = getAddress(waited, Waited.TEMPLATE);
    if (sourceLine < 0) {
      if (template !== 0) return false;
    } else {
      if (sourceTemplate(source, sourceLine) !== template) return false;
      const later = sourceLater(source, sourceLine) - base - get(waited, Waited.LATER);
      if (later !== 0 && !isSlack(computed, i, later)) return false;
    }
    source += Source.WORDS << 2;
    waited += Waited.WORDS << 2;
  }
  return lagLines < 2 || isLagRepeated(get(computed, Computed.LINE), line);
}

/** True where the sets in front of two lines are alike, if those of the lines just before them are. */
function isLagRepeated(earlier: i32, line: i32): bool {
  const by = laterOf(line - 1) - laterOf(earlier - 1);
  for (let back = 2; back <= lagLines; back++) {
    if (templateOf(line - back) !== templateOf(earlier - back)) return false;
    if (laterOf(line - back) - laterOf(earlier - back) !== by) return false;
  }
  return true;
}

/** True where source `i` decided nothing of a computed line, nor would if it were `later` cycles later. */
function isSlack(computed: usize, i: i32, later: i32): bool {
  const waited = computed + ((Computed.WORDS + i * Waited.WORDS) << 2);
  let slack = get(waited, Waited.SLACK);
  if (slack === UNKNOWN) {
    slack = findSlack(sourceAt(sources, i), get(computed, Computed.LINE));
    if (slack === 0) slack = DECIDES;
    set(waited, Waited.SLACK, slack);
  }
  return later <= slack;
}

/** The least that times of a source lie before what a computed line started at; all of it if it waited for none. */
function findSlack(source: usize, line: i32): i32 {
  const sourceLine = at(getAddress(source, Source.LINES), line);
  if (sourceLine < 0) return i32.MAX_VALUE;
  const spare = laterOf(line) - latency - sourceLater(source, sourceLine);
  return leastSlack(source, sourceTemplate(source, sourceLine), templateOf(line), spare, lineSets);
}

function computeLine(line: i32): void {
  const head = top;
  const times = head + (Template.WORDS << 2) + lagBytes;
  if (isBase) computeSets(line, times);
  else gatherLine(current, line, times);
  const shape = copies > FEW_COPIES ? shapeOf(times, lineSets) : 0;
  const known = knownTemplate(times, shape);
  const record = lineAt(records, line);
  set(record, Line.TEMPLATE, <i32>(known === 0 ? times : known));
  set(record, Line.LATER, known === 0 ? 0 : load<i32>(times) - load<i32>(known));
  if (known === 0) {
    set(head, Template.FOLLOWER, 0);
    set(head, Template.BEFORE, <i32>newest);
    set(head, Template.TWIN, 0);
    set(head, Template.SHAPE, shape);
    newest = times;
    top = times + vectors(lineSets);
  }
  if (line >= lagLines) keepComputed(line);
}

/** Finishes of a line of sets of a base layer, behind those of the sets before. */
function computeSets(line: i32, times: usize): void {
  writeLag(line, times);
  const start = line === 0 ? 0 : lastFinish(line - 1) - latency;
  const sourceLine = isInPlace ? at(getAddress(sources, Source.LINES), line) : -1;
  if (sourceLine >= 0) {
    const from = sourceTemplate(sources, sourceLine);
    const later = sourceLater(sources, sourceLine);
    scheduleLineInPlace(sources, times, from, later, lineSets, copies, pixels, latency, start);
    return;
  }
  gatherInOrder(current, line, buffer(), isDecreasing);
  scan(times, buffer(), lineSets, copies, pixels, latency, start);
}

/**
 * The last finishes before a line; zeros where there is none. Of more copies than a line has sets only the first of them are
 * written: no set of the line waits for the others.
 */
function writeLag(line: i32, times: usize): void {
  // Sets are looked at in whole vectors, and one more. In front of the first line others look for zeros.
  const unread = line === 0 ? 0 : max(0, copies - lineSets - 8);
  if (line < lagLines) clear(times - lagBytes, lagBytes - (((<usize>unread) << 2) & ~15));
  let before = line - 1 - unread / lineSets;
  let done = (unread / lineSets) * lineSets;
  for (; before >= 0 && done < copies; before--) {
    const count = min(copies - done, lineSets);
    const from = templateOf(before) + ((<usize>lineSets) << 2);
    copyEnd(times - ((<usize>done) << 2), from, (<usize>count) << 2, laterOf(before));
    done += count;
  }
}

/** The template of which a line of times of this shape is a copy some cycles later; 0 where there is none. */
function knownTemplate(times: usize, shape: i32): usize {
  let template = newest;
  for (let tries = 0; template !== 0 && tries < MOST_TEMPLATES; tries++) {
    const head = headOf(template);
    if (get(head, Template.SHAPE) === shape) {
      const later = load<i32>(times) - load<i32>(template);
      // Templates that are made of others are later than they are.
      if (later >= 0 && isLater(times, template, lineSets, later)) return template;
    }
    template = getAddress(head, Template.BEFORE);
  }
  return 0;
}

/** Lets lines repeat one that was computed. */
function keepComputed(line: i32): void {
  const computed = top;
  set(computed, Computed.LINE, line);
  set(computed, Computed.TEMPLATE, <i32>templateOf(line));
  if (isBase) {
    const head = headOf(templateOf(line - 1));
    set(computed, Computed.NEXT, get(head, Template.FOLLOWER));
    set(head, Template.FOLLOWER, <i32>computed);
  } else {
    const deciding = findDeciding(line);
    if (deciding < 0) return;
    set(computed, Computed.DECIDING, deciding);
    set(computed, Computed.NEXT, <i32>joined);
    joined = computed;
  }
  const base = baseOf(computed, line);
  set(computed, Computed.LATER, laterOf(line) - base);
  for (let i = 0; i < sourceCount; i++) keepWaited(computed, i, line, base);
  top = computed + computedBytes(sourceCount);
}

function keepWaited(computed: usize, i: i32, line: i32, base: i32): void {
  const source = sourceAt(sources, i);
  const waited = computed + ((Computed.WORDS + i * Waited.WORDS) << 2);
  const sourceLine = at(getAddress(source, Source.LINES), line);
  set(waited, Waited.TEMPLATE, sourceLine < 0 ? 0 : <i32>sourceTemplate(source, sourceLine));
  set(waited, Waited.LATER, sourceLine < 0 ? 0 : sourceLater(source, sourceLine) - base);
  set(waited, Waited.SLACK, UNKNOWN);
}

/**
 * A source that decides when some position of a line of a join is there, most likely the last; -1 where nothing is waited for.
 * Counted from one that decides nothing, less lines would be found to repeat.
 */
function findDeciding(line: i32): i32 {
  for (let i = sourceCount - 1; i >= 0; i--) if (findSlack(sourceAt(sources, i), line) === 0) return i;
  return -1;
}

/** True where the times of `layer`, which was scheduled last, are those of another block of it or of its like, `by` cycles later. */
export function isLaterBlock(layer: usize, block: usize, by: i32): bool {
  for (let line = 0; line < get(layer, Layer.LINES); line++) {
    const mine = templateOf(line);
    const record = lineAt(block, line);
    const theirs = getAddress(record, Line.TEMPLATE);
    const later = by + get(record, Line.LATER) - laterOf(line);
    const head = headOf(mine);
    if (getAddress(head, Template.TWIN) !== theirs) {
      if (!isLater(mine, theirs, lineSets, later)) return false;
      set(head, Template.TWIN, <i32>theirs);
      set(head, Template.TWIN_LATER, later);
    } else if (get(head, Template.TWIN_LATER) !== later) return false;
  }
  return true;
}
