import { batchSwapped } from './batch-swapped.ts';
import { droppedDependency } from './dropped-dependency.ts';
import { fetchedBeforeStored } from './fetched-before-stored.ts';
import { haloOffByOne } from './halo-off-by-one.ts';
import { joinTooEarly } from './join-too-early.ts';
import { lostPartialSum } from './lost-partial-sum.ts';
import type { Mutant } from './mutant.ts';
import { samePeTwice } from './same-pe-twice.ts';
import { setTooEarly } from './set-too-early.ts';
import { staleBuffer, staleLayerByLayer } from './stale-buffer.ts';
import { swappedCopies } from './swapped-copies.ts';
import { sliceTooLate, weightsOfAnotherRound, writtenTooFast } from './weights-too-late.ts';
import { wrongPadding } from './wrong-padding.ts';

/** Errors that validation and verification have to notice. */
export const mutants: readonly Mutant[] = [
  droppedDependency,
  haloOffByOne,
  setTooEarly,
  swappedCopies,
  samePeTwice,
  sliceTooLate,
  weightsOfAnotherRound,
  writtenTooFast,
  staleBuffer,
  staleLayerByLayer,
  wrongPadding,
  lostPartialSum,
  joinTooEarly,
  fetchedBeforeStored,
  batchSwapped,
];
