/**
 * Batches whose inferences repeat. Where the chip is in the same state twice, but for a shift of time and of inferences, all that
 * follows repeats, for as long as no node comes to the end of the batch. So it is not played again and again, but counted as often as
 * it would be.
 */
import { now } from '../kernel/calendar';
import { get, getAddress, set } from '../kernel/memory';
import {
  bytesOfState,
  fitsSnapshot,
  isSameState,
  nameOfState,
  resetSnapshot,
  Walk,
  wholeNameOfState,
  wordsOfName,
} from '../kernel/snapshot';
import { resetSortedEvents } from '../kernel/sorted-events';
import { firstWaiting, isAhead, isOver, keepAhead, mayRunAhead, resetAhead, skipAhead } from './ahead';
import { chargeAgain, doChargesDiffer, forgetDifferences, resetCharges } from './charges';
import { moveEnds } from './ends';
import { Header, HeaderWide, Node, NodeKind } from './layout';
import { dropLedger, isNoting, openLedger, resetLedger } from './ledger';
import { inferenceOfName, inferenceOfWhole, remember, resetNames } from './names';
import { header, headerRecord, item, nodeAt, wideHeader } from './records';
import { skip } from './skip';
import { walkState } from './state';
import { addSumsAgain, keepSums, resetSums } from './sums';

/** Beyond this no time is a number of the host. */
const MOST_CYCLES: f64 = 9007199254740992;
const MOST_FAILURES = 20;
/** So many events take far longer than to look at a word. */
const EVENTS_PER_WORD = 4;
/** States are looked at for each so many inferences that nodes are ahead. */
const LEAD = 4;

/** The node by whose inferences states are counted. */
let clock: usize = 0;
/** The next inference whose state is looked at, beyond all where none is any more; and how many are from one to the next at least. */
let next = 0;
let step = 1;
/** How far ahead nodes were when states were looked at last. */
let lastLead = 0;
/** States that were looked at. */
let looks = 0;
/** The state that is kept: its name, its inference, its cycle, and rounds that were played before it. */
let hasKept = false;
let keptName: u64 = 0;
let keptInference = 0;
let keptCycle: i64 = 0;
let keptRounds: i64 = 0;
/** Bytes of the last state that was kept, or would have been if it were no larger than the one before. */
let lastBytes: u64 = 0;
/** Up to this inference the state that is kept may come again, as its name did. */
let expected = 0;
/** States that did not come again, though their names did; and a look before which none is kept for its name. */
let failures = 0;
let nextKept = 0;

/** The simulation is at cycle 0. */
export function resetRepeats(): void {
  resetCharges();
  resetLedger();
  clock = lastBase();
  next = i32.MAX_VALUE;
  looks = 0;
  lastLead = 0;
  hasKept = false;
  lastBytes = u64.MAX_VALUE;
  expected = 0;
  failures = 0;
  nextKept = 0;
  set(headerRecord(), Header.SKIPPED, 0);
  if (!mayRepeat()) return;
  step = stepOfCopies();
  if (step >= header(Header.BATCH)) return;
  next = step;
  resetNames();
  resetSnapshot();
  resetSortedEvents();
  resetSums();
  resetAhead();
}

/** False where every inference has to be played, as all sets or bins are kept, or where a state would not be all. */
function mayRepeat(): bool {
  if (header(Header.PLAYS_ALL) || header(Header.KEEPS_SETS) || header(Header.USE_BINS)) return false;
  if (header(Header.SPILLS) || header(Header.HAS_TURNS)) return false;
  for (let i = 0; i < header(Header.NODES); i++) if (isEverReady(nodeAt(i))) return false;
  return true;
}

/** True of a join some of whose sets read nothing: they are ready from the start, of all inferences. */
function isEverReady(node: usize): bool {
  if (get(node, Node.KIND) !== NodeKind.JOIN) return false;
  for (let k = 0; k < get(node, Node.SETS); k++) if (item(getAddress(node, Node.READS), k) === 0) return true;
  return false;
}

/** The least number of inferences after which all sets run on the same copies again; at most the batch. */
function stepOfCopies(): i32 {
  const batch = header(Header.BATCH);
  let common: i64 = 1;
  for (let i = 0; i < header(Header.NODES) && common < batch; i++) {
    const node = nodeAt(i);
    const copies = <i64>get(node, Node.COPY_COUNT);
    const own = copies / greatestDivisor(copies, get(node, Node.SETS));
    common = (common / greatestDivisor(common, own)) * own;
  }
  return <i32>min<i64>(common, batch);
}

