import { frozenCopy } from '../../input/user-function.ts';
import type { OneSizeArchitecture } from '../architecture.ts';

/** NeuRRAM: 48 RRAM cores, whose cells are written and verified one by one. */
export const neurram = frozenCopy<OneSizeArchitecture>({
  name: 'neurram',
  description:
    'NeuRRAM, an RRAM chip for the edge: 48 cores of 256 x 256 cells. A weight of 4 bits is the difference of two cells ' +
    'in neighbouring rows, so a core stands here as 128 rows and 256 columns of such pairs. Cells are written one by ' +
    'one, with pulses that are verified: 56 µs for a cell where all is on the chip, with one set of converters, ' +
    'which makes 3.7 s for a core; the chip is made to keep its weights. 2.1 µs is quoted for an MVM of 256 x 256 in 130 nm; ' +
    'that it holds for the 4 bits of inputs here is assumed, and so is that MVMs do not overlap.',
  source:
    'W. Wan et al., A compute-in-memory chip based on resistive random-access memory, Nature 608, 2022, ' +
    'preprint arXiv 2108.07879. Cores, cells and the precision of weights: its abstract, its figures and the authors’ repository ' +
    'weierwan/Neurram_48core. The times of an MVM and of writing a cell are quoted without having been checked ' +
    'against the paper.',
  crossbarRows: 128,
  crossbarColumns: 256,
  weightBits: 4,
  cellBits: 4,
  differentialPairs: false,
  activationBits: 4,
  dacBits: 1,
  weightCoding: 'signed',
  mvmLatencyNs: 2100,
  peWriteNs: 256 * 256 * 56_000,
  parallelWrites: 1,
  pes: 48,
});