function greatestDivisor(a: i64, b: i64): i64 {
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** The last base layer; the first node where there is none, which looks at no state unless it is an input. */
function lastBase(): usize {
  for (let i = header(Header.NODES) - 1; i > 0; i--) {
    if (get(nodeAt(i), Node.KIND) === NodeKind.BASE) return nodeAt(i);
  }
  return nodeAt(0);
}

/** True where the state at the beginning of this cycle is to be looked at. */
export function isLookDue(): bool {
  return get(clock, Node.NEXT_INFERENCE) >= next;
}

/**
 * Looks at the state at the beginning of a cycle. Where it has been before, all is skipped that is sure to come as it came since
 * then; returns how many rounds.
 *
 * @param rounds Rounds that were played before.
 * @param limit No cycle behind this one is skipped to.
 */
export function lookForRepeat(rounds: i64, limit: f64): i64 {
  const inference = get(clock, Node.NEXT_INFERENCE);
  const last = lastBegun();
  if (last + step >= header(Header.BATCH) || isGettingAhead(last - inference)) {
    // Whoever gets ahead has done all that it has to do at some time.
    next = mayRunAhead() && inference + step < header(Header.BATCH) ? inference + step : i32.MAX_VALUE;
    return 0;
  }
  walkState(Walk.NAME, inference);
  const name = nameOfState();
  if (hasKept && name === keptName) {
    const period = inference - keptInference;
    const times = timesAgain(inference, last, limit);
    if (times > 0) return skipPeriods(period, times, rounds - keptRounds);
  }
  if (inference >= expected) keepForLater(name, inference, rounds);
  remember(name, wholeNameOfState(), inference);
  looks++;
  next = nextLook(inference, last - inference);
  return 0;
}

/**
 * The next inference whose state is looked at: a multiple of the step, when playing has taken far longer than looking. Where the first nodes
 * are far ahead a state has much to look at, and comes again late if at all.
 */
function nextLook(inference: i32, lead: i32): i32 {
  if (expected > inference) return expected;
  const events = EVENTS_PER_WORD * <i64>wordsOfName();
  const perStep = max<i64>((wideHeader(HeaderWide.EVENTS) * step) / inference, 1);
  const steps = max<i64>(events / perStep, lead / (LEAD * step)) + 1;
  return <i32>min<i64>((inference / step + steps) * step, i32.MAX_VALUE);
}

/** True where nodes have got further ahead since states were looked at last: no state comes again while they do. */
function isGettingAhead(lead: i32): bool {
  const before = lastLead;
  lastLead = lead;
  return mayRunAhead() && lead > LEAD && lead > before;
}

/** Keeps a state whose name has been before, and every now and then another one, unless it is larger than the last one: it grows then. */
function keepForLater(name: u64, inference: i32, rounds: i64): void {
  const same = inferenceOfWhole(wholeNameOfState());
  const mayKeep = looks >= nextKept;
  const before = same >= 0 || !mayKeep ? same : inferenceOfName(name);
  const isKnown = before >= 0;
  const isTime = mayKeep && (looks & (looks + 1)) === 0;
  const bytes = bytesOfState();
  if (isKnown || (isTime && bytes <= lastBytes)) {
    if (!fitsSnapshot()) return;
    keep(name, inference, rounds);
    dropLedger();
    if (isKnown) {
      expected = inference + (inference - before);
      openLedger();
    }
  }
  if (isTime) lastBytes = bytes;
}

function keep(name: u64, inference: i32, rounds: i64): void {
  walkState(Walk.KEEP, inference);
  keepSums();
  keepAhead();
  hasKept = true;
  keptName = name;
  keptInference = inference;
  keptCycle = now();
  keptRounds = rounds;
}

/** How often all that has happened since the state that is kept comes again, 0 where that state is another one. */
function timesAgain(inference: i32, last: i32, limit: f64): i64 {
  walkState(Walk.COMPARE, inference);
  const period = inference - keptInference;
  const inBatch = (header(Header.BATCH) - 1 - last) / period;
  const inLimit = (<i64>min(limit, MOST_CYCLES) - now()) / (now() - keptCycle);
  let times: i64 = isSameState() ? max<i64>(min<i64>(inBatch, inLimit), 0) : 0;
  const isFound = !doChargesDiffer() || isNoting();
  if (doChargesDiffer() && times > 0) times = isFound ? chargeAgain(inference, period, times) : 0;
  forgetDifferences();
  if (times === 0 && isFound) nextKept = looks + (1 << min(++failures, MOST_FAILURES));
  return times;
}

/** Skips the period since the state that is kept so many times; returns how many rounds. */
function skipPeriods(period: i32, times: i64, rounds: i64): i64 {
  const cycles = now() - keptCycle;
  const inferences = period * <i32>times;
  set(headerRecord(), Header.SKIPPED, header(Header.SKIPPED) + inferences);
  addSumsAgain(times);
  moveEnds(keptCycle, period, <i32>times, cycles);
  skipAhead(inferences, times, cycles);
  skip(inferences, cycles * times);
  next = get(clock, Node.NEXT_INFERENCE) + step;
  hasKept = false;
  expected = 0;
  dropLedger();
  return rounds * times;
}

/** The last inference that any node has begun, or would begin next: of those behind it nothing is known that tells them apart. */
function lastBegun(): i32 {
  let last = 0;
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    if (isOver(node)) continue;
    if (isAhead(node)) last = max(last, firstWaiting(node) / get(node, Node.SETS));
    else if (get(node, Node.KIND) !== NodeKind.JOIN) last = max(last, get(node, Node.NEXT_INFERENCE));
  }
  return last;
}
